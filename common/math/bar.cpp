#include "math/bar.hpp"

namespace robin::math {
namespace {

Interval exp_of_gamma(PrecisionBits precision) {
  const auto computed = [](PrecisionBits at) { return Interval::exp(Interval::euler_gamma(at), at); };
  static const Interval at_64 = computed({64});
  static const Interval at_128 = computed({128});
  return precision.value == 64 ? at_64 : precision.value == 128 ? at_128 : computed(precision);
}

}  // namespace

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

Interval exp_of_bar(PrecisionBits precision) {
  return planted() ? Interval::exp(bar(precision), precision) : exp_of_gamma(precision);
}

void plant_bar(const std::optional<Decimal>& constant) { planted() = constant; }

#else

Interval bar(PrecisionBits precision) { return Interval::euler_gamma(precision); }

Interval exp_of_bar(PrecisionBits precision) { return exp_of_gamma(precision); }

#endif

}  // namespace robin::math
