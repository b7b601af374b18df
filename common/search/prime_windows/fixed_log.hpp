#pragma once

// Fixed, and logarithms in it: natural logarithms of whole and fixed-point numbers with certified ends, from a table
// and a short series in integers. A hundred times as fast as an enclosure by MPFR, exact to about 2^-62: for what is
// asked once a window or a step. The same bits on every CPU. Derivation: ALGORITHMS.md, "Logarithms". Any thread may
// call it.

#include <cstdint>

#include "search/prime_windows/step_sums.hpp"

namespace robin::search::prime_windows {

/// An enclosure [lo, hi]; whoever uses it knows its unit.
struct Fixed {
  int128 lo;
  int128 hi;
};

/// The unit of fixed_log() is 2^-80.
inline constexpr unsigned fine_log_bits = 80;

/// Encloses log(value 2^-bits), for value >= 2^bits (asserted): at most 2^-65 wide if value < 2^64, else 2^-62.  Cost:
/// about ten multiplications and a division.
[[nodiscard]] Fixed fixed_log(uint128 value, unsigned bits = 0);

/// Encloses log(1 + 1/s), s >= 1, in units of 2^-96.  Cost: three divisions from s = 2^7 on; below, two logarithms by
/// MPFR.
[[nodiscard]] Fixed log_one_plus_inverse(std::uint64_t s);

/// What one step adds: log q to L and `growth` to S.
[[nodiscard]] StepSums step_sums(std::uint64_t q, const Fixed& growth);

/// numerator / denominator, rounded up (the sum of both must not overflow).
[[nodiscard]] constexpr uint128 divided_up(uint128 numerator, std::uint64_t denominator) {
  return (numerator + (denominator - 1)) / denominator;
}
/// numerator / denominator, rounded down, also below zero.
[[nodiscard]] constexpr int128 divided_down(int128 numerator, std::uint64_t denominator) {
  const auto divisor = static_cast<int128>(denominator);
  const int128 quotient = numerator / divisor;
  return numerator % divisor < 0 ? quotient - 1 : quotient;
}

}  // namespace robin::search::prime_windows
