#pragma once

// The horizon against the sieve: two routes to the margin of Robin's inequality that share nothing. A certified margin
// is a lower bound as well, but at least 0.98 of the least margin there is, while the horizon's bound is at most 0.97
// of any in the range of either; so the horizon's must be the lesser, and where it is not, one of the two is wrong.
// Pure; any thread may call.

#include "horizon/horizon.hpp"

namespace robin::horizon {

/// A lower bound of the margin for every n with from <= log n <= to. The range is cut into ranges that end a `part`-th
/// above their begin (wider ones below a quarter of `to`), and the least bound is taken.  Cost: milliseconds for each
/// range. With 8 in place of 64 the bound is a few hundredths lower.
[[nodiscard]] core::Parsed<math::Interval> least_bound(const Horizon& horizon, const math::Interval& from,
                                                       const math::Interval& to, std::uint64_t part = 64);

/// Whether the horizon's bound lies below what is certified of the same n.
[[nodiscard]] bool agree(const math::Interval& bound, const math::Interval& certified);

}  // namespace robin::horizon
