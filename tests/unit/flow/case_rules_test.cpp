// Disputes case by case: what the votes are, what has to happen.

#include "flow/rules/case_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace robin::flow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

WorkKey key(const std::string& purpose) { return {{7}, purpose_from(purpose).value(), 1}; }

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

TEST(CaseRules, ADifferentCheckDisputesTheBlockAtOnce) {
  const auto ruling = decide_case(voted(BlockState::Finished, {"aa", "bb"}), {});
  ASSERT_TRUE(ruling);
  EXPECT_EQ(ruling->state, BlockState::Disputed);
  EXPECT_FALSE(ruling->accepted || ruling->compute);
  EXPECT_FALSE(ruling->close_orders);
  EXPECT_THAT(ruling->orders, IsEmpty());
  EXPECT_EQ(ruling->event->kind, EventKind::Disputed);
  EXPECT_THAT(ruling->event->message, HasSubstr("bb by worker 1"));
}

TEST(CaseRules, TwoEqualOnesSettleNothingByThemselves) {
  // One liar may have two names.
  for (const auto& digests : {std::vector<std::string>{"aa", "bb"}, {"aa", "bb", "bb"}, {"aa", "bb", "aa"}}) {
    const auto ruling = decide_case(voted(BlockState::Disputed, digests), {});
    ASSERT_TRUE(ruling);
    EXPECT_TRUE(ruling->compute && !ruling->compute->of_refinement);
    EXPECT_FALSE(ruling->state || ruling->accepted || ruling->close_orders || ruling->event);
    EXPECT_THAT(ruling->orders, IsEmpty());
  }
}

TEST(CaseRules, WhatTheAuditorComputedItselfHasTheLastWord) {
  Case stands = voted(BlockState::Disputed, {"aa", "bb", "bb"});
  stands.computed = "aa";
  auto ruling = decide_case(stands, {});
  ASSERT_TRUE(ruling);
  EXPECT_EQ(ruling->state, BlockState::Finished);
  EXPECT_FALSE(ruling->accepted) << "the pointer stays";
  EXPECT_TRUE(ruling->close_orders);
  EXPECT_THAT(ruling->event->message, HasSubstr("wrong was what came of worker 1, worker 2"));
  ASSERT_THAT(ruling->also, SizeIs(2)) << "they are heard no more";
  EXPECT_EQ(ruling->also.front().kind, EventKind::Unfit);
  EXPECT_EQ(ruling->also.front().once, once_unfit(key("check:1")));
  Case falls = voted(BlockState::Disputed, {"aa", "bb", "aa"});
  falls.computed = "bb";
  ruling = decide_case(falls, {});
  ASSERT_TRUE(ruling);
  EXPECT_EQ(ruling->state, BlockState::Finished);
  EXPECT_EQ(ruling->accepted, key("check:1"));
  EXPECT_THAT(ruling->event->message, HasSubstr("wrong was what came of worker 0, worker 2"));
}

TEST(CaseRules, SlicesDecideWhereNothingSpeaksAgainstResultsButThatTheyDiffer) {
  struct Row {
    const char* what;
    Case one;
    bool may_be_slices;
  };
  const auto changed = [](const std::vector<std::string>& digests, const auto& change) {
    Case one = voted(BlockState::Disputed, digests);
    change(one);
    return one;
  };
  for (const Row& row : {
           Row{"two", voted(BlockState::Disputed, {"aa", "bb"}), true},
           Row{"three", voted(BlockState::Disputed, {"aa", "bb", "bb"}), true},
           // Another one may say the same where the unfit one is wrong, and differ elsewhere.
           Row{"an unfit one", changed({"aa", "bb"}, [](Case& one) { one.votes[0].is_unfit = true; }), false},
           Row{"one that was found wrong", changed({"aa", "bb", "cc"}, [](Case& one) { one.votes[1].is_unfit = true; }),
               false},
           Row{"equal ones", changed({"aa", "aa"}, [](Case& one) { one.votes[0].is_unfit = true; }), false},
           Row{"one that was put aside", changed({"aa", "bb"}, [](Case& one) { one.has_conflict = true; }), false},
       }) {
    SCOPED_TRACE(row.what);
    const auto asked = decide_case(row.one, {});
    ASSERT_TRUE(asked && asked->compute);
    EXPECT_EQ(asked->compute->may_be_slices, row.may_be_slices);
    Case known = row.one;
    known.computed = "bb";
    known.is_by_slices = true;
    const auto ruling = decide_case(known, {});
    ASSERT_TRUE(ruling);
    EXPECT_EQ(ruling->compute.has_value(), !row.may_be_slices) << "slices alone are not enough now";
    if (!row.may_be_slices) {
      continue;
    }
    EXPECT_EQ(ruling->state, BlockState::Finished);
    EXPECT_EQ(ruling->accepted, key("check:1"));
    EXPECT_TRUE(ruling->close_orders);
    EXPECT_TRUE(ruling->is_drawn_from) << "its other slices are looked at like everybody's";
    ASSERT_THAT(ruling->also, SizeIs(1));
    EXPECT_EQ(ruling->also.front().once, once_unfit(key("search")));
    EXPECT_THAT(ruling->also.front().message, HasSubstr("they contradict it; computed by worker 0"));
    known.is_by_slices = false;
    EXPECT_FALSE(decide_case(known, {})->is_drawn_from) << "all of it was computed";
  }
}

