// What every store promises the auditor: gapless audits, fenced writes, orders that are published and saved like
// blocks, disputes that move a pointer and never a result.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/store_openers.hpp"
#include "flow/case_rules.hpp"
#include "support/parsed.hpp"
#include "support/patience.hpp"

namespace robin::flow {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing_support::parameters;

class AuditLedgerContract : public testing::TestWithParam<Implementation> {
 protected:
  AuditLedgerContract() {
    search_ = store().add_search({"exhaustive", {{2}, {42}}, parameters()});
    producer_ = *store().lead(Role::Producer);
    epoch_ = *store().lead(Role::Auditor);
    std::vector<search::Block> blocks;
    for (std::uint64_t at = 2; at < 42; at += 10) {
      blocks.push_back({{at}, {at + 10}});
    }
    EXPECT_EQ(store().plan(producer_, search_, blocks), PlanOutcome::Planned);
    work_ = store().pending(search_, 10);
    EXPECT_EQ(store().mark_queued(producer_, work_), 4U);
  }

  Store& store() { return *store_; }
  AuditLedger& ledger() { return store_->audit_ledger(); }

  WorkResult computed(const Work& work) {
    return {search::examine(*strategies_.find("exhaustive"), work.block, work.parameters, {}), 0.25};
  }
  Outcome save(const Work& work, decltype(Report::content) content, const std::string& worker = "a") {
    const Report report{work.key, work.attempt, worker, work.block, std::move(content)};
    return store().save(std::span(&report, 1)).front();
  }
  /// A result that claims another count, and so has another digest.
  WorkResult wrong(const Work& work) {
    auto result = computed(work);
    result.result.findings.candidates += 1;
    result.result.digest = search::exact_digest(*strategies_.find("exhaustive"), work.block, result.result.findings);
    return result;
  }
  Audit audit(std::size_t i) {
    return {work_[i].key.block, work_[i].block, work_[i].key, {{"after", std::to_string(i)}}};
  }
  /// The only order there is, published.
  Work published_order() {
    const auto pending = store().pending(search_, 10);
    EXPECT_EQ(pending.size(), 1U);
    EXPECT_EQ(store().mark_queued(producer_, pending), 1U);
    return pending.front();
  }
  Case only_case() {
    const auto cases = ledger().cases(10);
    EXPECT_EQ(cases.size(), 1U);
    return cases.front();
  }
  BlockState state_of(BlockId block) { return store().blocks({std::nullopt, {}, {block.value - 1}}, 1).front().state; }

  SearchId search_{0};
  Epoch producer_{0};
  Epoch epoch_{0};
  std::vector<Work> work_;

 private:
  search::Strategies strategies_;
  std::unique_ptr<Opener> opener_ = GetParam().make();
  std::unique_ptr<Store> store_ = opener_->open(strategies_);
};

TEST_P(AuditLedgerContract, EachRoleHasItsOwnLeaderAndEpochs) {
  EXPECT_FALSE(store().lead(Role::Auditor));
  ASSERT_TRUE(store().lead(Role::Janitor));
  EXPECT_TRUE(ledger().is_newest(epoch_));
  store().release(Role::Auditor);
  const auto next = store().lead(Role::Auditor);
  ASSERT_TRUE(next);
  EXPECT_GT(*next, epoch_);
  EXPECT_FALSE(ledger().is_newest(epoch_));
  EXPECT_EQ(store().control().epoch, producer_) << "an auditor fences no producer";
}

TEST_P(AuditLedgerContract, ASearchKeepsWhereItsCertifierBegins) {
  const SearchSpec spec{"exhaustive", {{2}, {3}}, parameters(), {{"position", "2"}, {"sums", "1 2 3 4"}}};
  const SearchId id = store().add_search(spec);
  EXPECT_EQ(record_of(store(), id).spec, spec);
}

TEST_P(AuditLedgerContract, AcceptedResultsComeInOrderWithEverythingThatIsStored) {
  for (const std::size_t i : {2U, 0U}) {
    ASSERT_EQ(save(work_[i], computed(work_[i]), "worker " + std::to_string(i)), Outcome::Stored);
  }
  const auto all = ledger().accepted(search_, {2}, 10);
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].block, work_[0].key.block);
  EXPECT_EQ(all[0].range, work_[0].block);
  EXPECT_EQ(all[0].key, work_[0].key);
  EXPECT_EQ(all[0].worker, "worker 0");
  EXPECT_EQ(all[0].result, computed(work_[0]).result);
  EXPECT_EQ(all[1].result, computed(work_[2]).result);
  EXPECT_THAT(ledger().accepted(search_, {3}, 10), SizeIs(1));
  EXPECT_THAT(ledger().accepted(search_, {2}, 1), SizeIs(1));
}

