// What every store promises the auditor: gapless audits, fenced writes, orders that are published and saved like
// blocks, disputes that move a pointer and never a result.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "contract/store_openers.hpp"
#include "flow/rules/case_rules.hpp"
#include "support/parsed.hpp"
#include "support/patience.hpp"
#include "support/random.hpp"

namespace robin::flow {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing_support::parameters;

class AuditLedgerContract : public testing::TestWithParam<Implementation> {
 protected:
  AuditLedgerContract() {
    search_ = store().search_ledger().add_search({"exhaustive", {{2}, {42}}, parameters()});
    producer_ = *store().leadership().lead(Role::Producer);
    epoch_ = *store().leadership().lead(Role::Auditor);
    std::vector<search::Block> blocks;
    for (std::uint64_t at = 2; at < 42; at += 10) {
      blocks.push_back({{at}, {at + 10}});
    }
    EXPECT_EQ(store().plan_ledger().plan(producer_, search_, blocks), PlanOutcome::Planned);
    work_ = store().plan_ledger().pending(search_, 10);
    EXPECT_EQ(store().plan_ledger().mark_queued(producer_, work_), 4U);
  }

  Store& store() { return *store_; }
  std::unique_ptr<Store> open_another() { return opener_->open(strategies_); }
  AuditLedger& ledger() { return store_->audit_ledger(); }

  WorkResult computed(const Work& work) {
    return {search::examine(*strategies_.find("exhaustive"), work.block, work.parameters, {}), 0.25};
  }
  Outcome save(const Work& work, decltype(Report::content) content, const std::string& worker = "a") {
    const Report report{work.key, work.attempt, worker, work.block, std::move(content)};
    return store().save_ledger().save(std::span(&report, 1)).front();
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
    const auto pending = store().plan_ledger().pending(search_, 10);
    EXPECT_EQ(pending.size(), 1U);
    EXPECT_EQ(store().plan_ledger().mark_queued(producer_, pending), 1U);
    return pending.at(0);
  }
  Case only_case() {
    const auto cases = ledger().cases(10);
    EXPECT_EQ(cases.size(), 1U);
    return cases.at(0);
  }
  BlockState state_of(BlockId block) {
    return store().reader().blocks({std::nullopt, {}, {block.value - 1}}, 1).front().state;
  }

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
  EXPECT_FALSE(store().leadership().lead(Role::Auditor));
  ASSERT_TRUE(store().leadership().lead(Role::Janitor));
  EXPECT_TRUE(ledger().record(epoch_, search_, {}));
  store().leadership().release(Role::Auditor);
  const auto next = store().leadership().lead(Role::Auditor);
  ASSERT_TRUE(next);
  EXPECT_GT(*next, epoch_);
  EXPECT_THROW(static_cast<void>(ledger().record(epoch_, search_, {})), Fenced);
  EXPECT_EQ(store().monitor_ledger().control().epoch, producer_) << "an auditor fences no producer";
}

TEST_P(AuditLedgerContract, ASearchKeepsWhereItsCertifierBegins) {
  const SearchSpec spec{"exhaustive", {{2}, {3}}, parameters(), {{"position", "2"}, {"sums", "1 2 3 4"}}};
  const SearchId id = store().search_ledger().add_search(spec);
  EXPECT_EQ(record_of(store().reader(), id).spec, spec);
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

TEST_P(AuditLedgerContract, EachResultIsReadByItsKeyWhetherOrNotItIsAccepted) {
  ASSERT_EQ(save(work_[0], computed(work_[0]), "a"), Outcome::Stored);
  ASSERT_TRUE(ledger().record(epoch_, search_, {{}, {order_check(work_[0].key.block, 1, {"a"}, false)}, {}, {}}));
  const Work check = published_order();
  EXPECT_FALSE(ledger().result(check.key)) << "nobody has made it yet";
  ASSERT_EQ(save(check, wrong(check), "b"), Outcome::Stored);
  const auto first = ledger().result(work_[0].key);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->result, computed(work_[0]).result);
  EXPECT_EQ(first->worker, "a");
  const auto second = ledger().result(check.key);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->block, check.key.block);
  EXPECT_EQ(second->range, check.block);
  EXPECT_EQ(second->key, check.key);
  EXPECT_EQ(second->worker, "b");
  EXPECT_EQ(second->result, wrong(check).result) << "with what it found";
}

