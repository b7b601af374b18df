// What every store promises. The suite runs over each implementation by way of a fixture that opens an empty one, and
// opens it again where it outlives the object.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <barrier>
#include <functional>
#include <ostream>
#include <thread>

#include "contract/store_openers.hpp"
#include "flow/ports/bounds.hpp"
#include "flow/ports/store.hpp"
#include "flow/wire/message.hpp"
#include "runtime/error.hpp"
#include "search/sha256.hpp"
#include "support/parsed.hpp"
#include "support/patience.hpp"
#include "support/random.hpp"

namespace robin::flow {
namespace {

using search::Block;
using search::Position;
using testing_support::parameters;

Block range(std::uint64_t begin, std::uint64_t end) { return {{begin}, {end}}; }

/// Where the first slice of the exhaustive search ends, and how long the next ones are.
constexpr std::uint64_t slice = 1U << 15U;

SearchSpec exhaustive(std::uint64_t begin, std::uint64_t end, std::string_view threshold = "1.767") {
  return {"exhaustive", range(begin, end), parameters(threshold)};
}

class StoreContract : public testing::TestWithParam<Implementation> {
 protected:
  Store& store() { return *store_; }
  Opener& opener() { return *opener_; }
  const search::Strategies& strategies() { return strategies_; }
  /// A crash: the object goes, another one opens the same store.
  void reopen() {
    store_.reset();
    store_ = opener_->open(strategies_);
  }

  SearchRecord record(SearchId id) {
    const auto all = store().reader().searches();
    return *std::find_if(all.begin(), all.end(), [id](const auto& entry) { return entry.id == id; });
  }

  /// A search over [2, end) planned in blocks of `length`.
  SearchId planned_search(std::uint64_t end, std::uint64_t length) {
    const SearchId id = store().search_ledger().add_search(exhaustive(2, end));
    epoch_ = *store().leadership().lead(Role::Producer);
    std::vector<Block> blocks;
    for (std::uint64_t at = 2; at < end; at += length) {
      blocks.push_back(range(at, std::min(end, at + length)));
    }
    EXPECT_EQ(store().plan_ledger().plan(epoch_, id, blocks), PlanOutcome::Planned);
    return id;
  }

  WorkResult computed(const Work& work) {
    return {search::examine(*strategies_.find(work.strategy), work.block, work.parameters, {}), 0.25};
  }

  /// What a consumer says that gives up at `cut`.
  Partial partial(const Work& work, std::uint64_t cut) {
    Work prefix = work;
    prefix.block.end = {cut};
    return {{cut}, computed(prefix)};
  }

  static Report report(const Work& work, decltype(Report::content) content, std::string worker = "a worker") {
    return {work.key, work.attempt, std::move(worker), work.block, std::move(content), work.provenance};
  }

  Outcome save(const Report& report) { return store().save_ledger().save(std::span(&report, 1)).front(); }

  /// Plans one block, marks it QUEUED, and returns it.
  Work queued_block(std::uint64_t end = 5041) {
    search_ = planned_search(end, end);
    const auto pending = store().plan_ledger().pending(search_, 10);
    EXPECT_EQ(store().plan_ledger().mark_queued(epoch_, pending), pending.size());
    return pending.front();
  }

  Epoch epoch_{0};
  SearchId search_{0};