TEST_P(AuditLedgerContract, AuditsAreGaplessAndOnlyOfWhatIsAccepted) {
  ASSERT_EQ(save(work_[0], computed(work_[0])), Outcome::Stored);
  ASSERT_EQ(save(work_[1], computed(work_[1])), Outcome::Stored);
  EXPECT_EQ(ledger().frontier(search_).end, search::Position{2});
  EXPECT_FALSE(ledger().record(epoch_, search_, {{audit(1)}, {}, {}, {}})) << "a gap";
  auto other = audit(0);
  other.accepted.purpose = "check:1";
  EXPECT_FALSE(ledger().record(epoch_, search_, {{other}, {}, {}, {}})) << "not the accepted result";
  EXPECT_FALSE(ledger().record(epoch_, search_, {{audit(0), audit(1), audit(2)}, {}, {}, {}})) << "one is not finished";
  EXPECT_THAT(ledger().history(search_, {2}, 10), IsEmpty()) << "all or none";
  EXPECT_TRUE(ledger().record(epoch_, search_, {{audit(0), audit(1)}, {}, {}, {}}));
  EXPECT_FALSE(ledger().record(epoch_, search_, {{audit(0)}, {}, {}, {}})) << "again";
  const auto frontier = ledger().frontier(search_);
  EXPECT_EQ(frontier.end, search::Position{22});
  EXPECT_EQ(frontier.state.at("after"), "1");
  EXPECT_THAT(ledger().history(search_, {2}, 10), ElementsAre(audit(0), audit(1)));
  EXPECT_THAT(ledger().history(search_, {3}, 10), ElementsAre(audit(1)));
}

TEST_P(AuditLedgerContract, AnOldEpochChangesNothing) {
  ASSERT_EQ(save(work_[0], computed(work_[0])), Outcome::Stored);
  const Epoch old = epoch_;
  store().release(Role::Auditor);
  ASSERT_TRUE(store().lead(Role::Auditor));
  const Order check = order_check(work_[0].key.block, 1, {"a"}, false);
  EXPECT_FALSE(ledger().record(old, search_, {{audit(0)}, {check}, {{"alarm", search_, {}, "text", ""}}, "reason"}));
  EXPECT_EQ(ledger().release_lone_checks(old, runtime::Milliseconds(0)), 0U);
  EXPECT_THAT(ledger().history(search_, {2}, 10), IsEmpty());
  EXPECT_THAT(ledger().events(0, 10), IsEmpty());
  EXPECT_EQ(ledger().frontier(search_).objection, "");
  EXPECT_EQ(store().counts(search_).open_orders(), 0U);
}

TEST_P(AuditLedgerContract, AnObjectionIsKeptUntilTheNextStep) {
  ASSERT_TRUE(ledger().record(epoch_, search_, {{}, {}, {}, "block 1: why"}));
  EXPECT_EQ(ledger().frontier(search_).objection, "block 1: why");
  ASSERT_TRUE(ledger().record(epoch_, search_, {{}, {}, {}, {}}));
  EXPECT_EQ(ledger().frontier(search_).objection, "");
}