TEST_P(AuditLedgerContract, AuditsAreGaplessAndOnlyOfWhatIsAccepted) {
  ASSERT_EQ(save(work_[0], computed(work_[0])), Outcome::Stored);
  ASSERT_EQ(save(work_[1], computed(work_[1])), Outcome::Stored);
  EXPECT_EQ(store().reader().audited(search_).end, search::Position{2});
  EXPECT_FALSE(ledger().record(epoch_, search_, {{audit(1)}, {}, {}, {}})) << "a gap";
  auto other = audit(0);
  other.accepted.purpose = Purpose::check(1);
  EXPECT_FALSE(ledger().record(epoch_, search_, {{other}, {}, {}, {}})) << "not the accepted result";
  EXPECT_FALSE(ledger().record(epoch_, search_, {{audit(0), audit(1), audit(2)}, {}, {}, {}})) << "one is not finished";
  EXPECT_THAT(store().monitor_ledger().history(search_, 10), IsEmpty()) << "all or none";
  EXPECT_TRUE(ledger().record(epoch_, search_, {{audit(0), audit(1)}, {}, {}, {}}));
  EXPECT_FALSE(ledger().record(epoch_, search_, {{audit(0)}, {}, {}, {}})) << "again";
  const auto frontier = store().reader().audited(search_);
  EXPECT_EQ(frontier.end, search::Position{22});
  EXPECT_EQ(frontier.state.at("after"), "1");
  EXPECT_THAT(store().monitor_ledger().history(search_, 10), ElementsAre(audit(0), audit(1)));
}

TEST_P(AuditLedgerContract, AnOldEpochChangesNothing) {
  ASSERT_EQ(save(work_[0], computed(work_[0])), Outcome::Stored);
  const Epoch old = epoch_;
  store().leadership().release(Role::Auditor);
  ASSERT_TRUE(store().leadership().lead(Role::Auditor));
  const Order check = order_check(work_[0].key.block, 1, {"a"}, false);
  const Event alarm{EventKind::Alarm, search_, {}, "text", ""};
  EXPECT_THROW(static_cast<void>(ledger().record(old, search_, {{audit(0)}, {check}, {alarm}, "reason"})), Fenced);
  EXPECT_THROW(static_cast<void>(ledger().release_lone_checks(old, core::Milliseconds(0))), Fenced);
  EXPECT_THAT(store().monitor_ledger().history(search_, 10), IsEmpty());
  EXPECT_THAT(store().monitor_ledger().latest_events({}, 10), IsEmpty());
  EXPECT_EQ(store().reader().audited(search_).objection, "");
  EXPECT_EQ(store().reader().counts(search_).open_orders(), 0U);
}

TEST_P(AuditLedgerContract, AnObjectionIsKeptUntilTheNextStep) {
  ASSERT_TRUE(ledger().record(epoch_, search_, {{}, {}, {}, "block 1: why"}));
  EXPECT_EQ(store().reader().audited(search_).objection, "block 1: why");
  ASSERT_TRUE(ledger().record(epoch_, search_, {{}, {}, {}, {}}));
  EXPECT_EQ(store().reader().audited(search_).objection, "");
}

TEST_P(AuditLedgerContract, EventsAreToldInOrderAndSomeOnlyOnce) {
  const Event alarm{EventKind::Alarm, search_, work_[0].key.block, "n = 12", "violation/12"};
  ASSERT_TRUE(ledger().record(epoch_, search_, {{}, {}, {alarm, {EventKind::Refined, {}, {}, "text", ""}}, {}}));
  ASSERT_TRUE(ledger().record(epoch_, search_, {{}, {}, {alarm}, {}}));
  const auto events = store().monitor_ledger().latest_events({}, 10);
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(events[1].kind, "alarm");
  EXPECT_EQ(events[1].search, search_);
  EXPECT_EQ(events[1].block, work_[0].key.block);
  EXPECT_EQ(events[1].message, "n = 12");
  EXPECT_EQ(events[0].search, std::nullopt) << "the newest first";
  EXPECT_THAT(events[0].at, testing::MatchesRegex("....-..-..T..:..:..\\....Z"));
}

