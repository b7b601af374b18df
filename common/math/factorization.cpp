#include "math/factorization.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "core/contract.hpp"
#include "math/factor.hpp"
#include "math/number_text.hpp"
#include "math/primes.hpp"

namespace robin::math {
namespace {

constexpr std::size_t text_length_max = 65'536;
constexpr std::uint64_t primes_max = 10'000'000;
/// Of all primes that are longer than a word: to prove one of 1000 bits takes about a second.
constexpr std::size_t proved_bits_max = 1200;
constexpr std::uint64_t prime_in_run_max = 1'000'000'000'000;
constexpr std::uint32_t exponent_max = 1'000'000;
constexpr std::uint64_t bits_max = std::uint64_t{1} << 30U;
constexpr std::uint64_t shown_as_run_min = 3;

using Run = Factorization::Run;

/// How many primes a prime power costs as much as, by its length: one that fits a word, one that is multiplied out, one
/// that is too long for that (robin.cpp).
std::uint64_t weight_of(std::uint64_t power_bits) { return power_bits <= 64 ? 1 : power_bits <= 4096 ? 10 : 100; }

/// The prime after `prime`, when both are small enough to stand in a run.
std::optional<Integer> next_in_run(const Integer& prime) {
  if (prime > Integer(prime_in_run_max)) {
    return std::nullopt;
  }
  return Integer(next_prime(prime.to_uint64()));
}

void append(std::vector<Run>& runs, Run run) {
  if (!runs.empty() && runs.back().exponent == run.exponent && next_in_run(runs.back().last) == run.first) {
    runs.back().last = std::move(run.last);
    runs.back().count += run.count;
    return;
  }
  runs.push_back(std::move(run));
}

std::string power_text(const Integer& prime, std::uint32_t exponent) {
  return prime.to_decimal() + (exponent == 1 ? "" : "^" + std::to_string(exponent));
}

core::Refusal refuse(std::string_view factor, const std::string& why) {
  return {"factor '" + std::string(factor.substr(0, 60)) + "': " + why};
}

core::Parsed<Integer> parse_prime(std::string_view text, std::string_view factor) {
  const auto number = parse_integer(text);
  const auto* prime = core::accepted(number);
  if (prime == nullptr) {
    return refuse(factor, core::refusal_reason(number));
  }
  switch (primality(*prime)) {
    case Primality::Prime:
      return *prime;
    case Primality::Composite:
      return refuse(factor, prime->to_decimal().substr(0, 60) + " is not a prime (write a product of prime powers)");
    case Primality::TooLargeToProve:
      break;
  }
  return refuse(factor, "too large to prove prime here (at most 300 digits)");
}

/// One of p, p^e, p..q, p..q^e.
core::Parsed<Run> parse_factor(std::string_view factor) {
  const std::size_t caret = factor.find('^');
  const std::string_view base = factor.substr(0, caret);
  Run run{Integer(), Integer(), 1, 1};
  if (caret != std::string_view::npos) {
    const auto exponent = Integer::from_decimal(factor.substr(caret + 1));
    if (!exponent || *exponent < Integer(1) || *exponent > Integer(exponent_max)) {
      return refuse(factor, "the exponent must be 1 to 1000000");
    }
    run.exponent = static_cast<std::uint32_t>(exponent->to_uint64());
  }
  const std::size_t dots = base.find("..");
  auto first = parse_prime(base.substr(0, dots), factor);
  if (core::accepted(first) == nullptr) {
    return core::Refusal{core::refusal_reason(first)};
  }
  run.first = run.last = *core::accepted(first);
  if (dots == std::string_view::npos) {
    return run;
  }
  auto last = parse_prime(base.substr(dots + 2), factor);
  if (core::accepted(last) == nullptr) {
    return core::Refusal{core::refusal_reason(last)};
  }
  run.last = *core::accepted(last);
  if (run.last <= run.first || run.last > Integer(prime_in_run_max)) {
    return refuse(factor, "a run goes upwards, to at most 1e12");
  }
  if (run.last - run.first > Integer(100 * primes_max)) {
    return refuse(factor, "more than 10000000 primes");
  }
  run.count = count_primes(run.first.to_uint64(), run.last.to_uint64() + 1);
  return run;
}

}  // namespace

namespace {

/// Takes the digits off the front; none if it does not begin with one.
std::string_view take_digits(std::string_view& text) {
  const std::string_view digits = text.substr(0, std::min(text.find_first_not_of("0123456789"), text.size()));
  text.remove_prefix(digits.size());
  return digits;
}

bool take_word(std::string_view& text, std::string_view word) {
  const bool is_there = text.starts_with(word);
  text.remove_prefix(is_there ? word.size() : 0);
  return is_there;
}

/// 2^64 - 1 for what is greater.
std::uint64_t saturated(std::string_view digits) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t value = most;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc() && end == digits.data() + digits.size() ? value : most;
}

std::uint64_t saturated_sum(std::uint64_t a, std::uint64_t b) {
  std::uint64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<std::uint64_t>::max() : sum;
}

}  // namespace

