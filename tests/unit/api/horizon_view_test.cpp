// The horizon as it is answered: in words, and as a curve to draw.

#include "api/horizon_view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace robin::api {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

TEST(HorizonView, IsMadeOnceAndSaysWhatItRestsOn) {
  const Horizon& horizon = known_horizon();
  EXPECT_EQ(&horizon, &known_horizon());
  EXPECT_THAT(horizon.statement, StartsWith("Robin's inequality holds for every 5040 < n <= 10^(10^46.4"));
  EXPECT_EQ(horizon.given.size(), 5U);
  EXPECT_THAT(names_of(horizon.given), HasSubstr("], [Platt, Trudgian 2021, theorem 1], ["));
  ASSERT_TRUE(horizon.averaging);
  EXPECT_THAT(horizon.remarks, testing::Contains(HasSubstr("nobody has reviewed yet")));
}

TEST(HorizonView, SaysRangesOfLogNWhereSmallNumbersAreNotLookedAt) {
  const auto made = horizon::Horizon::make({.averaging = horizon::Averaging{}, .squares_below = 4096});
  const auto& horizon = std::get<horizon::Horizon>(made);
  const auto from = horizon.arithmetic().number(2'000'000);
  const auto reach = horizon::reach_from(horizon, from);
  ASSERT_NE(core::accepted(reach), nullptr) << core::refusal_reason(reach);
  const Horizon shown = view(horizon, *core::accepted(reach), from, "2e6");
  EXPECT_THAT(shown.statement, HasSubstr("every n with 2e6 <= log n <= 2.4e23, that is up to n = 10^(10^23.0"));
  EXPECT_EQ(shown.one_by_one_below, std::nullopt);
  EXPECT_EQ(shown.averaging, std::nullopt);
  EXPECT_THAT(shown.remarks, testing::Contains("Without averaging: nothing here is new but the arithmetic."));
}

/// log log n and log margin.
std::pair<double, double> place(const HorizonBound& bound) {
  return {std::log(std::stod(bound.log_n)), std::log(std::stod(bound.margin))};
}

TEST(HorizonView, BoundsAreACurveThatCanBeDrawnWithARuler) {
  const auto& bounds = known_bounds();
  EXPECT_EQ(bounds.front().log_n, "12");
  EXPECT_GT(std::stod(bounds.back().log_n), 9.3e18) << "no position is beyond";
  for (std::size_t i = 1; i < bounds.size(); ++i) {
    const auto [x0, y0] = place(bounds[i - 1]);
    const auto [x1, y1] = place(bounds[i]);
    ASSERT_LT(x0, x1);
    if (x0 < std::log(1e4) || x1 > std::log(1.1e19)) {
      continue;
    }
    EXPECT_GT(y0, y1);
    // In the middle.
    const auto middle = math::Integer(static_cast<std::uint64_t>(std::exp((x0 + x1) / 2)));
    const auto answer = standard_horizon().bound_at(standard_horizon().arithmetic().number(middle));
    ASSERT_NE(core::accepted(answer), nullptr);
    EXPECT_NEAR(std::log(core::accepted(answer)->margin.lower_double()), (y0 + y1) / 2, bounds_straight_within)
        << bounds[i].log_n;
  }
}

}  // namespace
}  // namespace robin::api