TEST_P(AuditLedgerContract, AnOrderGoesTheWayOfABlockBesideIt) {
  ASSERT_EQ(save(work_[0], computed(work_[0])), Outcome::Stored);
  Order order = order_check(work_[0].key.block, 1, {"a", "b"}, false);
  order.origin = {{"position", "2"}};
  ASSERT_TRUE(ledger().record(epoch_, search_, {{audit(0)}, {order}, {}, {}}));
  ASSERT_TRUE(ledger().record(epoch_, search_, {{}, {order}, {}, {}})) << "placed again it stays as it is";
  EXPECT_EQ(store().reader().counts(search_).orders_pending, 1U);
  const Work work = published_order();
  EXPECT_EQ(work.key, order.key);
  EXPECT_EQ(work.block, work_[0].block);
  EXPECT_EQ(work.avoid, order.avoid);
  EXPECT_EQ(work.origin, order.origin);
  EXPECT_EQ(work.parameters, parameters());
  EXPECT_EQ(store().reader().counts(search_).orders_in_flight, 1U);
  EXPECT_EQ(store().plan_ledger().mark_queued(producer_, std::vector{work}), 0U) << "a compare-and-set";
  EXPECT_EQ(save(work, Query{}), Outcome::Go);
  EXPECT_EQ(save(work, Started{}, "c"), Outcome::Stored);
  EXPECT_EQ(save(work, Failed{"strategy_error", "boom"}, "c"), Outcome::Stored);
  EXPECT_EQ(state_of(work.key.block), BlockState::Finished) << "the block is not touched";
  EXPECT_EQ(store().plan_ledger().requeue_lost(producer_), 3U) << "of blocks";
  const auto again = store().plan_ledger().pending(search_, 1);
  EXPECT_EQ(again.front().key, order.key) << "orders come first";
  EXPECT_EQ(again.front().attempt, Attempt{2});
  EXPECT_EQ(save(again.front(), computed(again.front()), "c"), Outcome::Stored);
  EXPECT_EQ(save(again.front(), computed(again.front()), "c"), Outcome::Duplicate);
  EXPECT_EQ(store().reader().counts(search_).open_orders(), 0U);
  EXPECT_EQ(ledger().accepted(search_, {2}, 1).front().key, work_[0].key) << "the accepted result stays";
}

TEST_P(AuditLedgerContract, AnOrderThatAWorkerLeavesIsPendingAgainUnderItsAttemptAndGoesLast) {
  std::vector<Order> orders;
  for (std::size_t i = 0; i < 2; ++i) {
    ASSERT_EQ(save(work_[i], computed(work_[i])), Outcome::Stored);
    orders.push_back(order_check(work_[i].key.block, 1, {"a"}, false));
  }
  ASSERT_TRUE(ledger().record(epoch_, search_, {{audit(0), audit(1)}, orders, {}, {}}));
  const auto placed = store().plan_ledger().pending(search_, 10, 1, {0});
  ASSERT_THAT(placed, SizeIs(1)) << "a limit of their own";
  const Work work = placed.front();
  const Partial leave{work.block.begin, std::nullopt};
  EXPECT_EQ(save(work, leave), Outcome::Go) << "too early: once it was marked it would be QUEUED in vain";
  ASSERT_EQ(store().plan_ledger().mark_queued(producer_, placed), 1U);
  EXPECT_EQ(save(work, leave), Outcome::Stored);
  EXPECT_EQ(store().reader().counts(search_).orders_in_flight, 0U);
  const auto again = store().plan_ledger().pending(search_, 10);
  ASSERT_THAT(again, SizeIs(2));
  EXPECT_EQ(again[0].key, orders[1].key) << "one that was never published comes first";
  EXPECT_EQ(again[1].key, work.key);
  EXPECT_EQ(again[1].attempt, work.attempt);
  ASSERT_EQ(store().plan_ledger().mark_queued(producer_, again), 2U);
  EXPECT_EQ(save(work, Started{}, "b"), Outcome::Stored);
  EXPECT_EQ(save(work, leave), Outcome::Go) << "another worker is at it";
  EXPECT_EQ(save(work, computed(work), "b"), Outcome::Stored);
  EXPECT_EQ(save(work, leave), Outcome::Stale) << "it is done";
}

