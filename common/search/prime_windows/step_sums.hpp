#pragma once

// StepSums: what a run of steps adds to L = log N and to S, the logarithm that the inequality bounds (log(sigma(N)/N),
// or log(N/phi(N))), in fixed point: lower and upper sums apart, L in units of 2^-64, S in units of 2^-96. Each step
// (or window of steps) is rounded outward once, and integers are added; so the sums are exact, associative, and the
// same for every tiling, thread count, compiler and CPU.

#include <cstdint>

#include "math/integer.hpp"
#include "math/interval.hpp"

namespace robin::search::prime_windows {

using core::int128;
using core::uint128;

inline constexpr unsigned log_bits = 64;
inline constexpr unsigned growth_bits = 96;
/// The precision of the few enclosures that are computed one by one.
inline constexpr math::PrecisionBits precision{128};

struct StepSums {
  uint128 log_lo = 0;
  uint128 log_hi = 0;
  uint128 growth_lo = 0;
  uint128 growth_hi = 0;

  StepSums& operator+=(const StepSums& other) noexcept {
    log_lo += other.log_lo;
    log_hi += other.log_hi;
    growth_lo += other.growth_lo;
    growth_hi += other.growth_hi;
    return *this;
  }
  friend bool operator==(const StepSums&, const StepSums&) = default;
};

/// The count and the sum of the primes among the steps.
struct PrimeSums {
  std::uint64_t count = 0;
  uint128 sum = 0;

  PrimeSums& operator+=(const PrimeSums& other) noexcept {
    count += other.count;
    sum += other.sum;
    return *this;
  }
  friend bool operator==(const PrimeSums&, const PrimeSums&) = default;
};

/// The enclosure [lo, hi] in units of 2^-bits.
[[nodiscard]] math::Interval fixed_interval(uint128 lo, uint128 hi, unsigned bits);
/// The ends of an enclosure in units of 2^-bits, rounded outward; they must not be negative (asserted).
[[nodiscard]] uint128 lower_fixed(const math::Interval& value, unsigned bits);
[[nodiscard]] uint128 upper_fixed(const math::Interval& value, unsigned bits);

}  // namespace robin::search::prime_windows