 private:
  search::Strategies strategies_;
  std::unique_ptr<Opener> opener_ = GetParam().make();
  std::unique_ptr<Store> store_ = opener_->open(strategies_);
};

/// For stores that outlive the object.
class DurableStoreContract : public StoreContract {};

// Searches.

TEST_P(StoreContract, ASearchKeepsItsSpecification) {
  const SearchSpec spec{
      "superabundant", {{0}, {search::uint128{1} << 100U}}, parameters("1.7700", search::DigestKind::Original)};
  const SearchId id = store().search_ledger().add_search(spec);
  EXPECT_EQ(record(id).spec, spec);
  EXPECT_EQ(record(id).planned_end, spec.range.begin);
  EXPECT_NE(store().search_ledger().add_search(spec), id);
}

TEST_P(StoreContract, ExtendingMovesTheEndOnlyOutwards) {
  const SearchId id = store().search_ledger().add_search(exhaustive(2, 100));
  store().search_ledger().extend_search(id, {200});
  EXPECT_EQ(record(id).spec.range.end, Position{200});
  store().search_ledger().extend_search(id, {150});
  EXPECT_EQ(record(id).spec.range.end, Position{200});
}

TEST_P(DurableStoreContract, WhatWasStoredOutlivesTheObject) {
  const Work work = queued_block();
  ASSERT_EQ(save(report(work, computed(work))), Outcome::Stored);
  reopen();
  EXPECT_EQ(store().reader().counts(search_).finished, 1U);
  EXPECT_EQ(store().reader().findings(search_, Finding::Violation, 100).size(), 27U);
}

// Planning.

TEST_P(StoreContract, BlocksAreRefusedThatLeaveAGapOrOverlap) {
  const SearchId id = store().search_ledger().add_search(exhaustive(2, 100));
  const Epoch epoch = *store().leadership().lead(Role::Producer);
  const auto plan = [&](std::vector<Block> blocks) { return store().plan_ledger().plan(epoch, id, blocks); };
  EXPECT_EQ(plan({range(3, 10)}), PlanOutcome::NotContiguous);
  EXPECT_EQ(plan({range(2, 10), range(11, 20)}), PlanOutcome::NotContiguous);
  EXPECT_EQ(plan({range(2, 10), range(9, 20)}), PlanOutcome::NotContiguous);
  EXPECT_EQ(plan({range(2, 2)}), PlanOutcome::NotContiguous);
  EXPECT_EQ(plan({range(2, 101)}), PlanOutcome::NotContiguous);
  EXPECT_TRUE(store().plan_ledger().pending(id, 10).empty()) << "a refused plan leaves nothing behind";
  EXPECT_EQ(plan({range(2, 10), range(10, 20)}), PlanOutcome::Planned);
  EXPECT_EQ(plan({range(2, 10)}), PlanOutcome::NotContiguous);
  EXPECT_EQ(plan({range(20, 100)}), PlanOutcome::Planned);
  EXPECT_EQ(record(id).planned_end, Position{100});
}

TEST_P(StoreContract, PendingBlocksAreTheOutboxInOrder) {
  const SearchId id = planned_search(100, 10);
  const SearchId other = store().search_ledger().add_search(exhaustive(2, 50));
  ASSERT_EQ(store().plan_ledger().plan(epoch_, other, std::vector{range(2, 50)}), PlanOutcome::Planned);
  const auto pending = store().plan_ledger().pending(id, 3);
  ASSERT_EQ(pending.size(), 3U);
  EXPECT_EQ(pending[0].block, range(2, 12));
  EXPECT_EQ(pending[2].block, range(22, 32));
  EXPECT_EQ(pending[0].attempt, Attempt{1});
  EXPECT_EQ(pending[0].strategy, "exhaustive");
  EXPECT_EQ(pending[0].parameters, parameters());
  EXPECT_EQ(pending[0].search, id);
  EXPECT_EQ(store().plan_ledger().pending(std::nullopt, 100).size(), 11U);
  for (const std::size_t limit : {2U, 100U}) {
    const auto beyond = store().plan_ledger().pending(id, limit, 0, pending[2].key.block);
    ASSERT_EQ(beyond.size(), std::min<std::size_t>(limit, 7U));
    EXPECT_EQ(beyond[0].block, range(32, 42));
  }
}

TEST_P(StoreContract, ASearchWithNothingToPlanOrToPublishIsNotToBeProduced) {
  const auto produced = [this] {
    std::vector<SearchId> ids;
    for (const auto& plan : store().plan_ledger().open_plans().searches) {
      ids.push_back(plan.record.id);
    }
    return ids;
  };
  const SearchId first = store().search_ledger().add_search(exhaustive(2, 100));
  const SearchId second = store().search_ledger().add_search(exhaustive(2, 50));
  EXPECT_EQ(produced(), (std::vector<SearchId>{first, second})) << "both have something to plan";
  const Epoch epoch = *store().leadership().lead(Role::Producer);
  const std::vector<Block> all = {{{2}, {100}}};
  ASSERT_EQ(store().plan_ledger().plan(epoch, first, all), PlanOutcome::Planned);
  EXPECT_EQ(produced(), (std::vector<SearchId>{first, second})) << "the first has something to publish";
  const auto pending = store().plan_ledger().pending(first, 10);
  ASSERT_EQ(store().plan_ledger().mark_queued(epoch, pending), 1);
  EXPECT_EQ(produced(), std::vector<SearchId>{second});
  store().search_ledger().extend_search(first, {200});
  EXPECT_EQ(produced(), (std::vector<SearchId>{first, second}));
}

TEST_P(StoreContract, OnlyOneLeadsAtATime) {
  const auto first = store().leadership().lead(Role::Producer);
  ASSERT_TRUE(first);
  EXPECT_FALSE(store().leadership().lead(Role::Producer));
  store().leadership().release(Role::Producer);
  const auto second = store().leadership().lead(Role::Producer);
  ASSERT_TRUE(second);
  EXPECT_GT(*second, *first);
}

TEST_P(DurableStoreContract, OnlyOneObjectLeadsAndTheNextTakesAYoungerEpoch) {
  const auto other = opener().open(strategies());
  const auto first = store().leadership().lead(Role::Producer);
  ASSERT_TRUE(first);
  EXPECT_FALSE(other->leadership().lead(Role::Producer));
  store().leadership().release(Role::Producer);
  const auto second = other->leadership().lead(Role::Producer);
  ASSERT_TRUE(second);
  EXPECT_GT(*second, *first);
  EXPECT_FALSE(store().leadership().lead(Role::Producer));
}

TEST_P(DurableStoreContract, LeadershipEndsWithItsHolder) {
  ASSERT_TRUE(store().leadership().lead(Role::Producer));
  reopen();
  EXPECT_TRUE(store().leadership().lead(Role::Producer));
}

TEST_P(StoreContract, AnOldEpochPlansAndMarksNothing) {
  const SearchId id = planned_search(100, 10);
  const Epoch old = epoch_;
  store().leadership().release(Role::Producer);
  const Epoch young = *store().leadership().lead(Role::Producer);
  ASSERT_GT(young, old);
  store().search_ledger().extend_search(id, {200});
  EXPECT_THROW(store().plan_ledger().plan(old, id, std::vector{range(100, 200)}), Fenced);
  EXPECT_THROW(store().plan_ledger().mark_queued(old, store().plan_ledger().pending(id, 10)), Fenced);
  EXPECT_THROW(store().plan_ledger().requeue_lost(old), Fenced);
  EXPECT_EQ(record(id).planned_end, Position{100});
  EXPECT_EQ(store().reader().counts(id).pending, 10U);
}

TEST_P(StoreContract, MarkingIsACompareAndSet) {
  const Work work = queued_block();
  EXPECT_EQ(store().plan_ledger().mark_queued(epoch_, std::vector{work}), 0U) << "it is QUEUED already";
  ASSERT_EQ(save(report(work, computed(work))), Outcome::Stored);
  EXPECT_EQ(store().plan_ledger().mark_queued(epoch_, std::vector{work}), 0U) << "a late mark must not undo FINISHED";
  EXPECT_EQ(store().reader().counts(search_).finished, 1U);
}

TEST_P(StoreContract, LostBlocksArePendingAgainAndFinishedOnesStay) {
  const SearchId id = planned_search(62, 10);
  auto pending = store().plan_ledger().pending(id, 10);
  ASSERT_EQ(pending.size(), 6U);
  store().plan_ledger().mark_queued(epoch_, std::span(pending).first(5));
  ASSERT_EQ(save(report(pending[1], Started{})), Outcome::Stored);
  ASSERT_EQ(save(report(pending[2], Failed{"strategy_error", "boom"})), Outcome::Stored);
  ASSERT_EQ(save(report(pending[3], computed(pending[3]))), Outcome::Stored);
  EXPECT_EQ(store().reader().counts(id), (BlockCounts{1, 2, 1, 1, 1, 0, 0}));
  EXPECT_EQ(store().plan_ledger().requeue_lost(epoch_), 4U);
  EXPECT_EQ(store().reader().counts(id), (BlockCounts{5, 0, 0, 1, 0, 0, 0}));
  for (const Work& work : store().plan_ledger().pending(id, 10)) {
    EXPECT_EQ(work.attempt.value, work.key == pending[2].key ? 2U : 1U) << "only a failure counts as an attempt";
  }
}

// Saving.

TEST_P(StoreContract, AResultFinishesItsBlockWithEverythingItFound) {
  const Work work = queued_block();
  const WorkResult result = computed(work);
  EXPECT_EQ(save(report(work, result)), Outcome::Stored);
  EXPECT_EQ(store().reader().counts(search_), (BlockCounts{0, 0, 0, 1, 0, 0, 0}));
  const auto finished = store().reader().finished(search_, {0}, 10);
  ASSERT_EQ(finished.size(), 1U);
  EXPECT_EQ(finished[0].block, work.block);
  EXPECT_EQ(finished[0].candidates, 5039U);
  EXPECT_EQ(finished[0].digest, result.result.digest);
  EXPECT_EQ(store().reader().findings(search_, Finding::Violation, 100), result.result.findings.violations);
  EXPECT_EQ(store().reader().findings(search_, Finding::Witness, 100), result.result.findings.witnesses);
  EXPECT_EQ(store().reader().count_findings(search_, Finding::Witness), result.result.findings.witnesses.size());
  const auto top = store().reader().top_findings(search_, Finding::Witness, 3);
  ASSERT_EQ(top.size(), 3U);
  EXPECT_EQ(top[0].factorization, "3");
  EXPECT_EQ(top[1].factorization, "2^2");
  EXPECT_EQ(top[2].factorization, "2*3");
}

TEST_P(StoreContract, TheSameResultAgainIsADuplicate) {
  const Work work = queued_block();
  const Report once = report(work, computed(work));
  const std::vector<Report> thrice = {once, once, once};
  EXPECT_EQ(store().save_ledger().save(thrice), (std::vector{Outcome::Stored, Outcome::Duplicate, Outcome::Duplicate}));
  EXPECT_EQ(save(once), Outcome::Duplicate);
  EXPECT_EQ(store().reader().finished(search_, {0}, 10).size(), 1U);
  EXPECT_EQ(store().reader().count_findings(search_, Finding::Violation), 27U);
}

TEST_P(StoreContract, ADifferentDigestNeverReplacesTheFirst) {
  const Work work = queued_block();
  const WorkResult right = computed(work);
  WorkResult wrong = right;
  wrong.result.findings.witnesses.clear();
  wrong.result.digest = search::Sha256::hex_of("another");
  ASSERT_EQ(save(report(work, right)), Outcome::Stored);
  EXPECT_EQ(save(report(work, wrong)), Outcome::Conflict);
  EXPECT_EQ(save(report(work, wrong)), Outcome::Conflict);
  EXPECT_EQ(store().reader().finished(search_, {0}, 10).front().digest, right.result.digest);
  EXPECT_EQ(store().reader().count_findings(search_, Finding::Witness), right.result.findings.witnesses.size());
}

TEST_P(StoreContract, AResultForAnotherRangeIsStale) {
  const Work work = queued_block();
  Work narrower = work;
  narrower.block.end = {100};
  EXPECT_EQ(save(report(narrower, computed(narrower))), Outcome::Stale);
  EXPECT_EQ(store().reader().counts(search_).finished, 0U);
}

TEST_P(StoreContract, AnUnknownBlockIsSaidToBeUnknown) {
  const Work work = queued_block();
  Work stranger = work;
  stranger.key.block.value += 1000;
  EXPECT_EQ(save(report(stranger, computed(stranger))), Outcome::Unknown);
  EXPECT_EQ(save(report(stranger, Started{})), Outcome::Unknown);
  EXPECT_EQ(save(report(stranger, Query{})), Outcome::Unknown);
}

TEST_P(StoreContract, OneBadReportHarmsNoOther) {
  const SearchId id = planned_search(22, 10);
  const auto pending = store().plan_ledger().pending(id, 10);
  Work stranger = pending[0];
  stranger.key.block.value += 1000;
  const std::vector<Report> batch = {report(pending[0], computed(pending[0])), report(stranger, computed(stranger)),
                                     report(pending[1], computed(pending[1]))};
  EXPECT_EQ(store().save_ledger().save(batch), (std::vector{Outcome::Stored, Outcome::Unknown, Outcome::Stored}));
  EXPECT_EQ(store().reader().counts(id).finished, 2U);
}

TEST_P(StoreContract, StartedMakesABlockRunningOnlyOnItsAttempt) {
  const Work work = queued_block();
  EXPECT_EQ(save(report(work, Started{})), Outcome::Stored);
  EXPECT_EQ(store().reader().counts(search_).running, 1U);
  Work older = work;
  older.attempt = {7};
  EXPECT_EQ(save(report(older, Started{})), Outcome::Stale);
  EXPECT_EQ(save(report(work, computed(work))), Outcome::Stored);
  EXPECT_EQ(save(report(work, Started{})), Outcome::Stale) << "FINISHED stays finished";
  EXPECT_EQ(store().reader().counts(search_).finished, 1U);
}

// Blocks that are given up before their end.

TEST_P(StoreContract, APartialFinishesThePrefixAndTheRestIsPending) {
  const Work work = queued_block(3 * slice);
  ASSERT_EQ(save(report(work, Started{})), Outcome::Stored);
  EXPECT_EQ(save(report(work, partial(work, slice))), Outcome::Stored);
  const auto finished = store().reader().finished(search_, {2}, 10);
  ASSERT_EQ(finished.size(), 1U);
  EXPECT_EQ(finished[0].id, work.key.block);
  EXPECT_EQ(finished[0].block, range(2, slice));
  const auto rest = store().plan_ledger().pending(search_, 10);
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].block, range(slice, 3 * slice));
  EXPECT_NE(rest[0].key.block, work.key.block);
  EXPECT_EQ(rest[0].attempt, Attempt{1});
  // The two together are what the whole would have been.
  EXPECT_EQ(store().plan_ledger().mark_queued(epoch_, rest), 1U);
  EXPECT_EQ(save(report(rest[0], computed(rest[0]))), Outcome::Stored);
  const auto both = store().reader().finished(search_, {2}, 10);
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[0].candidates + both[1].candidates, computed(work).result.findings.candidates);
  EXPECT_EQ(store().reader().findings(search_, Finding::Violation, 100), computed(work).result.findings.violations);
}