TEST_P(AuditLedgerContract, AnOrderThatWaitsForADigestTakesNoOther) {
  ASSERT_EQ(save(work_[0], computed(work_[0]), "a"), Outcome::Stored);
  Order order = order_check(work_[0].key.block, 1, {"a"}, false);
  order.expected = computed(work_[0]).result.digest;
  ASSERT_TRUE(ledger().record(epoch_, search_, {{audit(0)}, {order}, {}, {}}));
  const auto placed = store().plan_ledger().pending(search_, 1);
  // Before its producer has written that it is QUEUED; in one batch, too.
  const Report lie{placed[0].key, placed[0].attempt, "liar/1", placed[0].block, wrong(placed[0])};
  EXPECT_THAT(store().save_ledger().save(std::vector<Report>{lie, lie}),
              ElementsAre(Outcome::Unexpected, Outcome::Unexpected));
  EXPECT_EQ(reply_word(Outcome::Unexpected), ReplyWord::Saved) << "he is done with it";
  EXPECT_EQ(store().plan_ledger().mark_queued(producer_, placed), 0U) << "it would be QUEUED in vain";
  Work check = published_order();
  EXPECT_EQ(check.attempt, Attempt{2}) << "copies of the first message are no longer wanted";
  EXPECT_EQ(save(placed[0], Query{}, "d"), Outcome::Stale);
  // Under ever new names, and under one that has no part in it; QUEUED or RUNNING.
  for (const char* name : {"liar/2", "elsewhere/1", "a"}) {
    EXPECT_EQ(save(check, wrong(check), name), Outcome::Unexpected) << name;
    check = published_order();
  }
  ASSERT_EQ(save(check, Started{}, "liar/3"), Outcome::Stored);
  EXPECT_EQ(save(check, wrong(check), "liar/3"), Outcome::Unexpected);
  check = published_order();
  EXPECT_EQ(check.attempt, Attempt{6});
  EXPECT_THAT(ledger().cases(10), IsEmpty()) << "it is not done";
  // Whoever has begun it is not disturbed.
  ASSERT_EQ(save(check, Started{}, "b"), Outcome::Stored);
  EXPECT_EQ(save(check, wrong(check), "liar/4"), Outcome::Unexpected);
  EXPECT_EQ(store().reader().counts(search_).orders_pending, 0U);
  EXPECT_EQ(save(check, computed(check), "b"), Outcome::Stored);
  EXPECT_EQ(save(check, wrong(check), "liar/4"), Outcome::Unexpected) << "put aside by nobody";
  EXPECT_EQ(save(check, computed(check), "c"), Outcome::Duplicate);
  const Case one = only_case();
  EXPECT_EQ(one.orders.front().expected, order.expected);
  EXPECT_FALSE(one.has_conflict);
  ASSERT_THAT(one.votes, SizeIs(2));
  EXPECT_EQ(one.votes[1].worker, "b");
  EXPECT_EQ(one.votes[1].digest, order.expected);
}

TEST_P(AuditLedgerContract, ARightResultIsTakenUnderTheAttemptThatItsWorkerWasGiven) {
  ASSERT_EQ(save(work_[0], computed(work_[0]), "a"), Outcome::Stored);
  Order order = order_check(work_[0].key.block, 1, {"a"}, false);
  order.expected = computed(work_[0]).result.digest;
  ASSERT_TRUE(ledger().record(epoch_, search_, {{audit(0)}, {order}, {}, {}}));
  const Work check = published_order();
  ASSERT_EQ(save(check, wrong(check), "liar/1"), Outcome::Unexpected);
  EXPECT_EQ(save(check, computed(check), "b"), Outcome::Stored) << "delivered before the lie";
  EXPECT_EQ(store().reader().counts(search_).open_orders(), 0U);
}