TEST(CaseRules, WhereNoResultHasTheAuditorsDigestACheckWaitsForItAndNobodyIsCalled) {
  Case one = voted(BlockState::Disputed, {"aa", "bb", "bb"});
  one.computed = "cc";
  auto ruling = decide_case(one, {});
  ASSERT_TRUE(ruling);
  EXPECT_FALSE(ruling->state || ruling->accepted) << "nothing is accepted that is not right";
  ASSERT_THAT(ruling->orders, SizeIs(1));
  EXPECT_EQ(ruling->orders.front().key, key("check:3"));
  EXPECT_EQ(ruling->orders.front().expected, "cc");
  EXPECT_THAT(ruling->orders.front().avoid, ElementsAre("worker 0", "worker 1", "worker 2"));
  EXPECT_EQ(ruling->event->kind, EventKind::Disputed);
  EXPECT_THAT(ruling->event->message, HasSubstr("wrong is what came of worker 0, worker 1, worker 2"));
  const auto once = ruling->event->once;
  EXPECT_NE(once, "") << "told once in a case";
  // A saver of the version before stored what came first.
  one.orders.push_back({key("check:3"), BlockState::Finished, {}, "cc"});
  one.votes.push_back({key("check:3"), "worker 3", "dd"});
  ruling = decide_case(one, {});
  ASSERT_TRUE(ruling);
  ASSERT_THAT(ruling->orders, SizeIs(1));
  EXPECT_EQ(ruling->orders.front().key, key("check:4"));
  EXPECT_EQ(ruling->orders.front().expected, "cc");
  EXPECT_EQ(ruling->event->kind, EventKind::Disputed);
  EXPECT_EQ(ruling->event->once, once);
  // The right one.
  one.orders.push_back({key("check:4"), BlockState::Finished, {}, "cc"});
  one.votes.push_back({key("check:4"), "worker 4", "cc"});
  ruling = decide_case(one, {});
  ASSERT_TRUE(ruling);
  EXPECT_EQ(ruling->state, BlockState::Finished);
  EXPECT_EQ(ruling->accepted, key("check:4"));
  EXPECT_EQ(ruling->event->kind, EventKind::Settled);
}

TEST(CaseRules, WhereNobodyComesToTheAuditorsDigestPeopleAreCalled) {
  Case one = voted(BlockState::Disputed, {"aa", "bb"});
  one.computed = "cc";
  one.orders.push_back({key("check:2"), BlockState::Quarantined, {}, "cc"});
  const auto ruling = decide_case(one, {});
  ASSERT_TRUE(ruling);
  EXPECT_FALSE(ruling->state || ruling->accepted);
  EXPECT_EQ(ruling->event->kind, EventKind::Alarm);
  ASSERT_THAT(ruling->orders, SizeIs(1)) << "somebody may still come to it";
  EXPECT_EQ(ruling->orders.front().key, key("check:3"));
  EXPECT_EQ(ruling->orders.front().expected, "cc");
  const auto last = decide_case(one, {.checks_max = 2});
  ASSERT_TRUE(last);
  EXPECT_FALSE(last->state || last->accepted);
  EXPECT_THAT(last->orders, IsEmpty());
  EXPECT_TRUE(last->close_orders);
  EXPECT_EQ(last->event->kind, EventKind::Alarm);
  EXPECT_NE(last->event->once, ruling->event->once);
  // Of a dispute that ended otherwise, later.
  one.orders.push_back({key("check:3"), BlockState::Finished, {}, "cc"});
  one.votes.push_back({key("check:3"), "worker 2", "cc", true});
  EXPECT_EQ(decide_case(one, {})->event->kind, EventKind::Disputed);
}

TEST(CaseRules, WhatTheAuditorCannotComputeIsForPeople) {
  Case one = voted(BlockState::Disputed, {"aa", "bb"});
  one.computed = "";
  const auto ruling = decide_case(one, {});
  ASSERT_TRUE(ruling);
  EXPECT_EQ(ruling->event->kind, EventKind::Alarm);
  ASSERT_THAT(ruling->orders, SizeIs(1));
  EXPECT_EQ(ruling->orders.front().expected, "");
}

TEST(CaseRules, AFirstCheckWaitsForNothing) {
  Case one = voted(BlockState::Finished, {"aa"});
  one.votes.front().is_unfit = true;
  ASSERT_THAT(decide_case(one, {})->orders, SizeIs(1));
  EXPECT_EQ(decide_case(one, {})->orders.front().expected, "") << "nothing was computed yet";
}