TEST_P(StoreContract, APartialOfAPartialSplitsAgain) {
  const Work work = queued_block(3 * slice);
  ASSERT_EQ(save(report(work, partial(work, slice))), Outcome::Stored);
  const Work rest = store().plan_ledger().pending(search_, 10).front();
  ASSERT_EQ(store().plan_ledger().mark_queued(epoch_, std::span(&rest, 1)), 1U);
  EXPECT_EQ(save(report(rest, partial(rest, 2 * slice))), Outcome::Stored);
  EXPECT_EQ(store().plan_ledger().pending(search_, 10).front().block, range(2 * slice, 3 * slice));
  EXPECT_EQ(store().reader().finished(search_, {2}, 10).size(), 2U);
}

TEST_P(StoreContract, CopiesOfAPartialAndLateResultsOfTheWholeAreStale) {
  const Work work = queued_block(3 * slice);
  const Report given_up = report(work, partial(work, slice));
  // In one batch, too.
  EXPECT_THAT(store().save_ledger().save(std::vector<Report>{given_up, given_up, report(work, computed(work))}),
              testing::ElementsAre(Outcome::Stored, Outcome::Stale, Outcome::Stale));
  EXPECT_EQ(save(given_up), Outcome::Stale);
  EXPECT_EQ(save(report(work, partial(work, 2 * slice))), Outcome::Stale);
  EXPECT_EQ(save(report(work, computed(work))), Outcome::Stale) << "another range: no conflict";
  EXPECT_EQ(save(report(work, Started{})), Outcome::Stale);
  EXPECT_EQ(save(report(work, Failed{"strategy_error", "late"})), Outcome::Stale);
  EXPECT_EQ(save(report(work, Query{})), Outcome::Duplicate);
  EXPECT_EQ(store().reader().counts(search_).finished, 1U);
  EXPECT_EQ(store().reader().counts(search_).pending, 1U);
  EXPECT_EQ(store().plan_ledger().pending(search_, 10).size(), 1U);
}

