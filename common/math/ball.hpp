#pragma once

// Ball: a real number enclosed by Arb, the second way beside MPFI's Interval: for whatever looks at a result again.
// Freed with the object. Used by one thread.

#include "math/arb.hpp"
#include "math/integer.hpp"

namespace robin::math {

/// The precision, in bits, for sums over up to 2^50 primes: log N below 2^56 in units of 2^-64 takes 120 bits, and 8
/// are left for rounding.
inline constexpr slong ball_bits = 128;

class Ball {
 public:
  Ball() { arb_init(value_); }
  ~Ball() { arb_clear(value_); }
  Ball(const Ball&) = delete;
  Ball& operator=(const Ball&) = delete;

  operator arb_ptr() { return value_; }           // NOLINT(google-explicit-constructor): as in the library
  operator arb_srcptr() const { return value_; }  // NOLINT(google-explicit-constructor)

  /// Makes this the smallest ball that holds both `lo` and `hi`, given in units of 2^-bits.
  void set_between(const Integer& lo, const Integer& hi, slong bits);
  /// The lower and the upper end in units of 2^-bits, rounded outward.
  [[nodiscard]] Integer lower(slong bits) const;
  [[nodiscard]] Integer upper(slong bits) const;

 private:
  arb_t value_;
};

}  // namespace robin::math