TEST(CaseRules, WhoWasFoundWrongIsHeardNoMore) {
  Case one = voted(BlockState::Finished, {"aa", "bb"});
  one.votes[1].is_unfit = true;
  one.votes.push_back({key("refine:1"), "worker 2", "rr"});
  one.orders.push_back({key("refine:1"), BlockState::Finished});
  const auto ruling = decide_case(one, {});
  ASSERT_TRUE(ruling);
  EXPECT_EQ(ruling->accepted, key("refine:1"));
  one.accepted = key("refine:1");
  one.votes[0].is_unfit = true;
  one.votes[1].is_unfit = false;
  EXPECT_TRUE(decide_case(one, {})->close_orders);
  EXPECT_FALSE(decide_case(one, {})->state);
}

TEST(CaseRules, AResultThatIsUnfitTwiceIsComputedByTheAuditor) {
  Case one = voted(BlockState::Finished, {"aa", "aa"});
  one.votes[0].is_unfit = one.votes[1].is_unfit = true;
  ASSERT_TRUE(decide_case(one, {})->compute);
  one.computed = "bb";
  EXPECT_EQ(decide_case(one, {})->orders.front().key, key("check:2"));
  one.votes.push_back({key("check:2"), "worker 2", "bb"});
  one.orders.push_back({key("check:2"), BlockState::Finished});
  one.state = BlockState::Disputed;
  EXPECT_EQ(decide_case(one, {})->accepted, key("check:2"));
}

TEST(CaseRules, WhileAnOrderIsOpenNothingIsSettled) {
  for (const auto state : {BlockState::Pending, BlockState::Queued, BlockState::Running, BlockState::Failed}) {
    Case one = voted(BlockState::Disputed, {"aa", "bb", "bb"});
    one.computed = "bb";
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
  EXPECT_EQ(ruling->event->kind, EventKind::Refined);
}

TEST(CaseRules, ARefinementIsComparedWithAnotherOneFromTheSameOrigin) {
  const std::map<std::string, std::string> origin = {{"position", "2"}};
  Case one = voted(BlockState::Finished, {"aa"});
  one.accepted = key("refine:1");
  one.votes.push_back({key("refine:1"), "worker 1", "rr"});
  one.votes.push_back({key("refine:2"), "worker 2", "rr"});
  one.orders = {{key("refine:1"), BlockState::Finished, origin}, {key("refine:2"), BlockState::Finished, origin}};
  EXPECT_TRUE(decide_case(one, {})->close_orders) << "they agree";
  one.votes.back().digest = "ss";
  EXPECT_EQ(decide_case(one, {})->state, BlockState::Disputed);
  one.state = BlockState::Disputed;
  const auto asked = decide_case(one, {});
  ASSERT_TRUE(asked->compute);
  EXPECT_TRUE(asked->compute->of_refinement);
  EXPECT_EQ(asked->compute->origin, origin);
  one.computed = "ss";
  const auto ruling = decide_case(one, {});
  EXPECT_EQ(ruling->accepted, key("refine:2"));
  EXPECT_EQ(ruling->state, BlockState::Finished);
  one.computed = "tt";
  const auto again = decide_case(one, {});
  ASSERT_THAT(again->orders, SizeIs(1));
  EXPECT_EQ(again->orders.front().key, key("refine:3"));
  EXPECT_EQ(again->orders.front().origin, origin);
  EXPECT_EQ(again->orders.front().expected, "tt");
  EXPECT_EQ(again->event->kind, EventKind::Disputed);
  EXPECT_THAT(again->orders.front().avoid, ElementsAre("worker 1", "worker 2"));
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

TEST(CaseRules, AResultWhoseContentWasChangedIsReplacedByAnEqualOneThatTheAuditorFindsToo) {
  Case one = voted(BlockState::Finished, {"aa", "aa"});
  one.votes.front().is_unfit = true;
  const auto asked = decide_case(one, {});
  ASSERT_TRUE(asked && asked->compute);
  EXPECT_FALSE(asked->accepted) << "two equal ones may be of one liar";
  one.computed = "aa";
  const auto ruling = decide_case(one, {});
  ASSERT_TRUE(ruling);
  EXPECT_EQ(ruling->accepted, key("check:1"));
  one.accepted = key("check:1");
  const auto again = decide_case(one, {});
  EXPECT_TRUE(again && again->accepted != one.accepted);
}

TEST(CaseRules, WhoeverSaysTheSameAsAnUnfitResultIsBelievedNoMore) {
  Case one = voted(BlockState::Finished, {"aa", "aa"});
  one.votes.front().is_unfit = true;
  one.computed = "bb";
  const auto ruling = decide_case(one, {});
  ASSERT_TRUE(ruling);
  EXPECT_FALSE(ruling->accepted || ruling->close_orders);
  ASSERT_THAT(ruling->orders, SizeIs(1));
  EXPECT_EQ(ruling->orders.front().key, key("check:2"));
}

TEST(CaseRules, AnAcceptedResultOfAnotherRangeHasNoVote) {
  Case one = voted(BlockState::Finished, {"aa", "bb", "bb"});
  one.votes.erase(one.votes.begin());
  ASSERT_TRUE(decide_case(one, {})->compute);
  one.computed = "bb";
  EXPECT_EQ(decide_case(one, {})->accepted, key("check:1"));
  one.votes.clear();
  EXPECT_THAT(decide_case(one, {})->orders, SizeIs(1)) << "none is there";
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
