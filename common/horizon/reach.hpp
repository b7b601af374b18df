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
  /// In order: each begins where the one before ends.
  std::vector<Segment> segments;
  /// Of all segments: at most the margin times sqrt x log x at every n, x = log n.
  math::Interval least_factor;
  /// The upper end.
  math::Integer to;
  /// log10 log10 of the greatest n, for to > log 10.
  math::Interval log10_log10_n;
  /// What it rests on, in the order of Input.
  std::vector<Input> given;
};

/// What all of this is about, by the name that strategies have for it as well.
inline constexpr const char* inequality = "Robin's inequality";

/// From this log n on the bound is positive, with tables of primes.
inline constexpr std::uint64_t first_log_n = 12;

/// From log n = from on, as far as the bound leaves a hundredth of 1/(sqrt x log x), to two digits. Refused: it is not
/// positive there, or a theorem does not speak of the numbers at hand; one line that says which.
[[nodiscard]] core::Parsed<Reach> reach_from(const Horizon& horizon, const math::Interval& from);

}  // namespace robin::horizon
