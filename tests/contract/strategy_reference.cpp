#include "contract/strategy_reference.hpp"

#include <mpfr.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <stdexcept>

#include "math/arb.hpp"

namespace robin::testing_support {
namespace {

constexpr slong precision = 512;

class Arb {
 public:
  Arb() { arb_init(value_); }
  Arb(const Arb&) = delete;
  Arb& operator=(const Arb&) = delete;
  ~Arb() { arb_clear(value_); }
  arb_ptr get() { return value_; }

 private:
  arb_t value_;
};

void set(Arb& to, const mpz_class& from) {
  fmpz_t value;
  fmpz_init(value);
  fmpz_set_mpz(value, from.get_mpz_t());
  arb_set_fmpz(to.get(), value);
  fmpz_clear(value);
}

void log_log(Arb& to, const mpz_class& n) {
  set(to, n);
  arb_log(to.get(), to.get(), precision);
  arb_log(to.get(), to.get(), precision);
}

void ratio(Arb& to, const ReferenceNumber& n) {
  Arb denominator;
  log_log(denominator, reference_value(n));
  Arb factor;
  set(factor, reference_value(n));
  arb_mul(denominator.get(), denominator.get(), factor.get(), precision);
  set(to, reference_sigma(n));
  arb_div(to.get(), to.get(), denominator.get(), precision);
}

ReferenceNumber factor_by_trial(std::uint64_t n) {
  ReferenceNumber powers;
  for (std::uint64_t p = 2; p * p <= n; ++p) {
    for (std::uint32_t exponent = 0; n % p == 0; n /= p) {
      if (++exponent == 1) {
        powers.emplace_back(p, 1);
      }
      powers.back().second = exponent;
    }
  }
  if (n > 1) {
    powers.emplace_back(n, 1);
  }
  return powers;
}

std::vector<ReferenceNumber> exhaustive_candidates(const std::string& begin, std::uint64_t count) {
  std::vector<ReferenceNumber> numbers;
  const std::uint64_t first = std::stoull(begin);
  for (std::uint64_t n = first; n < first + count; ++n) {
    numbers.push_back(factor_by_trial(n));
  }
  return numbers;
}

/// Recursion over partitions in reverse lexicographic order, skipping whole branches by their size.
class PartitionRecursion {
 public:
  PartitionRecursion(mpz_class skip, std::uint64_t want) : skip_(std::move(skip)), want_(want) {}

  /// All partitions of `rest` with parts of at most `part_max`, appended to the prefix.
  void run(std::uint32_t rest, std::uint32_t part_max) {
    if (found_.size() == want_) {
      return;
    }
    if (skip_ > 0 && count(rest, part_max) <= skip_) {
      skip_ -= count(rest, part_max);
      return;
    }
    if (rest == 0) {
      found_.push_back(prefix_);
      return;
    }
    for (std::uint32_t part = std::min(rest, part_max); part >= 1; --part) {
      prefix_.push_back(part);
      run(rest - part, part);
      prefix_.pop_back();
    }
  }

  [[nodiscard]] std::uint64_t found_count() const { return found_.size(); }
  [[nodiscard]] const std::vector<std::vector<std::uint32_t>>& found() const { return found_; }

 private:
  /// Partitions of n into parts of at most k = partitions of n into at most k parts, by the parts' conjugate recursion.
  const mpz_class& count(std::uint32_t n, std::uint32_t k) {
    const auto key = std::make_pair(n, std::min(n, k));
    if (const auto known = counts_.find(key); known != counts_.end()) {
      return known->second;
    }
    mpz_class total = n == 0 ? 1 : 0;
    for (std::uint32_t part = 1; part <= std::min(n, k); ++part) {
      total += count(n - part, part);
    }
    return counts_[key] = total;
  }

