#pragma once

// Reach: Robin's inequality for every n with log n between two numbers, proved by finitely many segments without a gap,
// each with one bound of Horizon; and what it rests on. A value.

#include <vector>

#include "horizon/horizon.hpp"

namespace robin::horizon {

struct Segment {
  math::Interval from;
  math::Interval to;
  math::Interval factor;
};

struct Reach {
  /// The segments, in order: each begins where the one before ends.
  std::vector<Segment> segments;
  /// The least over all segments of a bound of the margin times sqrt x log x, x = log n, that holds at every n.
  math::Interval least_factor;
  /// The upper end, as log n.
  math::Integer to;
  /// log10 log10 of the greatest n, for to > log 10.
  math::Interval log10_log10_n;
  /// The theorems that it rests on, in the order of Input.
  std::vector<Input> given;
};

/// The inequality that the horizon is about, by the name that strategies have for it as well.
inline constexpr const char* inequality = "Robin's inequality";

/// From this log n on the bound is positive, with tables of primes.
inline constexpr std::uint64_t first_log_n = 12;

/// The reach from log n = from on, to two digits, as far as the bound leaves a hundredth of 1/(sqrt x log x). Refused
/// if the bound is not positive at `from`, or a theorem does not speak of the numbers at hand: one line that says
/// which.
[[nodiscard]] core::Parsed<Reach> reach_from(const Horizon& horizon, const math::Interval& from);

}  // namespace robin::horizon
