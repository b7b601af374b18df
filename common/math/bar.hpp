#pragma once

// bar: gamma, as Robin's inequality uses it: sigma(n)/n < e^gamma log log n. One place, so that a build for tests
// (ROBIN_TEST_POINTS) can put a lower constant in its stead: then real numbers "violate" the inequality, and all that
// has to happen when one does can be seen to happen. Other builds have no way to change it.

#include <optional>

#include "math/decimal.hpp"
#include "math/interval.hpp"

namespace robin::math {

/// An enclosure of gamma = 0.5772... Any thread may call it.
[[nodiscard]] Interval bar(PrecisionBits precision);

/// An enclosure of e^gamma = 1.7810... Any thread may call it.  Cost: at 64 and 128 bits, which are asked for again and
/// again, a copy.
[[nodiscard]] Interval exp_of_bar(PrecisionBits precision);

#ifdef ROBIN_TEST_POINTS
/// From now on bar() encloses this number; without one, gamma again. Called while no other thread runs.
void plant_bar(const std::optional<Decimal>& constant);
#endif

}  // namespace robin::math
