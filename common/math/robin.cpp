#include "math/robin.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/contract.hpp"
#include "math/bar.hpp"
#include "math/primes.hpp"

namespace robin::math {
namespace {

/// Products are kept exact up to this size, then folded into an enclosure: exact is cheapest while n fits a few words.
constexpr std::size_t exact_bits_max = 4096;

/// Guard bits: a fold costs one rounding, and fewer than 2^24 folds happen for the 10^7 primes a factorisation may
/// have.
PrecisionBits with_guard(PrecisionBits precision) { return {precision.value + 32}; }

PrecisionBits doubled(PrecisionBits precision) { return {precision.value * 2}; }

/// An exact product whose small factors are multiplied in a word first.
class Product {
 public:
  void multiply(std::uint64_t factor) {
    std::uint64_t product = 0;
    if (__builtin_mul_overflow(word_, factor, &product)) {
      value_ *= word_;
      product = factor;
    }
    word_ = product;
  }
  void multiply(const Integer& factor) { value_ *= factor; }
  [[nodiscard]] std::size_t bit_length() const noexcept { return value_.bit_length(); }
  [[nodiscard]] Integer taken() {
    value_ *= std::exchange(word_, 1);
    return std::exchange(value_, Integer(1));
  }

 private:
  Integer value_{1};
  std::uint64_t word_ = 1;
};

/// p^e and sigma(p^e), if both fit a word.
struct PowerInWord {
  std::uint64_t value;
  std::uint64_t sigma;
};
std::optional<PowerInWord> power_in_word(std::uint64_t prime, std::uint32_t exponent) {
  PowerInWord power{1, 1};
  for (std::uint32_t e = 0; e < exponent; ++e) {
    if (__builtin_mul_overflow(power.value, prime, &power.value) ||
        __builtin_add_overflow(power.sigma, power.value, &power.sigma)) {
      return std::nullopt;
    }
  }
  return power;
}

/// Calls visit(product, sigma of it) for parts of n that multiply out to n with the prime powers that `visit_long` is
/// called for: those that are longer than any part, which are too long to be multiplied out.
template <class Visit, class VisitLong>
void for_each_chunk(const Factorization& n, Visit visit, VisitLong visit_long) {
  Product product;
  Product sigma;
  const auto multiply_large = [&](const Integer& prime, std::uint32_t exponent) {
    if (exponent > 1 && exponent * prime.bit_length() > exact_bits_max) {
      visit_long(prime, exponent);
      return;
    }
    product.multiply(Integer::power(prime, exponent));
    sigma.multiply(sigma_of_prime_power(prime, exponent));
  };
  const auto multiply = [&](std::uint64_t prime, std::uint32_t exponent) {
    if (const auto power = power_in_word(prime, exponent)) {
      product.multiply(power->value);
      sigma.multiply(power->sigma);
    } else {
      multiply_large(prime, exponent);
    }
    if (product.bit_length() > exact_bits_max) {
      visit(product.taken(), sigma.taken());
    }
  };
  for (const auto& run : n.runs()) {
    if (!run.last.fits_uint64()) {
      multiply_large(run.first, run.exponent);
    } else if (run.count == 1) {
      multiply(run.first.to_uint64(), run.exponent);
    } else {
      for_each_prime_run(run.first.to_uint64(), run.last.to_uint64() + 1,
                         [&](const std::uint64_t* first, const std::uint64_t* last) {
                           std::for_each(first, last, [&](std::uint64_t prime) { multiply(prime, run.exponent); });
                         });
    }
  }
  visit(product.taken(), sigma.taken());
}

/// sigma(p^e)/p^e = (p - p^-e)/(p - 1), where 0 < p^-e <= 2^-bits.
Interval abundancy_of_long(const Integer& prime, std::uint32_t exponent, PrecisionBits precision) {
  const std::uint64_t bits = std::min(exponent * (prime.bit_length() - 1), static_cast<std::size_t>(precision.value));
  const Integer scale = Integer::power(2, bits);
  const Integer below = prime - Integer(1);
  return Interval::hull(Interval::from_ratio(prime * scale - Integer(1), below * scale, precision),
                        Interval::from_ratio(prime, below, precision));
}

Interval ratio_of(const Interval& abundancy_of_n, const Interval& log_log, PrecisionBits precision) {
  return Interval::div(abundancy_of_n, log_log, precision);
}

}  // namespace

Interval log_value(const Factorization& n, PrecisionBits precision) {
  const PrecisionBits working = with_guard(precision);
  Interval sum(working);
  const auto add = [&](const Interval& log) { sum = Interval::add(sum, log, working); };
  const auto log_of = [working](const Integer& value) {
    return Interval::log(Interval::from(value, working), working);
  };
  for_each_chunk(
      n, [&](const Integer& product, const Integer& /*sigma*/) { add(log_of(product)); },
      [&](const Integer& prime, std::uint32_t exponent) { add(Interval::mul(log_of(prime), exponent, working)); });
  return sum;
}

Interval abundancy(const Factorization& n, PrecisionBits precision) {
  const PrecisionBits working = with_guard(precision);
  Interval quotient = Interval::from(Integer(1), working);
  const auto multiply = [&](const Interval& factor) { quotient = Interval::mul(quotient, factor, working); };
  for_each_chunk(
      n, [&](const Integer& product, const Integer& sigma) { multiply(Interval::from_ratio(sigma, product, working)); },
      [&](const Integer& prime, std::uint32_t exponent) { multiply(abundancy_of_long(prime, exponent, working)); });
  return quotient;
}

Assessment assess(const Factorization& n, const PrecisionRange& range) {
  for (PrecisionBits precision = range.first;; precision = doubled(precision)) {
    const Interval left = abundancy(n, precision);
    const Interval log_log = Interval::log(log_value(n, precision), precision);
    const Interval constant = exp_of_bar(precision);
    const Interval right = Interval::mul(constant, log_log, precision);
    const bool holds = left.certainly_less_than(right);
    const bool violates = right.certainly_less_than(left);
    if (holds || violates || doubled(precision) > range.limit) {
      const Verdict verdict = holds ? Verdict::Holds : violates ? Verdict::Violates : Verdict::Undecided;
      return {verdict, ratio_of(left, log_log, precision)};
    }
  }
}

Side compare_ratio(const Factorization& n, const Interval& ratio, const Decimal& threshold,
                   const PrecisionRange& range) {
  std::optional<Interval> sharper;
  for (PrecisionBits precision = range.first;; precision = doubled(precision)) {
    const Interval& known = sharper ? *sharper : ratio;
    const Interval bar = Interval::from(threshold, precision);
    if (known.certainly_less_than(bar)) {
      return Side::Below;
    }
    if (bar.certainly_less_than(known)) {
      return Side::AtLeast;
    }
    const PrecisionBits next = doubled(precision);
    if (next > range.limit) {
      return Side::Undecided;
    }
    sharper = ratio_of(abundancy(n, next), Interval::log(log_value(n, next), next), next);
  }
}

double kept_ratio_min(const Decimal& threshold) {
  const PrecisionBits precision{64};
  return std::min(Interval::from(threshold, precision).lower_double(), exp_of_bar(precision).lower_double());
}

bool is_known_exception(const Factorization& n) {
  const auto value = n.value(4);
  return value && *value <= Integer(known_exception_max) && assess(n, {}).verdict == Verdict::Violates;
}

}  // namespace robin::math