std::optional<ReadingCost> reading_cost(std::string_view text) {
  ReadingCost cost;
  do {
    ++cost.factors;
    const std::string_view first = take_digits(text);
    cost.prime_digits = std::max(cost.prime_digits, first.size());
    bool is_good = !first.empty();
    if (take_word(text, "..")) {
      const std::string_view last = take_digits(text);
      cost.prime_digits = std::max(cost.prime_digits, last.size());
      const std::uint64_t begin = saturated(first);
      const std::uint64_t end = saturated(last);
      is_good = is_good && !last.empty() && begin < end;
      cost.sieved = saturated_sum(cost.sieved, end - begin);
      cost.sieved = saturated_sum(cost.sieved, static_cast<std::uint64_t>(std::sqrt(static_cast<double>(end))));
    }
    if (take_word(text, "^")) {
      is_good = is_good && !take_digits(text).empty();
    }
    if (!is_good) {
      return std::nullopt;
    }
  } while (take_word(text, "*"));
  return text.empty() ? std::optional(cost) : std::nullopt;
}

core::Parsed<Factorization> Factorization::parse(std::string_view text) {
  if (text.size() > text_length_max) {
    return core::Refusal{"a factorisation longer than 65536 characters"};
  }
  std::vector<Run> runs;
  std::uint64_t primes = 0;
  std::uint64_t bits = 0;
  std::size_t proved_bits = 0;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t star = std::min(text.find('*', begin), text.size());
    auto run = parse_factor(text.substr(begin, star - begin));
    if (core::accepted(run) == nullptr) {
      return core::Refusal{core::refusal_reason(run)};
    }
    runs.push_back(*core::accepted(run));
    const Run& read = runs.back();
    const std::uint64_t power_bits = read.exponent * read.last.bit_length();
    primes += read.count * weight_of(power_bits);
    bits += read.count * power_bits;
    if (primes > primes_max || bits > bits_max) {
      return core::Refusal{"more than 10000000 primes (fewer if to high powers), or n beyond 2^(2^30)"};
    }
    proved_bits += read.last.fits_uint64() ? 0 : read.last.bit_length();
    if (proved_bits > proved_bits_max) {
      return core::Refusal{"too many long primes to prove them here (at most 1200 bits of them)"};
    }
    begin = star + 1;
  }
  std::sort(runs.begin(), runs.end(), [](const Run& a, const Run& b) { return a.first < b.first; });
  std::vector<Run> merged;
  for (auto& run : runs) {
    if (!merged.empty() && run.first <= merged.back().last) {
      return core::Refusal{"the prime " + run.first.to_decimal() + " comes twice (write one power of it)"};
    }
    append(merged, std::move(run));
  }
  return Factorization(std::move(merged));
}

Factorization Factorization::from_prime_powers(const std::vector<PrimePower>& powers) {
  ROBIN_ASSERT(!powers.empty(), "n >= 2 has a prime factor");
  std::vector<Run> runs;
  for (const auto& [prime, exponent] : powers) {
    ROBIN_ASSERT(exponent >= 1, "a prime factor has an exponent of at least 1");
    ROBIN_ASSERT(runs.empty() || runs.back().last < prime, "primes come in ascending order");
    append(runs, Run{prime, prime, 1, exponent});
  }
  return Factorization(std::move(runs));
}

