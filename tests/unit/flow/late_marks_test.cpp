#include "flow/rules/late_marks.hpp"

#include <gtest/gtest.h>

#include "support/parsed.hpp"

namespace robin::flow {
namespace {

Work block_of(std::int64_t search, std::int64_t id) {
  return {{{id}, {}, 1}, {search}, {1}, "exhaustive", testing_support::parameters(), {{2}, {100}}};
}

OpenPlans plans_of(std::initializer_list<std::int64_t> searches, std::uint64_t pending) {
  OpenPlans plans;
  for (const std::int64_t id : searches) {
    plans.searches.push_back(
        {{{id}, {"exhaustive", {{2}, {100}}, testing_support::parameters()}, {100}, {}}, {.pending = pending}});
  }
  return plans;
}

class LateMarksTest : public testing::Test {
 protected:
  LateMarksTest() {
    for (const std::int64_t id : {5, 7, 6}) {
      late_.add(block_of(1, id));
    }
    late_.add(block_of(2, 8));
  }
  LateMarks late_;
};

TEST_F(LateMarksTest, WhatWasPublishedCountsAsQueuedUnlessItIsFinished) {
  OpenPlans plans = plans_of({1, 2, 3}, 2);
  late_.count(plans);
  EXPECT_EQ(plans.searches[0].counts.pending, 0U) << "one of the three is finished";
  EXPECT_EQ(plans.searches[0].counts.queued, 2U);
  EXPECT_EQ(plans.searches[1].counts.pending, 1U) << "and one of the two was not published";
  EXPECT_EQ(plans.searches[1].counts.queued, 1U);
  EXPECT_EQ(plans.searches[2].counts.pending, 2U);
  EXPECT_EQ(plans.in_flight.queued, 3U);
}

TEST_F(LateMarksTest, TheNewestOfASearchSaysWhereWhatIsNewBegins) {
  EXPECT_EQ(late_.newest({1}), BlockId{7});
  EXPECT_EQ(late_.newest({2}), BlockId{8});
  EXPECT_EQ(late_.newest({3}), BlockId{0});
}

TEST_F(LateMarksTest, WhatIsTakenIsForgotten) {
  EXPECT_EQ(late_.take().size(), 4U);
  EXPECT_TRUE(late_.is_empty());
  EXPECT_EQ(late_.newest({1}), BlockId{0});
  OpenPlans plans = plans_of({1}, 2);
  late_.count(plans);
  EXPECT_EQ(plans.searches[0].counts.pending, 2U);
}

TEST_F(LateMarksTest, ASearchThatIsNotPublishedAnyMoreIsNoticed) {
  EXPECT_FALSE(late_.has_others_than(plans_of({1, 2, 3}, 1).searches));
  EXPECT_TRUE(late_.has_others_than(plans_of({1, 3}, 1).searches));
}

}  // namespace
}  // namespace robin::flow