TEST_P(AuditLedgerContract, EventsAreToldInOrderAndSomeOnlyOnce) {
  const Event alarm{"alarm", search_, work_[0].key.block, "n = 12", "violation/12"};
  ASSERT_TRUE(ledger().record(epoch_, search_, {{}, {}, {alarm, {"other", {}, {}, "text", ""}}, {}}));
  ASSERT_TRUE(ledger().record(epoch_, search_, {{}, {}, {alarm}, {}}));
  const auto events = ledger().events(0, 10);
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(events[0].event.kind, "alarm");
  EXPECT_EQ(events[0].event.search, search_);
  EXPECT_EQ(events[0].event.block, work_[0].key.block);
  EXPECT_EQ(events[0].event.message, "n = 12");
  EXPECT_EQ(events[1].event.search, std::nullopt);
  EXPECT_THAT(events[0].at, testing::MatchesRegex("....-..-..T..:..:..\\....Z"));
  EXPECT_THAT(ledger().events(events[0].id, 10), SizeIs(1));
}

TEST_P(AuditLedgerContract, AnOrderGoesTheWayOfABlockBesideIt) {
  ASSERT_EQ(save(work_[0], computed(work_[0])), Outcome::Stored);
  Order order = order_check(work_[0].key.block, 1, {"a", "b"}, false);
  order.origin = {{"position", "2"}};
  ASSERT_TRUE(ledger().record(epoch_, search_, {{audit(0)}, {order}, {}, {}}));
  ASSERT_TRUE(ledger().record(epoch_, search_, {{}, {order}, {}, {}})) << "placed again it stays as it is";
  EXPECT_EQ(store().counts(search_).orders_pending, 1U);
  const Work work = published_order();
  EXPECT_EQ(work.key, order.key);
  EXPECT_EQ(work.block, work_[0].block);
  EXPECT_EQ(work.avoid, order.avoid);
  EXPECT_EQ(work.origin, order.origin);
  EXPECT_EQ(work.parameters, parameters());
  EXPECT_EQ(store().counts(search_).orders_in_flight, 1U);
  EXPECT_EQ(store().mark_queued(producer_, std::vector{work}), 0U) << "a compare-and-set";
  EXPECT_EQ(save(work, Query{}), Outcome::Go);
  EXPECT_EQ(save(work, Started{}), Outcome::Stored);
  EXPECT_EQ(save(work, Failed{"strategy_error", "boom"}), Outcome::Stored);
  EXPECT_EQ(state_of(work.key.block), BlockState::Finished) << "the block is not touched";
  EXPECT_EQ(store().requeue_lost(producer_), 3U) << "of blocks";
  const auto again = store().pending(search_, 1);
  EXPECT_EQ(again.front().key, order.key) << "orders come first";
  EXPECT_EQ(again.front().attempt, Attempt{2});
  EXPECT_EQ(save(again.front(), computed(again.front()), "c"), Outcome::Stored);
  EXPECT_EQ(save(again.front(), computed(again.front()), "c"), Outcome::Duplicate);
  EXPECT_EQ(store().counts(search_).open_orders(), 0U);
  EXPECT_EQ(ledger().accepted(search_, {2}, 1).front().key, work_[0].key) << "the accepted result stays";
}

