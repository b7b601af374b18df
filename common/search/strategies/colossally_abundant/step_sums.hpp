#pragma once

// StepSums: what a run of steps adds to L = log N and S = log(sigma(N)/N), in fixed point: lower and upper sums apart,
// L in units of 2^-64, S in units of 2^-96. Each step (or window of steps) is rounded outward once, and integers are
// added; so the sums are exact, associative, and the same for every tiling, thread count, compiler and CPU.

#include <cstdint>

#include "math/integer.hpp"
#include "math/interval.hpp"

namespace robin::search::colossally_abundant {

using math::int128;
using math::uint128;

inline constexpr unsigned log_bits = 64;
inline constexpr unsigned abundancy_bits = 96;
/// For the few enclosures that are computed one by one.
inline constexpr math::PrecisionBits precision{128};

struct StepSums {
  uint128 log_lo = 0;
  uint128 log_hi = 0;
  uint128 abundancy_lo = 0;
  uint128 abundancy_hi = 0;

  StepSums& operator+=(const StepSums& other) noexcept {
    log_lo += other.log_lo;
    log_hi += other.log_hi;
    abundancy_lo += other.abundancy_lo;
    abundancy_hi += other.abundancy_hi;
    return *this;
  }
  friend bool operator==(const StepSums&, const StepSums&) = default;
};

/// What primes add up to beside their steps.
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

/// A lower bound of gamma + log log L, in units of 2^-96, for L = log_sum 2^-64 > 1 or a point above it; less than
/// 2^-60 below it. Signed.  Cost: two logarithms, by MPFR for L < 2^8.
[[nodiscard]] int128 log_log_floor(uint128 log_sum);

/// The ends of an enclosure in units of 2^-bits, rounded outward; they must not be negative (asserted).
[[nodiscard]] uint128 lower_fixed(const math::Interval& value, unsigned bits);
[[nodiscard]] uint128 upper_fixed(const math::Interval& value, unsigned bits);

}  // namespace robin::search::colossally_abundant
