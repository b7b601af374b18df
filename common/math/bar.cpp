#include "math/bar.hpp"

namespace robin::math {

#ifdef ROBIN_TEST_POINTS

namespace {

std::optional<Decimal>& planted() {
  static std::optional<Decimal> constant;
  return constant;
}

}  // namespace

Interval bar(PrecisionBits precision) {
  return planted() ? Interval::from(*planted(), precision) : Interval::euler_gamma(precision);
}

void plant_bar(const std::optional<Decimal>& constant) { planted() = constant; }

#else

Interval bar(PrecisionBits precision) { return Interval::euler_gamma(precision); }

#endif

}  // namespace robin::math