TEST_P(AuditLedgerContract, AnOrderThatAWorkerLeavesIsPendingAgainUnderItsAttemptAndGoesLast) {
  std::vector<Order> orders;
  for (std::size_t i = 0; i < 2; ++i) {
    ASSERT_EQ(save(work_[i], computed(work_[i])), Outcome::Stored);
    orders.push_back(order_check(work_[i].key.block, 1, {"a"}, false));
  }
  ASSERT_TRUE(ledger().record(epoch_, search_, {{audit(0), audit(1)}, orders, {}, {}}));
  const auto placed = store().pending(search_, 10, 1);
  ASSERT_THAT(placed, SizeIs(1)) << "a limit of their own";
  const Work work = placed.front();
  const Partial leave{work.block.begin, std::nullopt};
  EXPECT_EQ(save(work, leave), Outcome::Go) << "too early: once it was marked it would be QUEUED in vain";
  ASSERT_EQ(store().mark_queued(producer_, placed), 1U);
  EXPECT_EQ(save(work, leave), Outcome::Stored);
  EXPECT_EQ(store().counts(search_).orders_in_flight, 0U);
  const auto again = store().pending(search_, 10);
  ASSERT_THAT(again, SizeIs(2));
  EXPECT_EQ(again[0].key, orders[1].key) << "one that was never published comes first";
  EXPECT_EQ(again[1].key, work.key);
  EXPECT_EQ(again[1].attempt, work.attempt);
  ASSERT_EQ(store().mark_queued(producer_, again), 2U);
  EXPECT_EQ(save(work, Started{}, "b"), Outcome::Stored);
  EXPECT_EQ(save(work, leave), Outcome::Go) << "another worker is at it";
  EXPECT_EQ(save(work, computed(work), "b"), Outcome::Stored);
  EXPECT_EQ(save(work, leave), Outcome::Stale) << "it is done";
}

TEST_P(AuditLedgerContract, AnOrderThatWasNeverPlacedIsUnknown) {
  ASSERT_EQ(save(work_[0], computed(work_[0])), Outcome::Stored);
  Work work = work_[0];
  work.key.purpose = "check:1";
  EXPECT_EQ(save(work, computed(work)), Outcome::Unknown);
}

TEST_P(AuditLedgerContract, ACheckThatAgreesClosesItsCase) {
  ASSERT_EQ(save(work_[0], computed(work_[0]), "a"), Outcome::Stored);
  EXPECT_THAT(ledger().cases(10), IsEmpty());
  ASSERT_TRUE(
      ledger().record(epoch_, search_, {{audit(0)}, {order_check(work_[0].key.block, 1, {"a"}, false)}, {}, {}}));
  EXPECT_THAT(ledger().cases(10), IsEmpty()) << "while it is open";
  const Work check = published_order();
  ASSERT_EQ(save(check, computed(check), "b"), Outcome::Stored);
  const Case one = only_case();
  EXPECT_EQ(one.block, check.key.block);
  EXPECT_EQ(one.range, check.block);
  EXPECT_EQ(one.accepted, work_[0].key);
  ASSERT_THAT(one.votes, SizeIs(2));
  EXPECT_EQ(one.votes[0].worker, "a");
  EXPECT_EQ(one.votes[1].worker, "b");
  EXPECT_EQ(one.votes[0].digest, one.votes[1].digest);
  const auto ruling = decide_case(one, {});
  ASSERT_TRUE(ruling);
  EXPECT_TRUE(ledger().rule(epoch_, one, *ruling));
  EXPECT_THAT(ledger().cases(10), IsEmpty());
  EXPECT_EQ(state_of(one.block), BlockState::Finished);
  EXPECT_EQ(ledger().frontier(search_).end, search::Position{12}) << "nothing is audited anew";
}

