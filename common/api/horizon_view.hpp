#pragma once

// The horizon as it is answered and shown. With the options that it has by default it depends on nothing but this
// program, so it is computed at the first question, in about a second, and kept; whoever asks meanwhile waits for it.
// Any thread may call.

#include <vector>

#include "api/model.hpp"
#include "horizon/reach.hpp"

namespace robin::api {

/// The answer for a reach that begins at log n = `from`, which the asker wrote as `from_text`. Looks at small n one by
/// one.
[[nodiscard]] Horizon view(const horizon::Horizon& horizon, const horizon::Reach& reach, const math::Interval& from,
                           const std::string& from_text);

/// The horizon with default options.
[[nodiscard]] const horizon::Horizon& standard_horizon();
/// The answer for standard_horizon(), from horizon::first_log_n on.
[[nodiscard]] const Horizon& known_horizon();
/// Between two neighbours of known_bounds(), log margin over log log n differs from a straight line by no more than
/// this (for log n >= 10^4).
inline constexpr double bounds_straight_within = 0.005;
/// The bounds of standard_horizon(), from horizon::first_log_n to beyond what any search can reach.
[[nodiscard]] const std::vector<HorizonBound>& known_bounds();

/// The inputs by name: "[Ingham 1932, theorem 28], [Platt, Trudgian 2021, theorem 1]".
[[nodiscard]] std::string names_of(const std::vector<HorizonInput>& given);

}  // namespace robin::api
