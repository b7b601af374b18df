// How far the bounds prove Robin's inequality, without a gap.

#include "horizon/reach.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "horizon/small_numbers.hpp"
#include "unit/horizon/made.hpp"

namespace robin::horizon {
namespace {

using math::Integer;
using math::Interval;
using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::made;
using testing_support::number;

Reach reach(const Horizon& horizon, const Interval& from) {
  auto answer = reach_from(horizon, from);
  EXPECT_EQ(core::refusal_reason(answer), "");
  return std::get<Reach>(std::move(answer));
}

void expect_no_gap(const Reach& reach, const Interval& from, const Interval& to) {
  ASSERT_FALSE(reach.segments.empty());
  EXPECT_TRUE(from.contains(reach.segments.front().from) && reach.segments.front().from.contains(from));
  EXPECT_TRUE(to.contains(reach.segments.back().to) && reach.segments.back().to.contains(to));
  for (std::size_t i = 0; i < reach.segments.size(); ++i) {
    const Segment& one = reach.segments[i];
    EXPECT_TRUE(one.from.certainly_less_than(one.to));
    EXPECT_TRUE(one.factor.certainly_positive());
    EXPECT_TRUE(reach.least_factor.certainly_at_most(one.factor.upper_point()));
    if (i > 0) {
      const Interval& before = reach.segments[i - 1].to;
      EXPECT_TRUE(before.contains(one.from) && one.from.contains(before)) << i;
    }
  }
}

TEST(Reach, GoesFromTwelveToThatOfTheDesign) {
  const Reach whole = reach(made({}), number(12, 0));
  EXPECT_EQ(whole.to, Integer(71) * Integer::power(10, 45));
  EXPECT_THAT(whole.log10_log10_n.lower_decimal(8), testing::StartsWith("46.489"));
  EXPECT_GT(whole.least_factor.lower_double(), 1.0 / 128);
  EXPECT_LT(whole.least_factor.lower_double(), 1.0 / 50);
  EXPECT_THAT(whole.given, ElementsAre(Input::ExplicitFormula, Input::VerifiedZeros, Input::CountOfZeros,
                                       Input::ThetaUpTo1e19, Input::ThetaUnderHeight));
  expect_no_gap(whole, number(12, 0), number(71, 45));
}

TEST(Reach, WithoutAveragingGoesTo10ToThe10ToThe23AndNeedsNoThetaUnderAHeight) {
  const Reach whole = reach(made({.averaging = Averaging{}}), number(12, 0));
  EXPECT_EQ(whole.to, Integer(24) * Integer::power(10, 22));
  EXPECT_THAT(whole.log10_log10_n.lower_decimal(8), testing::StartsWith("23.01"));
  EXPECT_THAT(whole.given,
              ElementsAre(Input::ExplicitFormula, Input::VerifiedZeros, Input::CountOfZeros, Input::ThetaUpTo1e19));
  expect_no_gap(whole, number(12, 0), number(24, 22));
}

TEST(Reach, GrowsWithTheHeightAsItsFourthPower) {
  double before = 0;
  for (const std::uint64_t height : {1'000'000ULL, 1'000'000'000ULL, 1'000'000'000'000ULL}) {
    const Reach whole = reach(made({.height = height, .squares_below = 0}), number(2, 6));
    const double found = std::strtod(whole.to.to_decimal().c_str(), nullptr);
    const double fourth = std::pow(static_cast<double>(height), 4);
    EXPECT_GT(found, before);
    EXPECT_GT(found, 1e-4 * fourth) << height;
    EXPECT_LT(found, 1e-2 * fourth) << height;
    before = found;
  }
}

TEST(Reach, WhereNothingIsProvedItSaysSo) {
  const Horizon horizon = made({.squares_below = 2048});
  EXPECT_THAT(core::refusal_reason(reach_from(horizon, number(10, 0))), HasSubstr("not positive"));
  EXPECT_THAT(core::refusal_reason(reach_from(horizon, number(1, 47))), HasSubstr("log n = 1e+47"));
  EXPECT_THAT(core::refusal_reason(reach_from(horizon, number(1, 0))), HasSubstr("below 2"));
  EXPECT_THAT(core::refusal_reason(reach_from(made({.squares_below = 0}), number(1, 6))),
              HasSubstr("Buethe 2018, theorem 2"));
  EXPECT_THAT(core::refusal_reason(reach_from(made({.averaging = Averaging{}, .squares_below = 0}), number(1, 30))),
              HasSubstr("not positive"));
}

TEST(SmallNumbers, JoinTheHorizonWith5040) {
  // e^12 = 162754.79...
  EXPECT_EQ(first_not_certain(5041, 162'755), std::nullopt);
  EXPECT_EQ(first_not_certain(5040, 162'755), 5040U);
  EXPECT_EQ(first_not_certain(2521, 5040), std::nullopt);
  EXPECT_EQ(first_not_certain(3, 100), 3U);
  EXPECT_LT(Interval::log(number(162'754, 0), {128}).upper_double(), 12);
  EXPECT_GT(Interval::log(number(162'755, 0), {128}).lower_double(), 12);
}

}  // namespace
}  // namespace robin::horizon
