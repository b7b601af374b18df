#pragma once

// What margins are made of: gamma + log log L from both sides, and how far the growth of S inside a window may differ
// from that of log log L. In units of 2^-96, L in units of 2^-64. Pure; any thread may call.

#include <cstdint>

#include "search/prime_windows/step_sums.hpp"

namespace robin::search::prime_windows {

/// A lower and an upper bound of gamma + log log L, for L = log_sum 2^-64 > 1. The floor holds for every point above L,
/// too, and lies less than 2^-60 below the value; the ceiling holds for every point below L, too, and lies less than
/// 2^-60 above.  Cost: two logarithms, by MPFR for L < 2^8.
[[nodiscard]] int128 log_log_floor(uint128 log_sum);
[[nodiscard]] int128 log_log_ceiling(uint128 log_sum);

/// 1/(a log a) - 1/(b log b), rounded up, 0 if it is negative: the growth of S for each unit of L is at most 1/(p log
/// p) at a step at p or above, that of log log L is 1/(L log L).  Requires 2^14 <= a; b in units of 2^-64.
[[nodiscard]] uint128 rate_difference(std::uint64_t a, uint128 b);

/// A whole number in units of 2^-64.
[[nodiscard]] constexpr uint128 whole(std::uint64_t number) { return uint128{number} << log_bits; }

}  // namespace robin::search::prime_windows
