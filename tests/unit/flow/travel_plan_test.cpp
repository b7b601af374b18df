#include "flow/rules/travel_plan.hpp"

#include <gtest/gtest.h>

#include <map>

#include "flow/wire/bundle.hpp"
#include "support/parsed.hpp"

namespace robin::flow {
namespace {

/// Blocks of searches 1 (a millisecond each), 2 (fifteen), 3 (a second) and 4 (nobody knows).
std::optional<double> block_seconds(SearchId search) {
  static const std::map<std::int64_t, double> known = {{1, 0.001}, {2, 0.015}, {3, 1}};
  const auto found = known.find(search.value);
  return found == known.end() ? std::nullopt : std::optional(found->second);
}

Work block_of(std::int64_t search) {
  return {{{1}, {}, 1}, {search}, {1}, "exhaustive", testing_support::parameters(), {{2}, {100}}};
}

/// One character for each work: W, S or A.
std::string plan(const std::vector<Work>& works, const TravelLimits& limits) {
  std::string all;
  for (const Travel travel : travel_plan(works, block_seconds, limits)) {
    all += travel == Travel::Waiting ? 'W' : travel == Travel::Shared ? 'S' : 'A';
  }
  return all;
}
std::string plan_of(const std::vector<std::int64_t>& searches, const TravelLimits& limits) {
  std::vector<Work> works;
  for (const std::int64_t search : searches) {
    works.push_back(block_of(search));
  }
  return plan(works, limits);
}

TEST(TravelPlan, ShortBlocksTravelTogetherUpToALength) {
  EXPECT_EQ(plan_of({1, 1, 1, 1, 1, 1, 1, 1}, {3, 0.04}), "WWSWWSWS");
  EXPECT_EQ(plan_of({1, 1, 1, 1}, {3, 0.04}), "WWSA") << "the last one has nobody to travel with";
  EXPECT_EQ(plan_of({}, {3, 0.04}), "");
}

TEST(TravelPlan, TogetherTheyTakeAMomentAtMost) {
  EXPECT_EQ(plan_of({2, 2, 2, 2, 2}, {64, 0.04}), "WSWSA");
  EXPECT_EQ(plan_of({2, 1, 2, 1, 2}, {64, 0.04}), "WWWSA");
}

TEST(TravelPlan, LongBlocksAndThoseOfWhichNothingIsKnownTravelAlone) {
  EXPECT_EQ(plan_of({3, 3, 4, 4}, {64, 0.04}), "AAAA");
  EXPECT_EQ(plan_of({1, 3, 1, 4, 1}, {64, 0.04}), "WAWAS") << "they part nobody";
}

TEST(TravelPlan, WhatWasTriedBeforeAndOrdersTravelAlone) {
  Work again = block_of(1);
  again.attempt = {2};
  Work order = block_of(1);
  order.key.purpose = {Purpose::Kind::Check, 1};
  EXPECT_EQ(plan({block_of(1), again, order, block_of(1)}, {64, 0.04}), "WAAS");
}

TEST(TravelPlan, NobodyTravelsTogetherUnlessAllConsumersReadBundles) {
  EXPECT_EQ(travel_limits({5, false}, 4000).length, 1U);
  EXPECT_EQ(plan_of({1, 1}, travel_limits({5, false}, 4000)), "AA");
  EXPECT_EQ(plan_of({1, 1}, travel_limits({5, true}, 4000)), "WS");
}

TEST(TravelPlan, EachConsumerGetsSeveralMessages) {
  EXPECT_EQ(travel_limits({2, true}, 4000).length, bundle_length_max);
  EXPECT_EQ(travel_limits({100, true}, 2000).length, 5U);
  EXPECT_EQ(travel_limits({500, true}, 2000).length, 1U);
  EXPECT_EQ(travel_limits({1000, true}, 16).length, 1U);
  EXPECT_EQ(travel_limits({0, true}, 4000).length, bundle_length_max) << "nobody in the last minute";
}

}  // namespace
}  // namespace robin::flow
