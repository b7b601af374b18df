#pragma once

// What the squares of primes W < p <= Z, of no table, add to D(t) of ALGORITHMS.md, from below for all t in [y, b] at
// once (step 6): an integral, less what theta(x) may differ from x by a cited theorem. A theorem that does not speak of
// the numbers at hand is a refusal that names it. Pure; any thread may call.  Cost: some milliseconds.

#include <cstdint>

#include "core/refusal.hpp"
#include "horizon/arithmetic.hpp"
#include "horizon/input.hpp"

namespace robin::horizon {

struct Squares {
  math::Interval sum;
  /// The theorem that says where theta is, if `is_used`.
  Input theta;
  bool is_used;
};

struct SquaresQuestion {
  /// The bound holds for all t of [y, b].
  const math::Interval& y;
  const math::Interval& b;
  /// The price eps(b) = 1/(b log b).
  const math::Interval& price;
  /// Primes up to this are in tables; 1: there are none.
  std::uint64_t tabled;
  /// The height up to which the zeros are verified.
  std::uint64_t height;
};

[[nodiscard]] core::Parsed<Squares> squares_beyond(const SquaresQuestion& question, const Arithmetic& at);

/// The one P with (1/P^2 - 1/P^3)/log P = price = 1/(b log b), for b >= 5.
[[nodiscard]] math::Interval peak(const math::Interval& b, const math::Interval& price, const Arithmetic& at);

/// The greatest d 10^k, d = 1..9, with 4.92 sqrt(x/log x) <= height there, 0 if there is none: up to where the theorem
/// about theta under a height is asked. A choice, which squares_beyond() checks.
struct RoundNumber {
  unsigned digit = 0;
  unsigned zeros = 0;
};
[[nodiscard]] RoundNumber theta_reach(std::uint64_t height);

}  // namespace robin::horizon
