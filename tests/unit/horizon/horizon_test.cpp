// The bound against the truth where it can be computed, against a second implementation, and where it must say nothing.

#include "horizon/horizon.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "horizon/squares.hpp"
#include "support/random.hpp"
#include "unit/horizon/arb_horizon.hpp"
#include "unit/horizon/definition.hpp"
#include "unit/horizon/made.hpp"

namespace robin::horizon {
namespace {

using math::Integer;
using math::Interval;
using testing::HasSubstr;
using testing_support::ArbHorizon;
using testing_support::ArbNumber;
using testing_support::extent;
using testing_support::made;
using testing_support::number;

/// What the numbers of ../shared/reference were computed with.
constexpr Averaging of_reference{54, 543, 15};
constexpr Averaging none{};

const Horizon& with_tables() {
  static const Horizon horizon = made({.averaging = of_reference});
  return horizon;
}
const Horizon& without_averaging() {
  static const Horizon horizon = made({.averaging = none});
  return horizon;
}
const Horizon& without_tables() {
  static const Horizon horizon = made({.averaging = of_reference, .squares_below = 0});
  return horizon;
}

Bound bound(const Horizon& horizon, const Interval& log_n) {
  auto answer = horizon.bound_at(log_n);
  EXPECT_EQ(core::refusal_reason(answer), "");
  return std::get<Bound>(std::move(answer));
}

/// The factor, and the margin where it is given, at log n = digits 10^zeros.
struct Row {
  std::uint64_t digits;
  unsigned zeros;
  double factor;
  double margin = 0;
};

void expect_rows(const Horizon& horizon, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    SCOPED_TRACE(testing::Message() << row.digits << "e" << row.zeros);
    const Bound found = bound(horizon, number(row.digits, row.zeros));
    // As many digits as are written there.
    EXPECT_NEAR(found.factor.lower_double(), row.factor, 0.51e-7);
    if (row.margin != 0) {
      EXPECT_NEAR(found.margin.lower_double() / row.margin, 1, 0.51e-9);
    }
  }
}

TEST(Horizon, ReproducesTheNumbersOfTheFirstProgram) {
  expect_rows(with_tables(), {{1, 6, 0.7521534, 5.444267572e-05},
                              {1, 8, 0.7325977, 3.977039429e-06},
                              {1, 9, 0.7289623, 1.112363839e-06},
                              {1, 10, 0.7280794, 3.162008579e-07},
                              {1, 12, 0.7286834, 2.637193082e-08},
                              {3, 13, 0.7320913, 4.307167590e-09},
                              {1, 15, 0.7342140, 6.722266580e-10},
                              {1, 18, 0.7413756, 1.788751921e-11},
                              {1, 20, 0.7451756, 1.618128187e-12},
                              {1, 22, 0.7483144, 1.477221787e-13},
                              {1, 30, 0.7568738, 1.095686983e-17},
                              {11, 29, 0.7569069}});
  expect_rows(without_tables(), {{1, 8, 0.6819401},
                                 {1, 9, 0.6973070},
                                 {1, 10, 0.7079968},
                                 {1, 12, 0.7217856},
                                 {1, 20, 0.7451751},
                                 {1, 22, 0.7483143},
                                 {1, 30, 0.7568738},
                                 {1, 40, 0.7626718},
                                 {1, 46, 0.4836055},
                                 {7, 46, 0.0200803}});
  expect_rows(without_averaging(), {{1, 6, 0.7521534},
                                    {1, 8, 0.7325977},
                                    {1, 9, 0.7289622},
                                    {1, 10, 0.7280792},
                                    {1, 12, 0.7286818},
                                    {1, 15, 0.7341659},
                                    {1, 18, 0.7398602},
                                    {1, 20, 0.7300572},
                                    {1, 22, 0.5974230},
                                    {1, 23, 0.2729312}});
  EXPECT_TRUE(bound(without_averaging(), number(1, 30)).margin.certainly_negative());
}

TEST(Horizon, AgreesWithArbDigitForDigit) {
  struct Pair {
    const Horizon& ours;
    ArbHorizon::Options options;
  };
  const std::vector<Pair> pairs = {{with_tables(), {.terms = 54, .width = "5.43e-13"}},
                                   {without_averaging(), {}},
                                   {without_tables(), {.terms = 54, .width = "5.43e-13", .has_tables = false}}};
  for (const auto& [ours, options] : pairs) {
    const ArbHorizon other(options);
    for (unsigned zeros = options.has_tables ? 1 : 7; zeros < 47; zeros += extent(5U, 15U)) {
      for (const std::uint64_t digits : {12U, 71U}) {
        SCOPED_TRACE(testing::Message() << digits << "e" << zeros << ", m = " << options.terms);
        // A range, as in a segment.
        const Interval from = number(digits, zeros);
        const Interval to = number(digits + 1, zeros);
        const auto answer = ours.bound_between(from, to);
        const auto* found = core::accepted(answer);
        ASSERT_NE(found, nullptr) << core::refusal_reason(answer);
        const ArbNumber again = other.margin(ArbNumber(std::to_string(digits) + "e" + std::to_string(zeros)),
                                             ArbNumber(std::to_string(digits + 1) + "e" + std::to_string(zeros)));
        const ArbNumber low(found->margin.lower_decimal(40));
        const ArbNumber high(found->margin.upper_decimal(40));
        // Both enclose the same number, and are narrow.
        EXPECT_FALSE(again < low || high < again) << arb_get_str(again.get(), 40, 0);
        EXPECT_LT(std::abs((high - low).middle()), 1e-24 * std::abs(low.middle()));
        EXPECT_GT(arb_rel_accuracy_bits(again.get()), 80);
      }
    }
  }
}

/// Frozen, as many digits as both arithmetics have.
TEST(Horizon, KeepsItsDigits) {
  struct Golden {
    unsigned zeros;
    const char* margin;
  };
  const ArbHorizon other({.terms = 54, .width = "5.43e-13"});
  for (const auto& [zeros, margin] : {Golden{2, "0.0156435463036711866416"},
                                      {4, "0.000866118460150689513906"},
                                      {6, "0.0000544426757198122321418"},
                                      {11, "0.0000000908898441779834395414"},
                                      {20, "0.00000000000161812818687378671298"},
                                      {31, "0.00000000000000000335653527554532520099"},
                                      {46, "0.0000000000000000000000000456580881972165884753"}}) {
    SCOPED_TRACE(testing::Message() << "1e" << zeros);
    const Bound found = bound(with_tables(), number(1, zeros));
    const std::string low = found.margin.lower_decimal(24);
    EXPECT_EQ(low.substr(0, std::string_view(margin).size()), margin);
    const ArbNumber at("1e" + std::to_string(zeros));
    const ArbNumber again = other.margin(at, at);
    EXPECT_FALSE(again < ArbNumber(low) || ArbNumber(found.margin.upper_decimal(24)) < again)
        << arb_get_str(again.get(), 40, 0);
  }
}

TEST(Horizon, StaysBelowTheMarginsThatAreComputedDirectlyAndWithinATenth) {
  const testing_support::Definition definition(1'000'000);
  for (const long double t : testing_support::spread_out(20, 999'000, extent(300, 30))) {
    const auto sums = definition.at(t);
    // At the number that is worth its price, and at t itself, where g bounds every n.
    const auto compare = [](long double x, long double truth) {
      const double low = bound(with_tables(), Interval::from_ratio(Integer(static_cast<std::uint64_t>(x * 1e6L)),
                                                                   Integer(1'000'000), {128}))
                             .margin.lower_double();
      EXPECT_LT(low, truth) << "log n = " << x;
      if (x >= 1e4L) {
        EXPECT_GT(low, 0.9L * truth) << "log n = " << x;
      }
    };
    compare(sums.log_n, testing_support::Definition::margin(sums));
    compare(t, testing_support::Definition::g(t, sums));
  }
}

TEST(Horizon, StaysBelowWhatTheSieveFinds) {
  // Certified margins of robin at these positions.
  for (const auto& [zeros, truth] : {std::pair{6U, 5.731070258e-05},
                                     {8U, 4.305231548e-06},
                                     {9U, 1.206859718e-06},
                                     {10U, 3.350472676e-07},
                                     {11U, 9.618410971e-08}}) {
    for (const Horizon* horizon : {&with_tables(), &without_averaging()}) {
      const double low = bound(*horizon, number(1, zeros)).margin.lower_double();
      EXPECT_LT(low, truth);
      EXPECT_GT(low, 0.9 * truth);
    }
  }
}

/// Zeros above 1000 taken for unverified, so that the averaging matters where the truth is known.
TEST(Horizon, TheAveragingGoesOnWhereNoAveragingEndsAndStaysBelowTheTruth) {
  const auto factors = [](const Averaging& averaging, std::initializer_list<unsigned> zeros) {
    const Horizon horizon = made({.height = 1000, .averaging = averaging});
    std::vector<double> all;
    for (const unsigned power : zeros) {
      all.push_back(bound(horizon, number(1, power)).factor.lower_double());
    }
    return all;
  };
  const auto near = [](double value) { return testing::DoubleNear(value, 0.0006); };
  const auto plain = factors(none, {4, 6});
  EXPECT_THAT(plain[0], near(0.688));
  EXPECT_LT(plain[1], 0);
  EXPECT_THAT(factors({2, 3, 3}, {6, 8}), testing::ElementsAre(near(0.708), near(0.330)));
  EXPECT_THAT(factors({6, 3, 3}, {6, 8, 9}), testing::ElementsAre(near(0.732), near(0.620), near(0.393)));
}

TEST(Horizon, IsContinuousWhereTheBoundOfThetaChanges) {
  const Bound below = bound(with_tables(), number(999'999'999, 21));
  const Bound above = bound(with_tables(), number(1'000'000'001, 21));
  EXPECT_EQ(below.theta, Input::ThetaUpTo1e19);
  EXPECT_EQ(above.theta, Input::ThetaUnderHeight);
  EXPECT_NEAR(below.factor.lower_double(), above.factor.lower_double(), 1e-4);
}

TEST(Horizon, GrowsWithTheHeight) {
  const std::vector<unsigned> places = {6, 10, 20};
  std::vector<double> before(places.size(), -1);
  for (const std::uint64_t height : {1'000'000ULL, 1'000'000'000ULL, 1'000'000'000'000ULL, 3'000'000'000'000ULL}) {
    const Horizon horizon = made({.height = height, .squares_below = 2048});
    for (std::size_t i = 0; i < places.size(); ++i) {
      const double now = bound(horizon, number(2, places[i])).factor.lower_double();
      EXPECT_GE(now, before[i] - 1e-9) << height << " at 2e" << places[i];
      before[i] = now;
    }
  }
}

TEST(Horizon, OfARangeIsBelowThatOfItsPoints) {
  const Interval from = number(10, 20);
  const Interval to = number(15, 20);
  const auto answer = with_tables().bound_between(from, to);
  const auto* whole = core::accepted(answer);
  ASSERT_NE(whole, nullptr);
  for (const std::uint64_t digits : {10U, 12U, 15U}) {
    EXPECT_LT(whole->margin.lower_double(), bound(with_tables(), number(digits, 20)).margin.lower_double());
  }
}

TEST(Horizon, WhatNoTheoremSpeaksOfIsRefusedByItsName) {
  EXPECT_THAT(core::refusal_reason(Horizon::make({.height = verified_height_max + 1})),
              HasSubstr("Platt, Trudgian 2021, theorem 1"));
  EXPECT_THAT(core::refusal_reason(Horizon::make({.height = 30'000'000'000'000})), HasSubstr("3,000,175,332,800"));
  EXPECT_THAT(core::refusal_reason(Horizon::make({.height = 99})), HasSubstr("from 100 on"));
  EXPECT_THAT(core::refusal_reason(Horizon::make({.precision = {31}})), HasSubstr("32 to 4096"));
  // P is 1381 there, and 1.95 sqrt x holds from 1427 on.
  EXPECT_THAT(core::refusal_reason(without_tables().bound_at(number(1, 6))), HasSubstr("Buethe 2018, theorem 2"));
  EXPECT_THAT(core::refusal_reason(without_tables().bound_at(number(1, 2))), HasSubstr("1427"));
  EXPECT_THAT(core::refusal_reason(with_tables().bound_at(number(2, 0))), HasSubstr("below 2"));
  // At log n = 10 nothing is refused, and nothing is said.
  EXPECT_TRUE(bound(with_tables(), number(10, 0)).margin.certainly_negative());
}

TEST(Horizon, ASmallPrecisionIsWiderAndNotWrong) {
  const Horizon coarse = made({.averaging = of_reference, .precision = {48}, .squares_below = 4096});
  const Horizon fine = made({.averaging = of_reference, .precision = {192}, .squares_below = 4096});
  for (const unsigned zeros : {2U, 8U, 20U, 40U}) {
    EXPECT_LE(bound(coarse, number(3, zeros)).margin.lower_double(),
              bound(fine, number(3, zeros)).margin.upper_double());
    EXPECT_GE(bound(coarse, number(3, zeros)).margin.upper_double(),
              bound(fine, number(3, zeros)).margin.lower_double());
  }
}

TEST(Squares, ThePeakIsWhereThePriceIsMet) {
  const Arithmetic at({128});
  for (const unsigned zeros : {2U, 6U, 19U, 46U}) {
    const Interval b = number(7, zeros);
    const Interval price = at.over(1, at.mul(b, at.log(b)));
    const Interval p = peak(b, price, at);
    const Interval square = at.mul(p, p);
    const Interval there = at.div(at.sub(at.over(1, square), at.over(1, at.mul(square, p))), at.log(p));
    EXPECT_NEAR(at.div(there, price).lower_double(), 1, 1e-12);
    EXPECT_LT(at.div(at.sub(p.upper_point(), p), p).upper_double(), 1e-30);
  }
}

TEST(Squares, ThetaIsAskedForAsFarAsTheHeightAllows) {
  const RoundNumber reach = theta_reach(3'000'000'000'000);
  EXPECT_EQ(reach.digit, 2U);
  EXPECT_EQ(reach.zeros, 25U);
  for (const std::uint64_t height : {100'000ULL, 1'000'000'000ULL, 3'000'000'000'000ULL}) {
    const auto [digit, zeros] = theta_reach(height);
    const auto needed = [](unsigned leading, unsigned power) {
      const double x = leading * std::pow(10.0, power);
      return 4.92 * std::sqrt(x / std::log(x));
    };
    EXPECT_LE(needed(digit, zeros), static_cast<double>(height));
    EXPECT_GT(needed(digit + 1, zeros), static_cast<double>(height));
  }
}

/// Theorem 2 of Buethe 2018 says 0 < x - theta(x) from 1 on: the first of it; and its other half, which
/// is quoted from 1423 on, holds from 1427 on only.
TEST(Squares, ThetaStaysBelowXWhereItCanBeSummed) {
  double theta = 0;
  double least_left = 1e9;
  double greatest = 0;
  for (const auto p : math::primes_in(2, 1'000'000)) {
    const auto x = static_cast<double>(p);
    // Just below the prime x - theta(x) is greatest, at it least.
    const double before = (x - theta) / std::sqrt(x);
    if (p == theta_computed_from) {
      EXPECT_NEAR(before, 1.9636, 1e-4);
    } else if (p > theta_computed_from) {
      greatest = std::max(greatest, before);
    }
    theta += std::log(x);
    least_left = std::min(least_left, (x - theta) / std::sqrt(x));
  }
  EXPECT_GT(least_left, 0.05);
  EXPECT_LT(greatest, theta_computed_constant.value());
}

TEST(FixedSums, LogarithmsAreEnclosed) {
  const Arithmetic at({192});
  for (const unsigned bits : {8U, 64U, 160U}) {
    for (std::uint64_t den = 3; den < 2000; den += 37) {
      for (std::uint64_t num = 1; 3 * num <= den; num += 1 + den / 7) {
        const Fixed found = two_artanh(Integer(num), Integer(den), bits);
        const Interval truth = at.log(at.ratio(Integer(den + num), Integer(den - num)));
        const Interval said = Interval::hull(at.ratio(found.lower, Integer::power(2, bits)),
                                             at.ratio(found.lower + Integer(found.error), Integer::power(2, bits)));
        EXPECT_TRUE(said.contains(truth)) << num << "/" << den << " at " << bits;
        EXPECT_LT(found.error, 2 * bits + 8);
      }
    }
  }
}

}  // namespace
}  // namespace robin::horizon
