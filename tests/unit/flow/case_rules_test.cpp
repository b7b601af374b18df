// Disputes case by case: what the votes are, what has to happen.

#include "flow/case_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace robin::flow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

WorkKey key(const std::string& purpose) { return {{7}, purpose, 1}; }

/// A block whose search result is `first`, with one finished check for each further digest.
Case voted(BlockState state, const std::vector<std::string>& digests) {
  Case one{{7}, {1}, {{2}, {10}}, state, key("search"), {}, {}, false};
  for (std::size_t i = 0; i < digests.size(); ++i) {
    const auto name = i == 0 ? "search" : "check:" + std::to_string(i);
    one.votes.push_back({key(name), "worker " + std::to_string(i), digests[i]});
    if (i > 0) {
      one.orders.push_back({key(name), BlockState::Finished});
    }
  }
  return one;
}

TEST(CaseRules, AnEqualCheckClosesTheCaseWithoutAWord) {
  const auto ruling = decide_case(voted(BlockState::Finished, {"aa", "aa"}), {});
  ASSERT_TRUE(ruling);
  EXPECT_TRUE(ruling->close_orders);
  EXPECT_FALSE(ruling->state || ruling->accepted || ruling->event);
  EXPECT_THAT(ruling->orders, IsEmpty());
}

TEST(CaseRules, ADifferentCheckDisputesTheBlockAndOrdersAnotherByAThirdWorker) {
  const auto ruling = decide_case(voted(BlockState::Finished, {"aa", "bb"}), {});
  ASSERT_TRUE(ruling);
  EXPECT_EQ(ruling->state, BlockState::Disputed);
  EXPECT_FALSE(ruling->accepted);
  EXPECT_FALSE(ruling->close_orders);
  ASSERT_THAT(ruling->orders, SizeIs(1));
  EXPECT_EQ(ruling->orders.front().key, key("check:2"));
  EXPECT_THAT(ruling->orders.front().avoid, ElementsAre("worker 0", "worker 1"));
  EXPECT_EQ(ruling->event->kind, "disputed");
  EXPECT_THAT(ruling->event->message, HasSubstr("bb by worker 1"));
}

TEST(CaseRules, TwoEqualOnesWinWhicheverTheyAre) {
  const auto stands = decide_case(voted(BlockState::Disputed, {"aa", "bb", "aa"}), {});
  ASSERT_TRUE(stands);
  EXPECT_EQ(stands->state, BlockState::Finished);
  EXPECT_FALSE(stands->accepted) << "the pointer stays";
  const auto falls = decide_case(voted(BlockState::Disputed, {"aa", "bb", "bb"}), {});
  ASSERT_TRUE(falls);
  EXPECT_EQ(falls->state, BlockState::Finished);
  EXPECT_EQ(falls->accepted, key("check:1"));
  const auto late = decide_case(voted(BlockState::Disputed, {"aa", "bb", "cc", "cc"}), {});
  ASSERT_TRUE(late);
  EXPECT_EQ(late->accepted, key("check:2"));
}

TEST(CaseRules, ThreeDifferentOnesAreNotDecidedByOrder) {
  const auto ruling = decide_case(voted(BlockState::Disputed, {"aa", "bb", "cc"}), {});
  ASSERT_TRUE(ruling);
  EXPECT_FALSE(ruling->state || ruling->accepted);
  EXPECT_THAT(ruling->orders, SizeIs(1));
}

TEST(CaseRules, PastTheLimitPeopleAreCalledAndTheBlockStaysDisputed) {
  const auto ruling = decide_case(voted(BlockState::Disputed, {"aa", "bb", "cc"}), {.checks_max = 2});
  ASSERT_TRUE(ruling);
  EXPECT_FALSE(ruling->state || ruling->accepted);
  EXPECT_THAT(ruling->orders, IsEmpty());
  EXPECT_TRUE(ruling->close_orders);
  EXPECT_EQ(ruling->event->kind, "alarm");
}

TEST(CaseRules, WhileAnOrderIsOpenNothingIsSettled) {
  for (const auto state : {BlockState::Pending, BlockState::Queued, BlockState::Running, BlockState::Failed}) {
    Case one = voted(BlockState::Disputed, {"aa", "bb", "bb"});
    one.orders.push_back({key("check:3"), state});
    EXPECT_FALSE(decide_case(one, {}));
  }
}

TEST(CaseRules, AQuarantinedCheckIsReplacedByAnother) {
  Case one = voted(BlockState::Finished, {"aa"});
  one.orders.push_back({key("check:1"), BlockState::Quarantined});
  const auto ruling = decide_case(one, {});
  ASSERT_TRUE(ruling);
  EXPECT_FALSE(ruling->state) << "nothing speaks against its result";
  ASSERT_THAT(ruling->orders, SizeIs(1));
  EXPECT_EQ(ruling->orders.front().key, key("check:2"));
}

TEST(CaseRules, ARefinementReplacesTheResultItWasMadeFor) {
  Case one = voted(BlockState::Finished, {"aa"});
  one.votes.push_back({key("refine:1"), "worker 1", "rr"});
  one.orders.push_back({key("refine:1"), BlockState::Finished});
  const auto ruling = decide_case(one, {});
  ASSERT_TRUE(ruling);
  EXPECT_EQ(ruling->accepted, key("refine:1"));
  EXPECT_FALSE(ruling->state);
  EXPECT_TRUE(ruling->close_orders);
  EXPECT_EQ(ruling->event->kind, "refined");
}

TEST(CaseRules, ChecksAreComparedWithWhatWasRefinedAndNotWithTheRefinement) {
  Case one = voted(BlockState::Finished, {"aa", "aa"});
  one.votes.push_back({key("refine:1"), "worker 2", "rr"});
  one.accepted = key("refine:1");
  const auto ruling = decide_case(one, {});
  ASSERT_TRUE(ruling);
  EXPECT_FALSE(ruling->state || ruling->accepted || ruling->event);
  EXPECT_TRUE(ruling->close_orders);
}

TEST(CaseRules, AResultWhoseContentWasChangedIsReplacedByAnEqualOne) {
  Case one = voted(BlockState::Finished, {"aa", "aa"});
  one.is_unfit = true;
  const auto ruling = decide_case(one, {});
  ASSERT_TRUE(ruling);
  EXPECT_EQ(ruling->accepted, key("check:1"));
  one.accepted = key("check:1");
  const auto again = decide_case(one, {});
  EXPECT_TRUE(again && again->accepted != one.accepted);
}

TEST(CaseRules, AnAcceptedResultOfAnotherRangeHasNoVote) {
  Case one = voted(BlockState::Finished, {"aa", "bb", "bb"});
  one.votes.erase(one.votes.begin());
  const auto ruling = decide_case(one, {});
  ASSERT_TRUE(ruling);
  EXPECT_EQ(ruling->accepted, key("check:1"));
  one.votes.pop_back();
  one.orders.pop_back();
  EXPECT_THAT(decide_case(one, {})->orders, SizeIs(1)) << "one alone decides nothing";
}

TEST(CaseRules, ALoneWorkerChecksItselfAndSaysSo) {
  const Order lone = order_check({7}, 1, {"a"}, true);
  EXPECT_TRUE(lone.same_worker);
  EXPECT_THAT(lone.avoid, IsEmpty());
  const Order other = order_check({7}, 1, {"a"}, false);
  EXPECT_FALSE(other.same_worker);
  EXPECT_THAT(other.avoid, ElementsAre("a"));
}

}  // namespace
}  // namespace robin::flow