TEST_P(AuditLedgerContract, OfThreeResultsTheTwoEqualOnesWinAndTheAuditBeginsAnewThere) {
  for (std::size_t i = 0; i < 4; ++i) {
    ASSERT_EQ(save(work_[i], i == 1 ? wrong(work_[i]) : computed(work_[i]), "a"), Outcome::Stored);
  }
  const BlockId block = work_[1].key.block;
  ASSERT_TRUE(ledger().record(
      epoch_, search_, {{audit(0), audit(1), audit(2), audit(3)}, {order_check(block, 1, {"a"}, false)}, {}, {}}));
  const Work first = published_order();
  ASSERT_EQ(save(first, computed(first), "b"), Outcome::Stored);
  Case one = only_case();
  ASSERT_TRUE(ledger().rule(epoch_, one, *decide_case(one, {})));
  EXPECT_EQ(state_of(block), BlockState::Disputed);
  EXPECT_EQ(store().counts(search_).disputed, 1U);
  EXPECT_THAT(ledger().accepted(search_, {2}, 10), SizeIs(3)) << "a disputed result is not accepted";
  EXPECT_FALSE(ledger().rule(epoch_, one, *decide_case(one, {}))) << "the case changed since it was read";
  const Work second = published_order();
  EXPECT_THAT(second.avoid, ElementsAre("a", "b"));
  ASSERT_EQ(save(second, computed(second), "c"), Outcome::Stored);
  one = only_case();
  ASSERT_TRUE(ledger().rule(epoch_, one, *decide_case(one, {})));
  EXPECT_EQ(state_of(block), BlockState::Finished);
  const auto accepted = ledger().accepted(search_, {12}, 1).front();
  EXPECT_EQ(accepted.key, first.key);
  EXPECT_EQ(accepted.result, computed(work_[1]).result);
  EXPECT_EQ(store().finished(search_, {12}, 1).front().digest, computed(work_[1]).result.digest);
  EXPECT_EQ(ledger().frontier(search_).end, search::Position{12}) << "audits end before the block";
  EXPECT_THAT(ledger().cases(10), IsEmpty());
  const auto events = ledger().events(0, 10);
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(events[0].event.kind, "disputed");
  EXPECT_EQ(events[1].event.kind, "settled");
}

TEST_P(AuditLedgerContract, ASecondResultOfOneRunThatDiffersIsACase) {
  ASSERT_EQ(save(work_[0], computed(work_[0]), "a"), Outcome::Stored);
  ASSERT_EQ(save(work_[0], wrong(work_[0]), "b"), Outcome::Conflict);
  Case one = only_case();
  EXPECT_TRUE(one.has_conflict);
  ASSERT_TRUE(ledger().rule(epoch_, one, *decide_case(one, {})));
  EXPECT_EQ(state_of(one.block), BlockState::Disputed);
  EXPECT_THAT(ledger().cases(10), IsEmpty()) << "its check is open";
  const Work check = published_order();
  ASSERT_EQ(save(check, computed(check), "c"), Outcome::Stored);
  one = only_case();
  ASSERT_TRUE(ledger().rule(epoch_, one, *decide_case(one, {})));
  EXPECT_EQ(state_of(one.block), BlockState::Finished);
  EXPECT_THAT(ledger().cases(10), IsEmpty());
}

TEST_P(AuditLedgerContract, AWorkerChecksItselfOnlyIfNoOtherWasHeardOf) {
  ASSERT_EQ(save(work_[0], computed(work_[0]), "a"), Outcome::Stored);
  ASSERT_TRUE(
      ledger().record(epoch_, search_, {{audit(0)}, {order_check(work_[0].key.block, 1, {"a"}, false)}, {}, {}}));
  EXPECT_EQ(ledger().release_lone_checks(epoch_, runtime::Milliseconds(60'000)), 0U) << "it is too young";
  ASSERT_EQ(save(work_[1], computed(work_[1]), "b"), Outcome::Stored);
  // Nobody was heard of during no time at all; at least one tick of the database's clock has to pass.
  std::size_t released = 0;
  EXPECT_TRUE(testing_support::wait_until([&] {
    released = ledger().release_lone_checks(epoch_, runtime::Milliseconds(0));
    return released > 0;
  }));
  EXPECT_EQ(released, 1U);
  const Work work = published_order();
  EXPECT_THAT(work.avoid, IsEmpty());
  EXPECT_EQ(work.attempt, Attempt{2});
}

INSTANTIATE_TEST_SUITE_P(All, AuditLedgerContract, testing::Values(sqlite_file, sqlite_memory, postgres), name_of);

}  // namespace
}  // namespace robin::flow
