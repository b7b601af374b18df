// The horizon against certified margins.

#include "horizon/comparison.hpp"

#include <gtest/gtest.h>

#include "unit/horizon/made.hpp"

namespace robin::horizon {
namespace {

using math::Interval;
using testing_support::made;
using testing_support::number;

TEST(Comparison, TheLeastBoundOfAWideRangeIsThatOfItsEnd) {
  const Horizon horizon = made({.squares_below = 4096});
  const auto answer = least_bound(horizon, number(12, 0), number(4, 3));
  const auto* least = core::accepted(answer);
  ASSERT_NE(least, nullptr) << core::refusal_reason(answer);
  const auto end = horizon.bound_at(number(4, 3));
  const double at_the_end = core::accepted(end)->margin.lower_double();
  EXPECT_LT(least->lower_double(), at_the_end);
  EXPECT_GT(least->lower_double(), 0.95 * at_the_end);
  // One range for all of it would say much less.
  const auto coarse = horizon.bound_between(number(12, 0), number(4, 3));
  EXPECT_LT(core::accepted(coarse)->margin.lower_double(), least->lower_double());
}

TEST(Comparison, OnlyABoundBelowAgrees) {
  const math::PrecisionBits precision{64};
  const Interval certified = Interval::from_ratio(1, 1000, precision);
  EXPECT_TRUE(agree(Interval::from_ratio(9, 10'000, precision), certified));
  EXPECT_FALSE(agree(Interval::from_ratio(11, 10'000, precision), certified));
}

}  // namespace
}  // namespace robin::horizon