TEST_P(AuditLedgerContract, AnOrderForWhatNobodyFindsEnds) {
  ASSERT_EQ(save(work_[0], computed(work_[0]), "a"), Outcome::Stored);
  Order order = order_check(work_[0].key.block, 1, {"a"}, false);
  order.expected = std::string(64, 'f');
  ASSERT_TRUE(ledger().record(epoch_, search_, {{audit(0)}, {order}, {}, {}}));
  std::uint64_t lies = 0;
  while (lies < 2 * bounds::unexpected_results && store().reader().counts(search_).orders_pending > 0) {
    const Work check = published_order();
    EXPECT_EQ(save(check, computed(check), "b"), Outcome::Unexpected) << "the auditor's machine is the wrong one";
    ++lies;
  }
  EXPECT_EQ(lies, bounds::unexpected_results);
  const Case one = only_case();
  EXPECT_EQ(one.orders.front().state, BlockState::Quarantined);
  EXPECT_THAT(one.votes, SizeIs(1));
}

TEST_P(AuditLedgerContract, AnOrderThatWasNeverPlacedIsUnknown) {
  ASSERT_EQ(save(work_[0], computed(work_[0])), Outcome::Stored);
  Work work = work_[0];
  work.key.purpose = Purpose::check(1);
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
  EXPECT_EQ(store().reader().audited(search_).end, search::Position{12}) << "nothing is audited anew";
}

TEST_P(AuditLedgerContract, TheResultThatIsRightReplacesTheOtherAndTheAuditBeginsAnewThere) {
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
  EXPECT_EQ(store().reader().counts(search_).disputed, 1U);
  EXPECT_THAT(ledger().accepted(search_, {2}, 10), SizeIs(3)) << "a disputed result is not accepted";
  EXPECT_FALSE(ledger().rule(epoch_, one, *decide_case(one, {}))) << "the case changed since it was read";
  one = only_case();
  ASSERT_TRUE(decide_case(one, {})->compute);
  one.computed = computed(work_[1]).result.digest;
  ASSERT_TRUE(ledger().rule(epoch_, one, *decide_case(one, {})));
  EXPECT_EQ(state_of(block), BlockState::Finished);
  const auto accepted = ledger().accepted(search_, {12}, 1).front();
  EXPECT_EQ(accepted.key, first.key);
  EXPECT_EQ(accepted.result, computed(work_[1]).result);
  EXPECT_EQ(store().reader().finished(search_, {12}, 1).front().digest, computed(work_[1]).result.digest);
  EXPECT_EQ(store().reader().audited(search_).end, search::Position{12}) << "audits end before the block";
  EXPECT_THAT(ledger().cases(10), IsEmpty());
  const auto events = store().monitor_ledger().latest_events({}, 10);
  ASSERT_THAT(events, SizeIs(3));
  EXPECT_EQ(events[0].kind, "unfit");
  EXPECT_EQ(events[1].kind, "settled");
  EXPECT_EQ(events[2].kind, "disputed");
  // Looked at once more, who was wrong is known.
  Order again = order_check(block, 1, {"a"}, false);
  ASSERT_TRUE(ledger().record(epoch_, search_, {{}, {again}, {}, {}}));
  EXPECT_THAT(ledger().cases(10), IsEmpty()) << "it is done";
  again.reopens = true;
  ASSERT_TRUE(ledger().record(epoch_, search_, {{}, {again}, {}, {}}));
  one = only_case();
  EXPECT_TRUE(one.votes[0].is_unfit);
  EXPECT_FALSE(one.votes[1].is_unfit);
  const auto ruling = decide_case(one, {});
  ASSERT_TRUE(ruling);
  EXPECT_TRUE(ruling->close_orders && !ruling->state && !ruling->accepted && !ruling->compute);
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
  one.computed = computed(work_[0]).result.digest;
  ASSERT_TRUE(ledger().rule(epoch_, one, *decide_case(one, {})));
  EXPECT_EQ(state_of(one.block), BlockState::Finished);
  EXPECT_THAT(ledger().cases(10), IsEmpty());
}