  mpz_class skip_;
  std::uint64_t want_;
  std::vector<std::uint32_t> prefix_;
  std::vector<std::vector<std::uint32_t>> found_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, mpz_class> counts_;
};

std::uint64_t reference_prime(std::size_t index) {
  static std::vector<std::uint64_t> primes;
  for (std::uint64_t n = primes.empty() ? 2 : primes.back() + 1; primes.size() <= index; ++n) {
    if (std::none_of(primes.begin(), primes.end(), [n](std::uint64_t p) { return n % p == 0; })) {
      primes.push_back(n);
    }
  }
  return primes[index];
}

std::vector<ReferenceNumber> superabundant_candidates(const std::string& begin, std::uint64_t count) {
  const std::size_t colon = begin.find(':');
  auto level = static_cast<std::uint32_t>(std::stoul(begin.substr(0, colon)));
  mpz_class skip(begin.substr(colon + 1));
  std::vector<ReferenceNumber> numbers;
  for (; numbers.size() < count; ++level, skip = 0) {
    PartitionRecursion recursion(skip, count - numbers.size());
    recursion.run(level, level);
    for (const auto& parts : recursion.found()) {
      ReferenceNumber n;
      for (std::size_t i = 0; i < parts.size(); ++i) {
        n.emplace_back(reference_prime(i), parts[i]);
      }
      numbers.push_back(n);
    }
  }
  return numbers;
}

std::string join(const std::vector<ReferenceNumber>& candidates, double (*ratio_of)(const ReferenceNumber&)) {
  std::string text;
  for (const auto& n : candidates) {
    std::array<char, 64> buffer{};
    std::snprintf(buffer.data(), buffer.size(), ",%5.4f", ratio_of(n));
    text.append(text.empty() ? "" : ",").append(reference_value(n).get_str()).append(buffer.data());
  }
  return text;
}

double ratio_by_mpfr(const ReferenceNumber& n) {
  mpfr_t value;
  mpfr_init2(value, 200);
  mpfr_set_z(value, reference_value(n).get_mpz_t(), MPFR_RNDN);
  mpfr_log(value, value, MPFR_RNDN);
  mpfr_log(value, value, MPFR_RNDN);
  mpfr_mul_z(value, value, reference_value(n).get_mpz_t(), MPFR_RNDN);
  mpfr_ui_div(value, 1, value, MPFR_RNDN);
  mpfr_mul_z(value, value, reference_sigma(n).get_mpz_t(), MPFR_RNDN);
  const double nearest = mpfr_get_d(value, MPFR_RNDN);
  mpfr_clear(value);
  return nearest;
}

double ratio_by_arb(const ReferenceNumber& n) {
  Arb value;
  ratio(value, n);
  return arf_get_d(arb_midref(value.get()), ARF_RND_NEAR);
}

}  // namespace

std::vector<ReferenceNumber> reference_candidates(const std::string& strategy, const std::string& begin,
                                                  std::uint64_t count) {
  if (strategy == "exhaustive") {
    return exhaustive_candidates(begin, count);
  }
  if (strategy == "superabundant") {
    return superabundant_candidates(begin, count);
  }
  throw std::out_of_range("no reference for strategy " + strategy);
}

mpz_class reference_value(const ReferenceNumber& n) {
  mpz_class value = 1;
  for (const auto& [prime, exponent] : n) {
    for (std::uint32_t i = 0; i < exponent; ++i) {
      value *= prime;
    }
  }
  return value;
}

mpz_class reference_sigma(const ReferenceNumber& n) {
  mpz_class sigma = 1;
  for (const auto& [prime, exponent] : n) {
    mpz_class sum = 1;  // 1 + p + ... + p^e by Horner's scheme
    for (std::uint32_t i = 0; i < exponent; ++i) {
      sum = sum * prime + 1;
    }
    sigma *= sum;
  }
  return sigma;
}

ReferenceVerdict reference_verdict(const ReferenceNumber& n) {
  Arb right;
  log_log(right, reference_value(n));
  Arb constant;
  arb_const_euler(constant.get(), precision);
  arb_exp(constant.get(), constant.get(), precision);
  arb_mul(right.get(), right.get(), constant.get(), precision);
  Arb factor;
  set(factor, reference_value(n));
  arb_mul(right.get(), right.get(), factor.get(), precision);
  Arb left;
  set(left, reference_sigma(n));
  if (arb_lt(left.get(), right.get()) != 0) {
    return ReferenceVerdict::Holds;
  }
  if (arb_gt(left.get(), right.get()) != 0) {
    return ReferenceVerdict::Violates;
  }
  throw std::runtime_error("512 bits do not decide");
}

bool reference_reaches(const ReferenceNumber& n, const std::string& threshold) {
  Arb value;
  ratio(value, n);
  Arb bar;
  arb_set_str(bar.get(), threshold.c_str(), precision);
  if (arb_ge(value.get(), bar.get()) != 0) {
    return true;
  }
  if (arb_lt(value.get(), bar.get()) != 0) {
    return false;
  }
  throw std::runtime_error("512 bits do not decide");
}

std::string reference_original_text_gmp(const std::vector<ReferenceNumber>& candidates) {
  return join(candidates, &ratio_by_mpfr);
}

std::string reference_original_text_arb(const std::vector<ReferenceNumber>& candidates) {
  return join(candidates, &ratio_by_arb);
}

}  // namespace robin::testing_support