Factorization Factorization::from_exponents(const std::vector<std::uint32_t>& exponents,
                                            const std::vector<std::uint64_t>& primes) {
  ROBIN_ASSERT(exponents.size() <= primes.size(), "there is a prime for each exponent");
  std::vector<Run> runs;
  for (std::size_t i = 0; i < exponents.size();) {
    std::size_t end = i + 1;
    while (end < exponents.size() && exponents[end] == exponents[i]) {
      ++end;
    }
    if (exponents[i] != 0) {
      runs.push_back({primes[i], primes[end - 1], end - i, exponents[i]});
    }
    i = end;
  }
  ROBIN_ASSERT(!runs.empty(), "n >= 2 has a prime factor");
  return Factorization(std::move(runs));
}

Factorization Factorization::from_runs(std::vector<Run> runs) {
  ROBIN_ASSERT(!runs.empty(), "n >= 2 has a prime factor");
  std::vector<Run> merged;
  for (Run& run : runs) {
    ROBIN_ASSERT(run.exponent >= 1 && run.count >= 1 && run.first <= run.last, "a run has primes and an exponent");
    ROBIN_ASSERT(merged.empty() || merged.back().last < run.first, "runs come in ascending order");
    append(merged, std::move(run));
  }
  return Factorization(std::move(merged));
}

std::string Factorization::text() const {
  std::string text;
  const auto add = [&text](const std::string& factor) { text += (text.empty() ? "" : "*") + factor; };
  for (const auto& run : runs_) {
    if (run.count >= shown_as_run_min) {
      add(run.first.to_decimal() + ".." + power_text(run.last, run.exponent));
      continue;
    }
    add(power_text(run.first, run.exponent));
    if (run.count == 2) {
      add(power_text(run.last, run.exponent));
    }
  }
  return text;
}

void Factorization::for_each(const std::function<void(const Integer&, std::uint32_t)>& visit) const {
  for (const auto& run : runs_) {
    if (run.count == 1) {
      visit(run.first, run.exponent);
      continue;
    }
    for_each_prime(run.first.to_uint64(), run.last.to_uint64() + 1, [&](std::uint64_t prime) {
      visit(prime, run.exponent);
      return true;
    });
  }
}

bool Factorization::surely_longer_than(std::size_t digits_max) const {
  // 2^(b-1) <= p, and a number of d digits is below 10^d < 2^(4d).
  std::uint64_t bits = 0;
  for (const auto& run : runs_) {
    bits += run.count * run.exponent * (run.first.bit_length() - 1);
  }
  return bits > 4 * static_cast<std::uint64_t>(digits_max);
}

std::optional<Integer> Factorization::value(std::size_t digits_max) const {
  if (surely_longer_than(digits_max)) {
    return std::nullopt;
  }
  Integer n(1);
  for_each([&n](const Integer& prime, std::uint32_t exponent) { n *= Integer::power(prime, exponent); });
  return n.decimal_digits() <= digits_max ? std::optional<Integer>(std::move(n)) : std::nullopt;
}

std::optional<Integer> Factorization::sigma(std::size_t digits_max) const {
  if (surely_longer_than(digits_max)) {
    return std::nullopt;
  }
  Integer sum(1);
  for_each([&sum](const Integer& prime, std::uint32_t exponent) { sum *= sigma_of_prime_power(prime, exponent); });
  return sum.decimal_digits() <= digits_max ? std::optional<Integer>(std::move(sum)) : std::nullopt;
}

Integer sigma_of_prime_power(const Integer& prime, std::uint32_t exponent) {
  if (exponent == 1) {
    return prime + Integer(1);
  }
  return (Integer::power(prime, exponent + std::uint64_t{1}) - Integer(1)).divided_exactly_by(prime - Integer(1));
}

}  // namespace robin::math