TEST_P(AuditLedgerContract, NobodyChecksHimselfNorWhatHisHostComputed) {
  ASSERT_EQ(save(work_[0], computed(work_[0]), "host/1"), Outcome::Stored);
  const BlockId block = work_[0].key.block;
  ASSERT_TRUE(
      ledger().record(epoch_, search_, {{audit(0)}, {order_check(block, 1, {"host/1", "other/7"}, false)}, {}, {}}));
  const Work check = published_order();
  for (const char* avoided : {"host/1", "host/2", "host", "other/7", "other/9"}) {
    EXPECT_EQ(save(check, computed(check), avoided), Outcome::Refused) << avoided;
    EXPECT_EQ(save(check, Started{}, avoided), Outcome::Refused) << avoided;
    EXPECT_EQ(save(check, Failed{"strategy_error", "boom"}, avoided), Outcome::Refused) << avoided;
    EXPECT_EQ(save(check, Part{std::string(64, 'a'), 0, 2, "text"}, avoided), Outcome::Refused) << avoided;
  }
  EXPECT_EQ(store().reader().counts(search_).open_orders(), 1U) << "it still waits for somebody else";
  EXPECT_EQ(save(check, Partial{check.block.begin, std::nullopt}, "host/1"), Outcome::Stored) << "it is left to others";
  EXPECT_EQ(store().plan_ledger().mark_queued(producer_, store().plan_ledger().pending(search_, 10)), 1U);
  EXPECT_EQ(save(check, computed(check), "hostess/1"), Outcome::Stored);
  EXPECT_EQ(save(check, computed(check), "host/1"), Outcome::Duplicate) << "it is done, whoever says so";
}

TEST_P(AuditLedgerContract, WhoGaveTheFirstResultDoesNotCheckItWhateverTheOrderSays) {
  ASSERT_EQ(save(work_[0], computed(work_[0]), "host/1"), Outcome::Stored);
  Order order = order_check(work_[0].key.block, 1, {}, false);
  ASSERT_TRUE(ledger().record(epoch_, search_, {{audit(0)}, {order}, {}, {}}));
  const Work check = published_order();
  EXPECT_EQ(save(check, computed(check), "host/2"), Outcome::Refused);
  EXPECT_EQ(save(check, computed(check), "b/1"), Outcome::Stored);
}

TEST_P(AuditLedgerContract, ALoneWorkerMayCheckItself) {
  ASSERT_EQ(save(work_[0], computed(work_[0]), "host/1"), Outcome::Stored);
  ASSERT_TRUE(
      ledger().record(epoch_, search_, {{audit(0)}, {order_check(work_[0].key.block, 1, {"host/1"}, true)}, {}, {}}));
  const Work check = published_order();
  EXPECT_EQ(save(check, computed(check), "host/1"), Outcome::Stored);
}

TEST_P(AuditLedgerContract, ARefinementIsNotCheckedByWhoMadeItAndItsOriginIsKept) {
  ASSERT_EQ(save(work_[0], computed(work_[0]), "host/1"), Outcome::Stored);
  const std::map<std::string, std::string> origin = {{"position", "2"}};
  ASSERT_TRUE(ledger().record(
      epoch_, search_, {{audit(0)}, {order_refinement_check(work_[0].key.block, 1, {}, origin, false)}, {}, {}}));
  const Work first = published_order();
  ASSERT_EQ(save(first, computed(first), "host/2"), Outcome::Stored) << "the first one is no check";
  Case one = only_case();
  EXPECT_EQ(one.orders.front().origin, origin);
  ASSERT_TRUE(ledger().rule(epoch_, one, *decide_case(one, {})));
  ASSERT_TRUE(ledger().record(epoch_, search_,
                              {{}, {order_refinement_check(work_[0].key.block, 2, {}, origin, false)}, {}, {}}));
  const Work second = published_order();
  EXPECT_EQ(second.origin, origin);
  EXPECT_EQ(save(second, computed(second), "host/3"), Outcome::Refused);
  EXPECT_EQ(save(second, computed(second), "other/1"), Outcome::Stored);
}