TEST_P(StoreContract, APartialOfAnOlderAttemptOrAFinishedBlockIsStale) {
  const Work work = queued_block(3 * slice);
  Work older = work;
  older.attempt = {7};
  EXPECT_EQ(save(report(older, partial(work, slice))), Outcome::Stale);
  ASSERT_EQ(save(report(work, computed(work))), Outcome::Stored);
  EXPECT_EQ(save(report(work, partial(work, slice))), Outcome::Stale);
  EXPECT_EQ(store().reader().finished(search_, {2}, 10).front().block, work.block);
}

TEST_P(StoreContract, AnEmptyPartialOfItsWorkerMakesABlockPendingAgain) {
  const Work work = queued_block();
  const Partial nothing{work.block.begin, std::nullopt};
  const auto publish_again = [this] {
    const auto pending = store().plan_ledger().pending(search_, 1);
    return pending.size() == 1 && store().plan_ledger().mark_queued(epoch_, pending) == 1U;
  };
  EXPECT_EQ(save(report(work, nothing)), Outcome::Stored) << "QUEUED: it waited for too long";
  EXPECT_EQ(save(report(work, nothing)), Outcome::Go) << "PENDING: it may have been published again";
  ASSERT_TRUE(publish_again());
  ASSERT_EQ(save(report(work, Started{}, "first")), Outcome::Stored);
  EXPECT_EQ(save(report(work, nothing, "second")), Outcome::Go) << "another worker's block";
  EXPECT_EQ(store().reader().counts(search_).running, 1U);
  EXPECT_EQ(save(report(work, nothing, "first")), Outcome::Stored);
  EXPECT_EQ(store().reader().counts(search_).running, 0U);
  EXPECT_EQ(store().reader().blocks({search_, {}, {0}}, 10).front().attempt, work.attempt) << "no attempt was counted";
  // Begun by the next one: a late copy does not touch it.
  ASSERT_TRUE(publish_again());
  ASSERT_EQ(save(report(work, Started{}, "second")), Outcome::Stored);
  EXPECT_EQ(save(report(work, nothing, "first")), Outcome::Go);
  EXPECT_EQ(store().reader().counts(search_).running, 1U);
  EXPECT_EQ(save(report(work, computed(work), "second")), Outcome::Stored);
  EXPECT_EQ(save(report(work, nothing, "first")), Outcome::Stale) << "it is done";
}

TEST_P(StoreContract, APartialThatIsNoPartOrOfAnOrderIsRefused) {
  const Work work = queued_block();
  Partial wrong = partial(work, 2000);
  wrong.cut = work.block.end;
  EXPECT_EQ(save(report(work, wrong)), Outcome::Refused);
  EXPECT_EQ(store().reader().counts(search_).queued, 1U);
}

TEST_P(StoreContract, ABlockIsCutWhereSlicesEndAndNowhereElse) {
  const Work work = queued_block(3 * slice);
  ASSERT_EQ(save(report(work, Started{})), Outcome::Stored);
  for (const std::uint64_t cut : {std::uint64_t{3}, slice - 1, slice + 1, 2 * slice + 2}) {
    EXPECT_EQ(save(report(work, partial(work, cut))), Outcome::Refused) << cut;
  }
  EXPECT_EQ(store().reader().counts(search_).running, 1U);
  EXPECT_EQ(save(report(work, partial(work, 2 * slice))), Outcome::Stored);
}

