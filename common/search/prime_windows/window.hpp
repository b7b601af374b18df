#pragma once

// Windows: the grid on which primes are summed up above 2^20, and the enclosures of what the primes of one window add
// to L = log N and S, from their count and moments alone. The grid depends on x alone: for 4^k <= x < 4^(k+1) the width
// is 2^(k-2), at multiples of it. Derivation and error terms: ALGORITHMS.md, "Window sums".

#include <cstdint>
#include <functional>

#include "math/euler_factor.hpp"
#include "search/prime_windows/step_sums.hpp"
#include "search/strategy.hpp"

namespace robin::search::prime_windows {

/// Windows begin here; steps below are walked one by one.
inline constexpr std::uint64_t windows_begin = std::uint64_t{1} << 20U;

/// Where the window that holds x >= 2^20 ends.
[[nodiscard]] std::uint64_t window_end(std::uint64_t x);
/// Windows come in groups that share what varies slowly. The begin of the group of x, which depends on x alone.
[[nodiscard]] std::uint64_t group_begin(std::uint64_t x);
/// The end of the run of windows that one thread sums up: long enough that beginning to sieve costs little.
[[nodiscard]] std::uint64_t slice_end_at(std::uint64_t x);

/// The primes p of one window [begin, end), by their offsets t = p - begin.
struct WindowTally {
  std::uint64_t begin;
  std::uint64_t end;
  std::uint64_t count;
  std::uint64_t offset_sum;
  /// The sum of t^2 if the window lies below 10^10; else 0.
  std::uint64_t square_sum;

  [[nodiscard]] uint128 prime_sum() const noexcept { return uint128{begin} * count + offset_sum; }
};

/// Sums up the primes of [begin, end), begin >= 2^20, window by window.  Cost: that of sieving, nearly.
[[nodiscard]] Tally tally_windows(std::uint64_t begin, std::uint64_t end);
/// The same from the primes written out by libprimesieve: for what the sieve of bits does not reach, and to compare
/// with.
[[nodiscard]] Tally tally_windows_by_list(std::uint64_t begin, std::uint64_t end);

/// Cuts the tally of [begin, end) into its windows again, in order.
void for_each_window(std::uint64_t begin, std::uint64_t end, const Tally& tally,
                     const std::function<void(const WindowTally&)>& visit);

/// What the primes of a window add: their logarithms to L, the logarithms of their Euler factors to S.  Cost: about
/// twenty divisions.
[[nodiscard]] StepSums sums_of_window(const WindowTally& window, math::EulerFactor factor);

}  // namespace robin::search::prime_windows
