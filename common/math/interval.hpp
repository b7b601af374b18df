#pragma once

// Interval: an enclosure [lo, hi] of a real number, over MPFI, which rounds every lower end down and every upper end up
// with MPFR. Invariant: the exact result for any points of the operands lies in the result. There are no operators:
// each operation names its precision. Predicates answer "certainly"; their negation means "not known". All rounding of
// the project lives in interval.cpp. Distinct objects may be used by distinct threads. Reference: Revol, Rouillier,
// "Motivations for an arbitrary precision interval arithmetic and the MPFI library" (2005).

#include <mpfi.h>

#include <compare>
#include <string>

#include "math/decimal.hpp"
#include "math/integer.hpp"

namespace robin::math {

/// Bits of the significand of both ends.
struct PrecisionBits {
  long value;
  friend auto operator<=>(const PrecisionBits&, const PrecisionBits&) = default;  // NOLINT(modernize-use-nullptr)
};

class Interval {
 public:
  /// [0, 0] at a precision of 2 to 1,000,000 bits.
  explicit Interval(PrecisionBits precision);
  Interval(const Interval& other);
  Interval(Interval&& other) noexcept;
  Interval& operator=(const Interval& other);
  Interval& operator=(Interval&& other) noexcept;
  ~Interval();

  [[nodiscard]] static Interval from(const Integer& value, PrecisionBits precision);
  /// numerator / denominator, denominator > 0.
  [[nodiscard]] static Interval from_ratio(const Integer& numerator, const Integer& denominator,
                                           PrecisionBits precision);
  [[nodiscard]] static Interval from(const Decimal& value, PrecisionBits precision);
  /// Euler's constant gamma = 0.5772...
  [[nodiscard]] static Interval euler_gamma(PrecisionBits precision);
  [[nodiscard]] static Interval pi(PrecisionBits precision);

  [[nodiscard]] static Interval add(const Interval& a, const Interval& b, PrecisionBits precision);
  [[nodiscard]] static Interval sub(const Interval& a, const Interval& b, PrecisionBits precision);
  [[nodiscard]] static Interval mul(const Interval& a, const Interval& b, PrecisionBits precision);
  [[nodiscard]] static Interval mul(const Interval& a, std::uint64_t factor, PrecisionBits precision);
  /// b must certainly not contain zero (asserted).
  [[nodiscard]] static Interval div(const Interval& a, const Interval& b, PrecisionBits precision);
  /// The smallest enclosure of both.
  [[nodiscard]] static Interval hull(const Interval& a, const Interval& b);
  /// a must be certainly positive (asserted).
  [[nodiscard]] static Interval log(const Interval& a, PrecisionBits precision);
  [[nodiscard]] static Interval exp(const Interval& a, PrecisionBits precision);
  /// a must be certainly positive (asserted).
  [[nodiscard]] static Interval sqrt(const Interval& a, PrecisionBits precision);
  /// E1(a), the integral of exp(-w)/w over w >= a; a must be certainly positive (asserted).
  [[nodiscard]] static Interval exponential_integral(const Interval& a, PrecisionBits precision);
  /// The lesser, the greater of two numbers.
  [[nodiscard]] static Interval min(const Interval& a, const Interval& b);
  [[nodiscard]] static Interval max(const Interval& a, const Interval& b);

  [[nodiscard]] bool certainly_less_than(const Interval& other) const;
  [[nodiscard]] bool certainly_at_most(const Interval& other) const;
  [[nodiscard]] bool certainly_positive() const;
  [[nodiscard]] bool certainly_negative() const;
  [[nodiscard]] bool is_finite() const;

  [[nodiscard]] bool contains_ratio(const Integer& numerator, const Integer& denominator) const;
  /// Whether every point of `inner` lies in this enclosure.
  [[nodiscard]] bool contains(const Interval& inner) const;

  /// An enclosure of one point: the upper end of this one.
  [[nodiscard]] Interval upper_point() const;

  /// Greatest double <= lo, least double >= hi.
  [[nodiscard]] double lower_double() const;
  [[nodiscard]] double upper_double() const;
  /// The doubles nearest to the two ends (ties to even): equal ends mean that every point rounds to that double.
  [[nodiscard]] double lower_end_to_nearest() const;
  [[nodiscard]] double upper_end_to_nearest() const;

  /// floor(lo 2^bits) and ceil(hi 2^bits): the ends in fixed point, rounded outward.
  [[nodiscard]] Integer lower_scaled(unsigned bits) const;
  [[nodiscard]] Integer upper_scaled(unsigned bits) const;

  /// The ends in plain decimal notation with `digits` significant digits, rounded outward.
  [[nodiscard]] std::string lower_decimal(int digits) const;
  [[nodiscard]] std::string upper_decimal(int digits) const;

 private:
  mpfi_t value_;
};

}  // namespace robin::math