TEST_P(StoreContract, AQueryIsAnsweredFromTheLedger) {
  const Work work = queued_block();
  EXPECT_EQ(save(report(work, Query{})), Outcome::Go);
  ASSERT_EQ(save(report(work, computed(work))), Outcome::Stored);
  EXPECT_EQ(save(report(work, Query{})), Outcome::Duplicate);
  Work older = work;
  older.key.run = 2;
  EXPECT_EQ(save(report(older, Query{})), Outcome::Stale);
}

TEST_P(StoreContract, AFailureIsKeptWithItsMessageAndALateResultStillCounts) {
  const Work work = queued_block();
  EXPECT_EQ(save(report(work, Failed{"strategy_error", "it broke"})), Outcome::Stored);
  EXPECT_EQ(store().reader().counts(search_).failed, 1U);
  const BlockFilter those_failed{search_, {BlockState::Failed, BlockState::Quarantined}, {0}};
  const auto failed = store().reader().blocks(those_failed, 10);
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0].error, "strategy_error: it broke");
  EXPECT_EQ(failed[0].block, work.block);
  EXPECT_EQ(save(report(work, Failed{"strategy_error", "it broke"})), Outcome::Stale);
  EXPECT_EQ(save(report(work, computed(work))), Outcome::Stored);
  EXPECT_EQ(store().reader().counts(search_).finished, 1U);
  EXPECT_TRUE(store().reader().blocks(those_failed, 10).empty());
}

TEST_P(StoreContract, FinishedBlocksComeInOrderOfPosition) {
  const SearchId id = planned_search(102, 10);
  auto pending = store().plan_ledger().pending(id, 100);
  std::reverse(pending.begin(), pending.end());
  for (const Work& work : pending) {
    ASSERT_EQ(save(report(work, computed(work))), Outcome::Stored);
  }
  const auto all = store().reader().finished(id, {0}, 100);
  ASSERT_EQ(all.size(), 10U);
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    EXPECT_EQ(all[i].block.end, all[i + 1].block.begin);
  }
  EXPECT_EQ(store().reader().finished(id, {52}, 2).front().block.begin, Position{52});
  EXPECT_EQ(store().reader().finished(id, {52}, 2).size(), 2U);
}

TEST_P(StoreContract, ReadersSeeOneSearchOnly) {
  const Work work = queued_block();
  ASSERT_EQ(save(report(work, computed(work))), Outcome::Stored);
  const SearchId other = store().search_ledger().add_search(exhaustive(2, 100));
  EXPECT_EQ(store().reader().counts(other), BlockCounts{});
  EXPECT_EQ(store().reader().count_findings(other, Finding::Violation), 0U);
  EXPECT_TRUE(store().reader().finished(other, {0}, 10).empty());
}

// For people and monitors.

TEST_P(StoreContract, BlocksAreListedByIdStateAndPage) {
  const SearchId id = planned_search(62, 10);
  const auto pending = store().plan_ledger().pending(id, 10);
  store().plan_ledger().mark_queued(epoch_, std::span(pending).first(2));
  ASSERT_EQ(save(report(pending[0], Started{}, "host/1")), Outcome::Stored);
  ASSERT_EQ(save(report(pending[1], computed(pending[1]))), Outcome::Stored);
  const auto all = store().reader().blocks({}, 100);
  ASSERT_EQ(all.size(), 6U);
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.id < b.id; }));
  EXPECT_EQ(all[0].state, BlockState::Running);
  EXPECT_EQ(all[0].block, pending[0].block);
  EXPECT_EQ(all[0].search, id);
  EXPECT_EQ(all[0].worker, "host/1");
  EXPECT_EQ(all[0].finished_at, "");
  for (const auto& time : {all[0].created_at, all[0].queued_at, all[0].started_at, all[1].finished_at}) {
    EXPECT_THAT(time, testing::MatchesRegex("20..-..-..T..:..:..\\....Z"));
  }
  EXPECT_EQ(all[2].queued_at, "");
  const auto page = store().reader().blocks({id, {}, all[1].id}, 2);
  ASSERT_EQ(page.size(), 2U);
  EXPECT_EQ(page[0].id, all[2].id);
  EXPECT_EQ(store().reader().blocks({id, {BlockState::Running, BlockState::Finished}, {0}}, 100).size(), 2U);
  EXPECT_TRUE(store().reader().blocks({SearchId{id.value + 1}, {}, {0}}, 100).empty());
}

TEST_P(StoreContract, ProgressCountsWhatIsFinishedAndTheFrontierStopsAtTheFirstGap) {
  const SearchId id = planned_search(102, 10);
  const auto pending = store().plan_ledger().pending(id, 100);
  const auto before = store().monitor_ledger().progress(id);
  EXPECT_EQ(before.frontier, Position{2});
  EXPECT_EQ(before.candidates, 0U);
  EXPECT_EQ(before.eta_seconds, std::nullopt);
  for (const std::size_t i : {0U, 1U, 3U}) {
    ASSERT_EQ(save(report(pending[i], computed(pending[i]))), Outcome::Stored);
  }
  const auto some = store().monitor_ledger().progress(id);
  EXPECT_EQ(some.frontier, Position{22});
  EXPECT_EQ(some.candidates, 30U);
  EXPECT_EQ(some.counts, (BlockCounts{7, 0, 0, 3, 0, 0, 0}));
  ASSERT_NE(some.eta_seconds, std::nullopt);
  EXPECT_GT(some.positions_per_second, 0.0);
  EXPECT_GE(*some.eta_seconds, 0.0);
  for (const Work& work : pending) {
    save(report(work, computed(work)));
  }
  const auto all = store().monitor_ledger().progress(id);
  EXPECT_EQ(all.frontier, Position{102});
  EXPECT_EQ(all.candidates, 100U);
  EXPECT_EQ(all.eta_seconds, 0.0);
  store().search_ledger().extend_search(id, {300});
  EXPECT_EQ(store().monitor_ledger().progress(id).frontier, Position{102});
}

