#pragma once

// The horizon against the sieve: two routes to the margin of Robin's inequality that share nothing. A certified margin
// is a lower bound as well, but at least 0.98 of the least margin there is, while the horizon's bound is at most 0.97
// of any in the range of either; so the horizon's must be the lesser, and where it is not, one of the two is wrong.
// Pure; any thread may call.

#include "horizon/horizon.hpp"

namespace robin::horizon {

/// For every n with from <= log n <= to: a lower bound of the margin, over narrow ranges one by one.  Cost:
/// milliseconds for each that is a 64th above the one before.
[[nodiscard]] core::Parsed<math::Interval> least_bound(const Horizon& horizon, const math::Interval& from,
                                                       const math::Interval& to);

/// Whether the horizon's bound lies below what is certified of the same n.
[[nodiscard]] bool agree(const math::Interval& bound, const math::Interval& certified);

}  // namespace robin::horizon
