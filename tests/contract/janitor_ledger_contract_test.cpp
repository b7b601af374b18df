// What a cluster's store promises the janitor and people: leases by its own clock, attempts that are capped, a drain
// that fences.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/store_openers.hpp"
#include "flow/rules/case_rules.hpp"
#include "runtime/error.hpp"
#include "support/parsed.hpp"
#include "support/patience.hpp"

namespace robin::flow {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using testing_support::parameters;
using testing_support::wait_until;

class JanitorLedgerContract : public testing::Test {
 protected:
  JanitorLedgerContract() {
    search_ = store().search_ledger().add_search({"exhaustive", {{2}, {42}}, parameters()});
    producer_ = *store().leadership().lead(Role::Producer);
    epoch_ = *store().leadership().lead(Role::Janitor);
    std::vector<search::Block> blocks;
    for (std::uint64_t at = 2; at < 42; at += 10) {
      blocks.push_back({{at}, {at + 10}});
    }
    EXPECT_EQ(store().plan_ledger().plan(producer_, search_, blocks), PlanOutcome::Planned);
    work_ = store().plan_ledger().pending(search_, 10);
    EXPECT_EQ(store().plan_ledger().mark_queued(producer_, work_), 4U);
  }

  ClusterStore& store() { return *store_; }
  PostgresServer& server() { return server_; }
  JanitorLedger& ledger() { return store_->janitor_ledger(); }
  Outcome save(const Work& work, decltype(Report::content) content) {
    const Report report{work.key, work.attempt, "a worker", work.block, std::move(content), work.provenance};
    return store().save_ledger().save(std::span(&report, 1)).front();
  }
  WorkResult computed(const Work& work) {
    return {search::examine(*strategies_.find("exhaustive"), work.block, work.parameters, {}), 0.25};
  }
  BlockRecord block(std::size_t i) {
    return store().reader().blocks({std::nullopt, {}, {work_[i].key.block.value - 1}}, 1).front();
  }
  /// One sweep in which everything RUNNING is lost: at least one tick of the clock has to pass.
  SweepReport sweep_all(std::uint32_t attempts_max = 5) {
    SweepReport total;
    EXPECT_TRUE(wait_until([&] {
      const auto report = ledger().sweep(epoch_, {core::Milliseconds(0), attempts_max});
      total.lost += report.lost;
      total.pending += report.pending;
      total.quarantined += report.quarantined;
      return !is_anything_running();
    }));
    return total;
  }
  bool is_anything_running() {
    const auto counts = store().reader().counts(search_);
    return counts.running + counts.orders_in_flight > 0;
  }
  Work requeued() {
    const auto pending = store().plan_ledger().pending(search_, 1);
    EXPECT_EQ(store().plan_ledger().mark_queued(producer_, pending), 1U);
    return pending.at(0);
  }

  SearchId search_{0};
  Epoch producer_{0};
  Epoch epoch_{0};
  std::vector<Work> work_;

  search::Strategies strategies_;