TEST_P(StoreContract, TheControlRowTellsTheEpoch) {
  EXPECT_EQ(store().monitor_ledger().control().state, ControlState::Writable);
  EXPECT_EQ(store().monitor_ledger().control().epoch, Epoch{0});
  const auto epoch = store().leadership().lead(Role::Producer);
  EXPECT_EQ(store().monitor_ledger().control().epoch, epoch);
}

// Results in parts.

class StorePartsContract : public StoreContract {
 protected:
  /// A result with so many witnesses that it travels in parts, and those parts as reports.
  void make_parts() {
    work_ = std::make_unique<Work>(queued_block(200'000));
    work_->parameters = parameters();
    result_ = computed(*work_);
    // Few witnesses, and of so many digits that they do not fit into one message.
    const std::string zeros(1'200, '0');
    for (int i = 0; i < 2'000; ++i) {
      result_.result.findings.witnesses.push_back({"2^" + std::to_string(i + 10) + zeros, "1.767", "1.768"});
    }
    result_.result.digest =
        search::exact_digest(*strategies().find("exhaustive"), work_->block, result_.result.findings);
    for (const auto& message : encode(report(*work_, result_), *work_, strategies(), {})) {
      ASSERT_LT(message.body.size(), message_bytes_max);
      parts_.push_back(testing_support::required(decode_report(message.body, strategies())));
    }
    ASSERT_GE(parts_.size(), 3U);
  }

  /// The first parts of so many other results of that block.
  void begin_others(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      // By the stores' clocks, of which one shows milliseconds.
      const auto now = [] { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); };
      ASSERT_TRUE(testing_support::wait_until([&now, before = now()] { return now() > before; }));
      const std::string digest(64, static_cast<char>('a' + i));
      EXPECT_EQ(save(report(*work_, Part{digest, 0, 2, "text"})), Outcome::PartKept);
    }
  }

  std::unique_ptr<Work> work_;
  WorkResult result_{};
  std::vector<Report> parts_;
};

TEST_P(StorePartsContract, TheLastPartInWhateverOrderFinishesTheBlock) {
  make_parts();
  std::reverse(parts_.begin(), parts_.end());
  for (std::size_t i = 0; i + 1 < parts_.size(); ++i) {
    EXPECT_EQ(save(parts_[i]), Outcome::PartKept);
    EXPECT_EQ(save(parts_[i]), Outcome::PartKept) << "a copy changes nothing";
    EXPECT_EQ(store().reader().count_findings(search_, Finding::Witness), 0U) << "readers see whole results only";
  }
  EXPECT_EQ(save(parts_.back()), Outcome::Stored);
  EXPECT_EQ(store().reader().counts(search_).finished, 1U);
  EXPECT_EQ(store().reader().findings(search_, Finding::Witness, SIZE_MAX), result_.result.findings.witnesses);
  EXPECT_EQ(save(parts_.front()), Outcome::Stale);
}

TEST_P(StorePartsContract, WhatAnOrderDoesNotWaitForIsNotKeptOnceItIsWhole) {
  make_parts();
  const WorkResult right = computed(*work_);
  ASSERT_EQ(save(report(*work_, right)), Outcome::Stored);
  Order order{{work_->key.block, Purpose::check(1), 1}, {}, {}, true};
  order.expected = right.result.digest;
  const Epoch auditor = *store().leadership().lead(Role::Auditor);
  ASSERT_TRUE(store().audit_ledger().record(auditor, search_, {{}, {order}, {}, {}}));
  auto published = store().plan_ledger().pending(search_, 1);
  ASSERT_EQ(store().plan_ledger().mark_queued(epoch_, published), 1U);
  const auto messages = encode(report(published[0], result_), published[0], strategies(), {});
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const auto part = testing_support::required(decode_report(messages[i].body, strategies()));
    EXPECT_EQ(save(part), i + 1 == messages.size() ? Outcome::Unexpected : Outcome::PartKept);
  }
  EXPECT_EQ(store().reader().counts(search_).orders_pending, 1U) << "others are asked";
  published = store().plan_ledger().pending(search_, 1);
  ASSERT_EQ(store().plan_ledger().mark_queued(epoch_, published), 1U);
  EXPECT_EQ(save(report(published[0], right)), Outcome::Stored);
}

TEST_P(StorePartsContract, APrefixInPartsFinishesItsBlockThereAndTheRestIsPending) {
  const Work work = queued_block(3 * slice);
  Partial prefix = partial(work, slice);
  const std::string zeros(1'200, '0');
  for (int i = 0; i < 500; ++i) {
    prefix.prefix->result.findings.witnesses.push_back({"2^" + std::to_string(i + 10) + zeros, "1.767", "1.768"});
  }
  auto& result = prefix.prefix->result;
  result.digest = search::exact_digest(*strategies().find("exhaustive"), result.block, result.findings);
  const auto messages = encode(report(work, prefix), work, strategies(), {});
  ASSERT_GE(messages.size(), 3U);
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const auto part = testing_support::required(decode_report(messages[i].body, strategies()));
    EXPECT_EQ(save(part), i + 1 == messages.size() ? Outcome::Stored : Outcome::PartKept);
  }
  EXPECT_EQ(store().reader().finished(search_, {2}, 10).at(0).block, range(2, slice));
  EXPECT_EQ(store().reader().findings(search_, Finding::Witness, SIZE_MAX), result.findings.witnesses);
  EXPECT_EQ(store().plan_ledger().pending(search_, 10).at(0).block, range(slice, 3 * slice));
}