TEST_P(AuditLedgerContract, ADisputedBlockIsFinishedByNoOtherRun) {
  ASSERT_EQ(save(work_[0], computed(work_[0]), "a"), Outcome::Stored);
  ASSERT_EQ(save(work_[0], wrong(work_[0]), "b"), Outcome::Conflict);
  const Case one = only_case();
  ASSERT_TRUE(ledger().rule(epoch_, one, *decide_case(one, {})));
  ASSERT_EQ(state_of(one.block), BlockState::Disputed);
  Work other = work_[0];
  other.key.run = 2;
  EXPECT_EQ(save(other, wrong(other), "b"), Outcome::Stale);
  EXPECT_EQ(save(other, Started{}, "b"), Outcome::Stale);
  EXPECT_EQ(state_of(one.block), BlockState::Disputed);
  Work open = work_[1];
  open.key.run = 2;
  EXPECT_EQ(save(open, computed(open), "b"), Outcome::Stale) << "the ledger never ordered that run";
  EXPECT_EQ(state_of(open.key.block), BlockState::Queued);
  EXPECT_EQ(save(work_[1], computed(work_[1]), "b"), Outcome::Stored);
}

TEST_P(AuditLedgerContract, AWorkerChecksItselfOnlyIfNoOtherWasHeardOf) {
  ASSERT_EQ(save(work_[0], computed(work_[0]), "a"), Outcome::Stored);
  ASSERT_TRUE(
      ledger().record(epoch_, search_, {{audit(0)}, {order_check(work_[0].key.block, 1, {"a"}, false)}, {}, {}}));
  EXPECT_EQ(ledger().release_lone_checks(epoch_, core::Milliseconds(60'000)), 0U) << "it is too young";
  ASSERT_EQ(save(work_[1], computed(work_[1]), "b"), Outcome::Stored);
  ASSERT_EQ(save(work_[2], computed(work_[2]), "a/2"), Outcome::Stored);
  // Nobody was heard of during no time at all; at least one tick of the database's clock has to pass.
  std::size_t released = 0;
  EXPECT_TRUE(testing_support::wait_until([&] {
    released = ledger().release_lone_checks(epoch_, core::Milliseconds(0));
    return released > 0;
  }));
  EXPECT_EQ(released, 1U);
  const Work work = published_order();
  EXPECT_THAT(work.avoid, IsEmpty());
  EXPECT_EQ(work.attempt, Attempt{2});
}

INSTANTIATE_TEST_SUITE_P(All, AuditLedgerContract, testing::Values(sqlite_file, sqlite_memory, postgres), name_of);

/// Of a store that several processes share.
class AuditLedgerBesideASaver : public AuditLedgerContract {};

TEST_P(AuditLedgerBesideASaver, WhatIsDoneInACaseHasItsVoteWhoeverSavesMeanwhile) {
  ASSERT_EQ(save(work_[0], computed(work_[0]), "a"), Outcome::Stored);
  ASSERT_TRUE(ledger().record(epoch_, search_, {{audit(0)}, {}, {}, {}}));
  const std::unique_ptr<Store> of_saver = open_another();
  const auto saves = testing_support::extent(100U, 20U);
  for (std::uint32_t number = 1; number <= saves; ++number) {
    ASSERT_TRUE(
        ledger().record(epoch_, search_, {{}, {order_check(work_[0].key.block, number, {"a"}, false)}, {}, {}}));
    const Work check = published_order();
    const Report report{check.key, check.attempt, "host-" + std::to_string(number) + "/1", check.block,
                        computed(check)};
    const std::jthread saver(
        [&] { EXPECT_EQ(of_saver->save_ledger().save(std::span(&report, 1)).front(), Outcome::Stored); });
    const auto is_seen = [&] {
      for (const Case& one : ledger().cases(10)) {
        const auto done = std::count_if(one.orders.begin(), one.orders.end(),
                                        [](const auto& order) { return order.state == BlockState::Finished; });
        EXPECT_LE(static_cast<std::size_t>(done) + 1, one.votes.size()) << "with that of the search";
        if (done == number || HasFailure()) {
          return true;
        }
      }
      return false;
    };
    const auto enough = testing_support::patience();
    while (!is_seen()) {
      ASSERT_FALSE(enough.has_passed());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, AuditLedgerBesideASaver, testing::Values(sqlite_file, postgres), name_of);

}  // namespace
}  // namespace robin::flow