 private:
  PostgresServer server_;
  std::unique_ptr<ClusterStore> store_ = server_.open_cluster(strategies_);
};

TEST_F(JanitorLedgerContract, WhoIsHeardOfKeepsItsBlockAndWhoIsNotLosesIt) {
  ASSERT_EQ(save(work_[0], Started{}), Outcome::Stored);
  const auto nothing = ledger().sweep(epoch_, {core::Milliseconds(60'000), 5});
  EXPECT_EQ(nothing.lost + nothing.pending, 0U);
  const auto report = sweep_all();
  EXPECT_EQ(report.lost, 1U);
  EXPECT_EQ(report.pending, 1U);
  EXPECT_EQ(block(0).state, BlockState::Pending);
  EXPECT_EQ(block(0).attempt, Attempt{2});
  EXPECT_THAT(block(0).error, HasSubstr("a worker was not heard of"));
  ASSERT_THAT(store().fleet_ledger().failures(work_[0].key.block), SizeIs(1));
  EXPECT_EQ(store().fleet_ledger().failures(work_[0].key.block).front().error_class, "lost");
  EXPECT_EQ(block(1).state, BlockState::Queued) << "what nobody began is not counted";
  EXPECT_EQ(block(1).attempt, Attempt{1});
  // The one that was lost may answer late: its result counts.
  EXPECT_EQ(save(work_[0], computed(work_[0])), Outcome::Stored);
  EXPECT_EQ(block(0).state, BlockState::Finished);
  EXPECT_EQ(block(0).error, "");
}

TEST_F(JanitorLedgerContract, WhatFailsTooOftenIsQuarantinedWithItsErrorsKept) {
  Work work = work_[0];
  for (std::uint32_t attempt = 1; attempt <= 3; ++attempt) {
    ASSERT_EQ(work.attempt, Attempt{attempt});
    ASSERT_EQ(save(work, Failed{"strategy_error", "boom " + std::to_string(attempt)}), Outcome::Stored);
    const auto report = sweep_all(3);
    EXPECT_EQ(report.pending, attempt < 3 ? 1U : 0U);
    EXPECT_EQ(report.quarantined, attempt < 3 ? 0U : 1U);
    if (attempt < 3) {
      work = requeued();
    }
  }
  EXPECT_EQ(block(0).state, BlockState::Quarantined);
  EXPECT_EQ(block(0).error, "strategy_error: boom 3");
  EXPECT_THAT(store().fleet_ledger().failures(work.key.block), SizeIs(3));
  EXPECT_EQ(save(work, computed(work)), Outcome::Stale) << "nothing finishes a quarantined block";
  // A person has it tried again, with a fresh count.
  EXPECT_EQ(store().operator_ledger().retry({{work.key.block}, {}}, "me"), 1U);
  EXPECT_EQ(store().operator_ledger().retry({{work.key.block}, {}}, "me"), 0U);
  work = requeued();
  EXPECT_EQ(work.attempt, Attempt{4});
  ASSERT_EQ(save(work, Failed{"strategy_error", "boom"}), Outcome::Stored);
  EXPECT_EQ(sweep_all(3).pending, 1U);
}

TEST_F(JanitorLedgerContract, WhatAnOrderDoesNotWaitForIsNoFailureOfIt) {
  ASSERT_EQ(save(work_[0], computed(work_[0])), Outcome::Stored);
  Order order = order_check(work_[0].key.block, 1, {}, true);
  order.expected = computed(work_[0]).result.digest;
  ASSERT_TRUE(store().audit_ledger().record(*store().leadership().lead(Role::Auditor), search_, {{}, {order}, {}, {}}));
  WorkResult lie = computed(work_[0]);
  lie.result.digest = std::string(64, 'f');
  Work check = requeued();
  for (int i = 0; i < 6; ++i) {
    ASSERT_EQ(save(check, lie), Outcome::Unexpected);
    check = requeued();
  }
  EXPECT_EQ(check.attempt, Attempt{7});
  ASSERT_EQ(save(check, Failed{"strategy_error", "boom"}), Outcome::Stored);
  const auto report = ledger().sweep(epoch_, {core::Milliseconds(60'000), 2});
  EXPECT_EQ(report.quarantined, 0U) << "it failed once";
  EXPECT_EQ(report.pending, 1U);
  EXPECT_EQ(ledger().bury(epoch_, requeued(), "dead-lettered", 2), DeadLetter::Quarantined) << "and twice";
}

TEST_F(JanitorLedgerContract, RetryTakesAllInAStateAndNoOthers) {
  for (const std::size_t i : {0U, 1U}) {
    ASSERT_EQ(save(work_[i], Failed{"strategy_error", "boom"}), Outcome::Stored);
  }
  EXPECT_EQ(store().operator_ledger().retry({{}, {BlockState::Quarantined}}, "me"), 0U);
  EXPECT_EQ(store().operator_ledger().retry({{work_[3].key.block}, {}}, "me"), 0U) << "it did not fail";
  EXPECT_EQ(store().operator_ledger().retry({{}, {BlockState::Failed}}, "me"), 2U);
  EXPECT_EQ(store().reader().counts(search_).pending, 2U);
  EXPECT_THAT(store().monitor_ledger().latest_events({}, 10).front().message,
              HasSubstr("2 blocks are tried again by me"));
}

TEST_F(JanitorLedgerContract, AnOrderHasALeaseAndAttemptsAsWell) {
  const Epoch auditor = *store().leadership().lead(Role::Auditor);
  ASSERT_EQ(save(work_[0], computed(work_[0])), Outcome::Stored);
  const Audit audit{work_[0].key.block, work_[0].block, work_[0].key, {}};
  ASSERT_TRUE(
      store().audit_ledger().record(auditor, search_, {{audit}, {order_check(audit.block, 1, {}, true)}, {}, {}}));
  Work order = requeued();
  ASSERT_EQ(save(order, Started{}), Outcome::Stored);
  EXPECT_EQ(sweep_all().lost, 1U);
  order = requeued();
  EXPECT_EQ(order.attempt, Attempt{2});
  ASSERT_EQ(save(order, Failed{"strategy_error", "boom"}), Outcome::Stored);
  EXPECT_EQ(sweep_all(2).quarantined, 1U);
  EXPECT_EQ(block(0).state, BlockState::Finished);
  EXPECT_THAT(store().audit_ledger().cases(10), SizeIs(1)) << "the auditor hears of it";
}

TEST_F(JanitorLedgerContract, OnlyWhatWasQueuedLongAgoIsTakenBackFromAnEmptyBroker) {
  ASSERT_EQ(save(work_[0], Started{}), Outcome::Stored);
  EXPECT_EQ(ledger().requeue_unstarted(epoch_, core::Milliseconds(60'000)), 0U);
  std::size_t taken = 0;
  EXPECT_TRUE(wait_until([&] {
    taken += ledger().requeue_unstarted(epoch_, core::Milliseconds(0));
    return taken >= 3;
  }));
  EXPECT_EQ(taken, 3U);
  EXPECT_EQ(block(0).state, BlockState::Running);
  EXPECT_EQ(block(1).state, BlockState::Pending);
  EXPECT_EQ(block(1).attempt, Attempt{1}) << "nobody began it";
}

TEST_F(JanitorLedgerContract, ADeadLetterIsAFailedAttempt) {
  const auto bury = [this](const Work& work) { return ledger().bury(epoch_, work, "too often", 2); };
  EXPECT_EQ(bury(work_[0]), DeadLetter::Pending);
  EXPECT_EQ(bury(work_[0]), DeadLetter::Stale) << "it is another attempt by now";
  const Work again = requeued();
  EXPECT_EQ(again.attempt, Attempt{2});
  EXPECT_EQ(bury(again), DeadLetter::Quarantined);
  EXPECT_EQ(block(0).state, BlockState::Quarantined);
  EXPECT_EQ(block(0).error, "dead_letter: too often");
  EXPECT_THAT(store().fleet_ledger().failures(again.key.block), SizeIs(2));
  ASSERT_EQ(save(work_[1], computed(work_[1])), Outcome::Stored);
  EXPECT_EQ(bury(work_[1]), DeadLetter::Stale);
  Work unknown = work_[0];
  unknown.key.block = {9999};
  EXPECT_EQ(bury(unknown), DeadLetter::Unknown);
}

TEST_F(JanitorLedgerContract, ADeadLetterOfAnotherLedgerOrSearchCostsNoAttempt) {
  Work of_another_ledger = work_[0];
  of_another_ledger.provenance.ledger = "another";
  EXPECT_EQ(ledger().bury(epoch_, of_another_ledger, "not ours", 1), DeadLetter::Foreign);
  Work of_another_search = work_[0];
  of_another_search.provenance.search = "another";
  EXPECT_EQ(ledger().bury(epoch_, of_another_search, "not ours", 1), DeadLetter::Foreign);
  EXPECT_EQ(block(0).state, BlockState::Queued);
  EXPECT_EQ(block(0).attempt, Attempt{1});
  EXPECT_THAT(store().fleet_ledger().failures(work_[0].key.block), SizeIs(0));
  Work of_the_version_before = work_[0];
  of_the_version_before.provenance = {};
  EXPECT_EQ(ledger().bury(epoch_, of_the_version_before, "too often", 2), DeadLetter::Pending);
}

TEST_F(JanitorLedgerContract, PartsThatNeverBecameWholeAreDroppedInTheEnd) {
  ASSERT_EQ(save(work_[0], Part{std::string(64, 'a'), 0, 2, "text"}), Outcome::PartKept);
  ForgetRules rules;
  rules.parts_age = core::Milliseconds(60'000);
  EXPECT_EQ(ledger().forget(epoch_, rules).parts, 0U);
  rules.parts_age = core::Milliseconds(0);
  std::size_t dropped = 0;
  EXPECT_TRUE(wait_until([&] {
    dropped = ledger().forget(epoch_, rules).parts;
    return dropped > 0;
  }));
  EXPECT_EQ(dropped, 1U);
}

TEST_F(JanitorLedgerContract, OfTooManyPartsTheNewestAreKept) {
  for (std::uint32_t part = 0; part < 5; ++part) {
    ASSERT_EQ(save(work_[0], Part{std::string(64, 'a'), part, 9, "text"}), Outcome::PartKept);
  }
  ForgetRules rules;
  rules.parts_kept = 5;
  EXPECT_EQ(ledger().forget(epoch_, rules).parts, 0U);
  rules.parts_kept = 3;
  EXPECT_EQ(ledger().forget(epoch_, rules).parts, 2U);
  EXPECT_EQ(ledger().forget(epoch_, rules).parts, 0U);
}

TEST_F(JanitorLedgerContract, AWorkerThatIsHeardOfNoMoreIsForgotten) {
  ASSERT_EQ(save(work_[0], Started{}), Outcome::Stored);
  ASSERT_EQ(store().fleet_ledger().workers(10).size(), 1U);
  EXPECT_EQ(ledger().forget(epoch_, {}).workers, 0U);
  ForgetRules rules;
  rules.workers_age = core::Milliseconds(0);
  std::size_t forgotten = 0;
  EXPECT_TRUE(wait_until([&] {
    forgotten = ledger().forget(epoch_, rules).workers;
    return forgotten > 0;
  }));
  EXPECT_EQ(forgotten, 1U);
  EXPECT_TRUE(store().fleet_ledger().workers(10).empty());
}

TEST_F(JanitorLedgerContract, AnOldJanitorChangesNothing) {
  ASSERT_EQ(save(work_[0], Failed{"strategy_error", "boom"}), Outcome::Stored);
  ASSERT_TRUE(store().operator_ledger().order_drain(true, "me", ""));
  const Epoch old = epoch_;
  store().leadership().release(Role::Janitor);
  ASSERT_TRUE(store().leadership().lead(Role::Janitor));
  EXPECT_THROW(static_cast<void>(ledger().sweep(old, {})), Fenced);
  EXPECT_THROW(static_cast<void>(ledger().cancel(old, 1)), Fenced);
  EXPECT_THROW(static_cast<void>(ledger().requeue_unstarted(old, core::Milliseconds(0))), Fenced);
  EXPECT_THROW(static_cast<void>(ledger().bury(old, work_[1], "x", 5)), Fenced);
  EXPECT_THROW(ledger().note(old, {.kind = EventKind::DeadLetter, .message = "x"}), Fenced);
  EXPECT_THROW(ledger().forget(old, {}), Fenced);
  EXPECT_THROW(static_cast<void>(ledger().compact(old, {.retention = std::chrono::seconds(0)})), Fenced);
  EXPECT_THROW(static_cast<void>(ledger().mark_drained(old, store().monitor_ledger().control().epoch)), Fenced);
  EXPECT_EQ(block(0).state, BlockState::Failed);
  EXPECT_EQ(store().monitor_ledger().control().state, ControlState::Draining);
}

TEST_F(JanitorLedgerContract, ADrainFencesEveryProducerAndKeepsWhoAndWhy) {
  const Epoch before = store().monitor_ledger().control().epoch;
  EXPECT_FALSE(store().operator_ledger().order_drain(false, "me", "")) << "it is writable";
  ASSERT_TRUE(store().operator_ledger().order_drain(true, "ada@host", "new disks"));
  EXPECT_FALSE(store().operator_ledger().order_drain(true, "me", ""));
  EXPECT_GT(store().monitor_ledger().control().epoch, before);
  store().search_ledger().extend_search(search_, {100});
  EXPECT_THROW(store().plan_ledger().plan(producer_, search_, std::vector{search::Block{{42}, {52}}}), Fenced);
  EXPECT_THROW(store().plan_ledger().mark_queued(producer_, work_), Fenced);
  // Not one that leads anew, either.
  store().leadership().release(Role::Producer);
  const Epoch young = *store().leadership().lead(Role::Producer);
  EXPECT_THROW(store().plan_ledger().plan(young, search_, std::vector{search::Block{{42}, {52}}}), Fenced);
  EXPECT_FALSE(ledger().mark_drained(epoch_, before)) << "under the epoch of before";
  ASSERT_TRUE(ledger().mark_drained(epoch_, store().monitor_ledger().control().epoch));
  EXPECT_EQ(store().monitor_ledger().control().state, ControlState::Drained);
  EXPECT_FALSE(ledger().mark_drained(epoch_, store().monitor_ledger().control().epoch));
  ASSERT_TRUE(store().operator_ledger().order_drain(false, "ada@host", ""));
  EXPECT_EQ(store().monitor_ledger().control().state, ControlState::Writable);
  EXPECT_THROW(store().plan_ledger().plan(young, search_, std::vector{search::Block{{42}, {52}}}), Fenced)
      << "whoever led during the drain has to lead anew";
  std::vector<std::string> told;
  for (const auto& record : store().monitor_ledger().latest_events({}, 10)) {
    told.insert(told.begin(), record.message);
  }
  ASSERT_THAT(told, SizeIs(3));
  EXPECT_THAT(told[0], testing::StartsWith("WRITABLE -> DRAINING by ada@host (login "));
  EXPECT_THAT(told[0], testing::EndsWith("): new disks"));
  EXPECT_THAT(told[1], HasSubstr("DRAINING -> DRAINED"));
  EXPECT_THAT(told[2], testing::StartsWith("DRAINED -> WRITABLE by ada@host (login "));
}

TEST_F(JanitorLedgerContract, ASplitIsAllowedWhileDraining) {
  // Slices end at multiples of 2^15.
  const search::Position cut{1U << 15U};
  store().search_ledger().extend_search(search_, {2 * cut.ordinal});
  ASSERT_EQ(store().plan_ledger().plan(producer_, search_, std::vector{search::Block{{42}, {2 * cut.ordinal}}}),
            PlanOutcome::Planned);
  const Work work = requeued();
  ASSERT_TRUE(store().operator_ledger().order_drain(true, "somebody", "test"));
  WorkResult prefix = computed(work_[0]);
  prefix.result = search::examine(*strategies_.find("exhaustive"), {work.block.begin, cut}, parameters(), {});
  EXPECT_EQ(save(work, Partial{cut, prefix}), Outcome::Stored);
  EXPECT_EQ(store().reader().counts(search_).pending, 1U);
  EXPECT_THROW(store().plan_ledger().mark_queued(producer_, store().plan_ledger().pending(search_, 10)), Fenced)
      << "nothing enters";
}

TEST_F(JanitorLedgerContract, InFlightIsWhatIsQueuedOrRunningInAllSearches) {
  EXPECT_EQ(ledger().in_flight(), 4U);
  ASSERT_EQ(save(work_[0], Started{}), Outcome::Stored);
  EXPECT_EQ(ledger().in_flight(), 4U);
  ASSERT_EQ(save(work_[0], computed(work_[0])), Outcome::Stored);
  EXPECT_EQ(ledger().in_flight(), 3U);
}

/// What people order of one search.
class SearchControlContract : public JanitorLedgerContract {
 protected:
  ControlOutcome order(RunState state, const std::string& why = {}) {
    return store().operator_ledger().control_search(search_, {.state = state}, "ada@host", why);
  }
  SearchControl control() { return record_of(store().reader(), search_).control; }
  std::vector<EventRecord> events(const char* kind) { return store().monitor_ledger().latest_events(kind, 10); }
  bool is_produced() { return !store().plan_ledger().open_plans().searches.empty(); }
};

TEST_F(SearchControlContract, OfAPausedSearchNothingIsPublishedAndWhatIsInFlightEnds) {
  store().search_ledger().extend_search(search_, {62});
  ASSERT_TRUE(is_produced());
  EXPECT_EQ(order(RunState::Paused, "first the other one"), ControlOutcome::Done);
  EXPECT_EQ(order(RunState::Paused), ControlOutcome::AlreadySo);
  EXPECT_EQ(control().state, RunState::Paused);
  EXPECT_FALSE(is_produced());
  EXPECT_EQ(store().plan_ledger().open_plans().in_flight.queued, 4U) << "they take room all the same";
  EXPECT_EQ(save(work_[0], computed(work_[0])), Outcome::Stored);
  EXPECT_EQ(ledger().cancel(epoch_, 10), 0U);
  EXPECT_EQ(order(RunState::Active), ControlOutcome::Done);
  EXPECT_TRUE(is_produced());
  ASSERT_THAT(events("pause"), SizeIs(1));
  EXPECT_EQ(events("pause").front().search, search_);
  EXPECT_THAT(events("pause").front().message, HasSubstr("ACTIVE -> PAUSED by ada@host (login "));
  EXPECT_THAT(events("pause").front().message, HasSubstr("): first the other one"));
  EXPECT_THAT(events("resume"), SizeIs(1));
}

TEST_F(SearchControlContract, WhatIsCancelledStaysSoAndKeepsWhatWasFound) {
  store().search_ledger().extend_search(search_, {62});
  ASSERT_EQ(save(work_[0], computed(work_[0])), Outcome::Stored);
  ASSERT_EQ(save(work_[1], Started{}), Outcome::Stored);
  EXPECT_EQ(order(RunState::Cancelled, "the threshold was wrong"), ControlOutcome::Done);
  EXPECT_EQ(order(RunState::Active), ControlOutcome::Final);
  EXPECT_EQ(store().operator_ledger().control_search(search_, {.share = 7}, "me", ""), ControlOutcome::Final);
  EXPECT_EQ(order(RunState::Cancelled), ControlOutcome::AlreadySo);
  store().search_ledger().extend_search(search_, {82});
  EXPECT_EQ(record_of(store().reader(), search_).spec.range.end, search::Position{62});
  EXPECT_FALSE(is_produced());
  // Until the janitor has come to it, whoever computes goes on.
  EXPECT_EQ(save(work_[1], Query{}), Outcome::Go);
  EXPECT_EQ(ledger().cancel(epoch_, 2), 2U) << "as many as it is told";
  EXPECT_EQ(ledger().cancel(epoch_, 2), 1U);
  EXPECT_EQ(ledger().cancel(epoch_, 2), 0U);
  const BlockCounts counts = store().reader().counts(search_);
  EXPECT_EQ(counts.cancelled, 3U);
  EXPECT_EQ(counts.finished, 1U);
  EXPECT_EQ(counts.in_flight(), 0U);
  EXPECT_EQ(store().monitor_ledger().progress(search_).frontier, work_[0].block.end);
  // Whatever is said of them now, nobody has to do anything any more.
  EXPECT_EQ(reply_word(save(work_[1], Query{})), ReplyWord::Saved);
  EXPECT_EQ(save(work_[1], computed(work_[1])), Outcome::Stale);
  EXPECT_EQ(save(work_[2], Started{}), Outcome::Stale);
  EXPECT_EQ(save(work_[3], Failed{"strategy_error", "boom"}), Outcome::Stale);
  EXPECT_EQ(ledger().bury(epoch_, work_[2], "rejected", 5), DeadLetter::Stale);
  EXPECT_EQ(sweep_all().pending, 0U);
  EXPECT_EQ(store().operator_ledger().retry({{work_[2].key.block}, {}}, "me"), 0U);
  EXPECT_EQ(store().reader().counts(search_), counts);
  // Submitted again, it is another search.
  const auto again = store().search_ledger().submit({"exhaustive", {{2}, {62}}, parameters()}, {RunState::Paused, 3});
  EXPECT_EQ(again.choice, Choice::Created);
  EXPECT_EQ(record_of(store().reader(), again.id).control, (SearchControl{RunState::Paused, 3}));
  EXPECT_EQ(store().search_ledger().submit({"exhaustive", {{2}, {62}}, parameters()}, {}).id, again.id);
  EXPECT_EQ(record_of(store().reader(), again.id).control, (SearchControl{RunState::Paused, 3})) << "it keeps its own";
}

TEST_F(SearchControlContract, ACancelledOneStaysSoWhateverTheProgramBelieves) {
  ASSERT_EQ(order(RunState::Cancelled), ControlOutcome::Done);
  EXPECT_THROW(server().run("UPDATE searches SET run_state = 'ACTIVE'"), runtime::Error);
  EXPECT_THROW(server().run("UPDATE searches SET end_at = end_at + 1"), runtime::Error);
  EXPECT_EQ(control().state, RunState::Cancelled);
}

TEST_F(SearchControlContract, OrdersOfACancelledSearchEndAndWhatIsDoubtedIsAcceptedNoLonger) {
  ASSERT_EQ(save(work_[0], computed(work_[0])), Outcome::Stored);
  const Epoch auditor = *store().leadership().lead(Role::Auditor);
  AuditStep step;
  step.orders.push_back(order_check(work_[0].key.block, 1, {}, true));
  ASSERT_TRUE(store().audit_ledger().record(auditor, search_, step));
  ASSERT_EQ(order(RunState::Cancelled), ControlOutcome::Done);
  EXPECT_EQ(store().reader().counts(search_).orders_pending, 1U);
  EXPECT_EQ(ledger().cancel(epoch_, 100), 4U);
  EXPECT_EQ(store().reader().counts(search_).open_orders(), 0U);
  step.orders.front().reopens = true;
  ASSERT_TRUE(store().audit_ledger().record(auditor, search_, step));
  EXPECT_EQ(block(0).state, BlockState::Disputed) << "nobody computes it again";
  EXPECT_THAT(store().audit_ledger().cases(10), SizeIs(0));
}

TEST_F(SearchControlContract, ASearchHasAShareAndTheSecondsOfItsBlocksAreCounted) {
  EXPECT_EQ(control().share, 1U);
  EXPECT_EQ(store().operator_ledger().control_search(search_, {.share = 3}, "", ""), ControlOutcome::Done);
  EXPECT_EQ(store().operator_ledger().control_search(search_, {.share = 3}, "", ""), ControlOutcome::AlreadySo);
  EXPECT_EQ(store().operator_ledger().control_search({search_.value + 1}, {.share = 3}, "", ""),
            ControlOutcome::Unknown);
  EXPECT_EQ(control(), (SearchControl{RunState::Active, 3}));
  ASSERT_THAT(events("share"), SizeIs(1));
  EXPECT_THAT(events("share").front().message, HasSubstr("share 1 -> 3 by the login "));
  ASSERT_EQ(save(work_[0], computed(work_[0])), Outcome::Stored);
  ASSERT_EQ(save(work_[1], computed(work_[1])), Outcome::Stored);
  ASSERT_EQ(save(work_[2], Started{}), Outcome::Stored);
  store().search_ledger().extend_search(search_, {62});
  const OpenPlans plans = store().plan_ledger().open_plans();
  ASSERT_THAT(plans.searches, SizeIs(1));
  EXPECT_DOUBLE_EQ(plans.searches.front().computed_seconds, 0.5);
  EXPECT_EQ(plans.searches.front().counts, store().reader().counts(search_));
  EXPECT_EQ(plans.searches.front().record.control.share, 3U);
  EXPECT_EQ(plans.in_flight.queued, 1U);
  EXPECT_EQ(plans.in_flight.running, 1U);
}

}  // namespace
}  // namespace robin::flow