TEST_P(StorePartsContract, MoreFindingsThanOneStatementInsertsAreAllThereAndInOrder) {
  const Work work = queued_block(slice);
  Work all = work;
  all.parameters = parameters("0");
  const WorkResult result = computed(all);
  ASSERT_GT(result.result.findings.witnesses.size(), 30'000U);
  EXPECT_EQ(save(report(work, result)), Outcome::Stored);
  EXPECT_EQ(store().reader().findings(search_, Finding::Witness, SIZE_MAX), result.result.findings.witnesses);
}

TEST_P(StorePartsContract, ASetThatDoesNotAddUpIsRefused) {
  make_parts();
  std::get<Part>(parts_[1].content).text[1000] = '#';
  for (std::size_t i = 0; i + 1 < parts_.size(); ++i) {
    EXPECT_EQ(save(parts_[i]), Outcome::PartKept);
  }
  EXPECT_EQ(save(parts_.back()), Outcome::Refused);
  EXPECT_EQ(store().reader().counts(search_).finished, 0U);
}

TEST_P(StorePartsContract, SomeResultsOfOneBlockMayArriveAtTheSameTime) {
  make_parts();
  for (std::size_t i = 0; i + 1 < parts_.size(); ++i) {
    EXPECT_EQ(save(parts_[i]), Outcome::PartKept);
  }
  begin_others(bounds::unfinished_results - 1);
  EXPECT_EQ(save(parts_.back()), Outcome::Stored) << "so many may arrive at the same time";
}

TEST_P(StorePartsContract, OfTooManyUnfinishedResultsTheOldestIsSentAgain) {
  make_parts();
  for (std::size_t i = 0; i + 1 < parts_.size(); ++i) {
    EXPECT_EQ(save(parts_[i]), Outcome::PartKept);
  }
  begin_others(bounds::unfinished_results);
  EXPECT_EQ(save(parts_.back()), Outcome::PartKept) << "its others are gone";
  for (std::size_t i = 0; i + 2 < parts_.size(); ++i) {
    EXPECT_EQ(save(parts_[i]), Outcome::PartKept);
  }
  EXPECT_EQ(save(parts_[parts_.size() - 2]), Outcome::Stored);
}

TEST_P(StorePartsContract, OfWorkThatIsNotThereNoPartIsKept) {
  make_parts();
  Report strange = parts_.front();
  strange.key.block.value += 1000;
  EXPECT_EQ(save(strange), Outcome::Unknown);
  strange = parts_.front();
  strange.key.purpose = Purpose::check(1);
  EXPECT_EQ(save(strange), Outcome::Unknown);
}

class DurableStorePartsContract : public StoreContract {};

TEST_P(DurableStorePartsContract, TheLastTwoPartsSavedByTwoSaversAtTheSameInstantAlwaysFinishTheBlock) {
  constexpr std::size_t rounds = testing_support::extent(200U, 60U);
  const SearchId id = planned_search(2 + 10 * rounds, 10);
  const auto other = opener().open(strategies());
  std::uint64_t finished = 0;
  for (const Work& work : store().plan_ledger().pending(id, rounds)) {
    const std::string whole = encode(report(work, computed(work)), work, strategies(), {}).front().body;
    const auto half = [&](std::uint32_t part) {
      const std::string text = part == 0 ? whole.substr(0, 100) : whole.substr(100);
      return report(work, Part{search::Sha256::hex_of(whole), part, 2, text});
    };
    std::barrier at_once(2);
    std::array<Outcome, 2> outcomes{};
    {
      const auto save_half = [&](Store& saver, std::uint32_t part) {
        const Report one = half(part);
        at_once.arrive_and_wait();
        outcomes[part] = saver.save_ledger().save(std::span(&one, 1)).front();
      };
      const std::jthread first(save_half, std::ref(store()), 0);
      const std::jthread second(save_half, std::ref(*other), 1);
    }
    EXPECT_THAT(outcomes, testing::UnorderedElementsAre(Outcome::PartKept, Outcome::Stored));
    ASSERT_EQ(store().reader().counts(id).finished, ++finished);
  }
}

// Submitting.

TEST_P(StoreContract, WhatIsSubmittedAgainContinuesOrIsAnotherQuestion) {
  const auto submit = [this](const SearchSpec& spec) { return store().search_ledger().submit(spec); };
  const ChosenSearch first = submit(exhaustive(2, 100));
  EXPECT_EQ(first.choice, Choice::Created);
  const ChosenSearch again = submit(exhaustive(2, 100));
  EXPECT_EQ(again.choice, Choice::Resumed);
  EXPECT_EQ(again.id, first.id);
  const ChosenSearch longer = submit(exhaustive(2, 200));
  EXPECT_EQ(longer.choice, Choice::Extended);
  EXPECT_EQ(longer.id, first.id);
  EXPECT_EQ(record(first.id).spec.range.end, Position{200});
  EXPECT_EQ(submit(exhaustive(2, 100)).choice, Choice::Created) << "a smaller end is another question";
  EXPECT_EQ(submit(exhaustive(2, 200, "1.7")).choice, Choice::Created);
}

TEST_P(DurableStoreContract, OfEqualSearchesThatAreSubmittedAtOnceOneIsMade) {
  constexpr std::size_t submitters = 4;
  constexpr std::uint64_t rounds = 10;
  std::vector<std::unique_ptr<Store>> stores;
  for (std::size_t i = 0; i < submitters; ++i) {
    stores.push_back(opener().open(strategies()));
  }
  std::array<std::vector<ChosenSearch>, submitters> chosen;
  std::barrier all_ready(submitters);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < submitters; ++i) {
      threads.emplace_back([&, i] {
        for (std::uint64_t round = 0; round < rounds; ++round) {
          all_ready.arrive_and_wait();
          chosen.at(i).push_back(stores[i]->search_ledger().submit(exhaustive(2 + round, 5041)));
        }
      });
    }
  }
  EXPECT_EQ(store().reader().searches().size(), rounds);
  for (std::size_t round = 0; round < rounds; ++round) {
    const auto made = std::count_if(chosen.begin(), chosen.end(),
                                    [round](const auto& of_one) { return of_one.at(round).choice == Choice::Created; });
    EXPECT_EQ(made, 1) << "in round " << round;
  }
}

