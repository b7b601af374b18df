// What a cluster's store promises the janitor and people: leases by its own clock, attempts that are capped, a drain
// that fences.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/store_openers.hpp"
#include "flow/rules/case_rules.hpp"
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
  EXPECT_THROW(static_cast<void>(ledger().requeue_unstarted(old, core::Milliseconds(0))), Fenced);
  EXPECT_THROW(static_cast<void>(ledger().bury(old, work_[1], "x", 5)), Fenced);
  EXPECT_THROW(ledger().note(old, {.kind = EventKind::DeadLetter, .message = "x"}), Fenced);
  EXPECT_THROW(ledger().forget(old, {}), Fenced);
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
  EXPECT_EQ(told[0], "WRITABLE -> DRAINING by ada@host: new disks");
  EXPECT_THAT(told[1], HasSubstr("DRAINING -> DRAINED"));
  EXPECT_EQ(told[2], "DRAINED -> WRITABLE by ada@host");
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

}  // namespace
}  // namespace robin::flow
