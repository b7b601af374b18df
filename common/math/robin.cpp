#include "math/robin.hpp"

#include <algorithm>
#include <optional>

#include "contract.hpp"
#include "math/bar.hpp"

namespace robin::math {
namespace {

/// Products are kept exact up to this size, then folded into an enclosure: exact is cheapest while n fits a few words.
constexpr std::size_t exact_bits_max = 4096;

/// Guard bits: a fold costs one rounding, and fewer than 2^24 folds happen for the 10^7 primes a factorisation may
/// have.
PrecisionBits with_guard(PrecisionBits precision) { return {precision.value + 32}; }

PrecisionBits doubled(PrecisionBits precision) { return {precision.value * 2}; }

Interval ratio_of(const Interval& abundancy_of_n, const Interval& log_log, PrecisionBits precision) {
  return Interval::div(abundancy_of_n, log_log, precision);
}

}  // namespace

Interval log_value(const Factorization& n, PrecisionBits precision) {
  const PrecisionBits working = with_guard(precision);
  Interval sum(working);
  Integer product(1);
  const auto fold = [&] {
    sum = Interval::add(sum, Interval::log(Interval::from(product, working), working), working);
    product = Integer(1);
  };
  n.for_each([&](const Integer& prime, std::uint32_t exponent) {
    product *= exponent == 1 ? prime : Integer::power(prime, exponent);
    if (product.bit_length() > exact_bits_max) {
      fold();
    }
  });
  fold();
  return sum;
}

Interval abundancy(const Factorization& n, PrecisionBits precision) {
  const PrecisionBits working = with_guard(precision);
  Interval quotient = Interval::from(Integer(1), working);
  Integer sigma(1);
  Integer product(1);
  const auto fold = [&] {
    quotient = Interval::mul(quotient, Interval::from_ratio(sigma, product, working), working);
    sigma = Integer(1);
    product = Integer(1);
  };
  n.for_each([&](const Integer& prime, std::uint32_t exponent) {
    sigma *= sigma_of_prime_power(prime, exponent);
    product *= exponent == 1 ? prime : Integer::power(prime, exponent);
    if (product.bit_length() > exact_bits_max) {
      fold();
    }
  });
  fold();
  return quotient;
}

Assessment assess(const Factorization& n, const PrecisionRange& range) {
  for (PrecisionBits precision = range.first;; precision = doubled(precision)) {
    const Interval left = abundancy(n, precision);
    const Interval log_log = Interval::log(log_value(n, precision), precision);
    const Interval constant = Interval::exp(bar(precision), precision);
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
  return std::min(Interval::from(threshold, precision).lower_double(),
                  Interval::exp(bar(precision), precision).lower_double());
}

bool is_known_exception(const Factorization& n) {
  const auto value = n.value(4);
  return value && *value <= Integer(known_exception_max) && assess(n, {}).verdict == Verdict::Violates;
}

}  // namespace robin::math