// A message belongs to one ledger and one search.

class StoreProvenanceContract : public StoreContract {
 protected:
  /// The first block of a search of another threshold in a ledger that is lost: its ids are given again.
  Work lost_work() {
    const SearchId before = lost_->search_ledger().add_search(exhaustive(2, 5041, "1.767"));
    const Epoch epoch = *lost_->leadership().lead(Role::Producer);
    EXPECT_EQ(lost_->plan_ledger().plan(epoch, before, std::vector{range(2, 5041)}), PlanOutcome::Planned);
    return lost_->plan_ledger().pending(before, 1).at(0);
  }
  /// The same ids here, of what was submitted since.
  Work work_of(std::string_view threshold) {
    search_ = store().search_ledger().add_search(exhaustive(2, 5041, threshold));
    epoch_ = *store().leadership().lead(Role::Producer);
    EXPECT_EQ(store().plan_ledger().plan(epoch_, search_, std::vector{range(2, 5041)}), PlanOutcome::Planned);
    const auto works = store().plan_ledger().pending(search_, 1);
    EXPECT_EQ(store().plan_ledger().mark_queued(epoch_, works), 1U);
    return works.at(0);
  }
  void expect_untouched(const Work& work) {
    const auto blocks = store().reader().blocks({search_, {}, {}}, 2);
    ASSERT_EQ(blocks.size(), 1U);
    EXPECT_EQ(blocks[0].state, BlockState::Queued);
    EXPECT_EQ(blocks[0].attempt, work.attempt);
    EXPECT_EQ(blocks[0].worker, "");
    EXPECT_EQ(store().reader().count_findings(search_, Finding::Witness), 0U);
  }

 private:
  std::unique_ptr<Opener> elsewhere_ = GetParam().make();
  std::unique_ptr<Store> lost_ = elsewhere_->open(strategies());
};

TEST_P(StoreProvenanceContract, WhatAnotherLedgerAskedForIsNotTakenWhateverItsIdsSay) {
  const Work old = lost_work();
  const Work work = work_of("1.7");
  ASSERT_EQ(work.key, old.key);
  ASSERT_EQ(work.attempt, old.attempt);
  ASSERT_EQ(work.block, old.block);
  EXPECT_NE(work.provenance.ledger, old.provenance.ledger);
  EXPECT_NE(work.provenance.search, old.provenance.search);

  EXPECT_EQ(save(report(old, Started{})), Outcome::Foreign);
  EXPECT_EQ(save(report(old, Query{})), Outcome::Foreign);
  EXPECT_EQ(save(report(old, Failed{"a", "b"})), Outcome::Foreign);
  EXPECT_EQ(save(report(old, Partial{old.block.begin, std::nullopt})), Outcome::Foreign);
  EXPECT_EQ(save(report(old, Part{std::string(64, 'a'), 0, 2, "x"})), Outcome::Foreign);
  EXPECT_EQ(save(report(old, computed(old))), Outcome::Foreign) << "what lies from 1.7 to 1.767 would be missing";
  EXPECT_EQ(reply_word(Outcome::Foreign), ReplyWord::Refused) << "a consumer that hears saved takes it for its own";
  expect_untouched(work);
  EXPECT_EQ(save(report(work, computed(work))), Outcome::Stored);
}

TEST_P(StoreProvenanceContract, EachHalfOfWhatAMessageNamesIsEnoughToRefuseIt) {
  const Work old = lost_work();
  const Work work = work_of("1.7");
  Work of_another_ledger = work;
  of_another_ledger.provenance.ledger = old.provenance.ledger;
  EXPECT_EQ(save(report(of_another_ledger, computed(work))), Outcome::Foreign);
  Work of_another_search = work;
  of_another_search.provenance.search = old.provenance.search;
  EXPECT_EQ(save(report(of_another_search, computed(old))), Outcome::Foreign);
  expect_untouched(work);
}

TEST_P(StoreProvenanceContract, TheSameQuestionToAnotherLedgerIsStillAnotherLedgers) {
  const Work old = lost_work();
  const Work work = work_of("1.767");
  EXPECT_EQ(work.provenance.search, old.provenance.search);
  EXPECT_EQ(save(report(old, computed(old))), Outcome::Foreign);
  expect_untouched(work);
}

TEST_P(StoreProvenanceContract, WhatNamesNothingComesFromTheVersionBeforeAndIsTaken) {
  Work work = work_of("1.7");
  work.provenance = {};
  EXPECT_EQ(save(report(work, computed(work))), Outcome::Stored);
}

/// For stores that outlive the object.
class DurableStoreProvenanceContract : public StoreProvenanceContract {};

TEST_P(DurableStoreProvenanceContract, ALedgerThatIsOpenedAgainIsTheSame) {
  const Work work = work_of("1.7");
  reopen();
  static_cast<void>(*store().leadership().lead(Role::Producer));
  EXPECT_EQ(save(report(work, computed(work))), Outcome::Stored);
}

INSTANTIATE_TEST_SUITE_P(All, StoreContract, testing::Values(sqlite_file, sqlite_memory, postgres), name_of);
INSTANTIATE_TEST_SUITE_P(All, StoreProvenanceContract, testing::Values(sqlite_file, sqlite_memory, postgres), name_of);
INSTANTIATE_TEST_SUITE_P(All, DurableStoreProvenanceContract, testing::Values(sqlite_file, postgres), name_of);
INSTANTIATE_TEST_SUITE_P(All, StorePartsContract, testing::Values(sqlite_file, sqlite_memory, postgres), name_of);
INSTANTIATE_TEST_SUITE_P(All, DurableStorePartsContract, testing::Values(sqlite_file, postgres), name_of);
INSTANTIATE_TEST_SUITE_P(All, DurableStoreContract, testing::Values(sqlite_file, postgres), name_of);

}  // namespace
}  // namespace robin::flow
