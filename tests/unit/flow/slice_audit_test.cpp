// Slices of undisputed results, computed again by the auditor: whoever lies in one is found without any check by
// others, wherever the audit stands, and nobody who does not.

#include "flow/loops/slice_audit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stdexcept>

#include "adapters/memory/broker.hpp"
#include "adapters/sqlite/store.hpp"
#include "flow/loops/audit.hpp"
#include "flow/loops/local_run.hpp"
#include "flow/loops/own_computation.hpp"
#include "support/gated_strategy.hpp"
#include "support/parsed.hpp"
#include "support/patience.hpp"
#include "support/temporary_folder.hpp"
#include "support/wrapped_strategy.hpp"

namespace robin::flow {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing_support::parameters;

/// Leaves out, of the slice that holds a position, a witness or a prime, as often as it is asked to: consistently, so
/// that nothing else that the result says gives it away.
class Omission final : public testing_support::WrappedStrategy {
 public:
  Omission(const search::Strategy& honest, search::Position position, int times)
      : WrappedStrategy(honest), position_(position), times_(times) {}
  [[nodiscard]] search::Slice examine(const search::Block& slice, const search::Parameters& asked) const override {
    auto result = WrappedStrategy::examine(slice, asked);
    if (slice.begin <= position_ && position_ < slice.end && times_-- > 0) {
      leave_out(result);
    }
    return result;
  }

 private:
  static void leave_out(search::Slice& slice) {
    if (!slice.findings.witnesses.empty()) {
      slice.findings.witnesses.erase(slice.findings.witnesses.begin());
      return;
    }
    // Count, sum and squares of each window: the first that has two primes loses one, and its place.
    for (std::size_t i = 0; i + 2 < slice.tally.size(); i += 3) {
      if (slice.tally[i] > 1) {
        slice.tally[i] -= 1;
        slice.tally[i + 1] -= slice.tally[i + 1] / (slice.tally[i] + 1);
        return;
      }
    }
  }

  search::Position position_;
  mutable std::atomic<int> times_;
};

/// Counts how many slices it examines.
class CountedStrategy final : public testing_support::WrappedStrategy {
 public:
  explicit CountedStrategy(const search::Strategy& honest) : WrappedStrategy(honest) {}
  [[nodiscard]] std::string contradiction(const search::Block& block, const search::Findings& stored,
                                          const search::Block& part, const search::Parameters& asked) const override {
    ++looks;
    return WrappedStrategy::contradiction(block, stored, part, asked);
  }
  [[nodiscard]] search::Slice examine(const search::Block& slice, const search::Parameters& asked) const override {
    ++examined;
    return WrappedStrategy::examine(slice, asked);
  }

  mutable std::atomic<std::size_t> looks = 0;
  mutable std::atomic<std::size_t> examined = 0;
};

struct LiedAbout {
  const char* strategy;
  const char* begin;
  const char* end;
  const char* lie_at;
  std::uint64_t block_size;
  /// Where a block begins that has several slices.
  const char* disputed_from;
  const char* threshold = "1.767";
};

class SliceAuditTest : public testing::Test {
 protected:
  [[nodiscard]] const search::Strategy& strategy(const std::string& name) const { return *strategies_.find(name); }

  /// The workers leave something out; the auditor knows better.
  FollowResult run(const LiedAbout& lied, int times, double audit_share) {
    const search::Strategy& honest = strategy(lied.strategy);
    std::vector<std::unique_ptr<const search::Strategy>> table;
    table.push_back(std::make_unique<Omission>(honest, testing_support::required(honest.parse(lied.lie_at)), times));
    const search::Strategies all(std::move(table));
    search_ = store_->search_ledger().add_search(
        {lied.strategy, testing_support::block(honest, lied.begin, lied.end), parameters(lied.threshold)});
    const auto broker = adapters::open_memory_broker();
    LocalRunOptions options;
    options.threads = 2;
    options.double_check = 0;
    options.audit_share = audit_share;
    options.block_size = lied.block_size;
    return run_locally(*store_, *broker, all, search_, options, *log_, {});
  }
  std::vector<std::string> events(const std::string& kind) {
    std::vector<std::string> all;
    for (const auto& record : store_->monitor_ledger().latest_events(kind, 1000)) {
      if (record.kind == kind) {
        all.push_back(record.message);
      }
    }
    return all;
  }
  AuditFrontier frontier() { return store_->reader().audited(search_); }

  /// A search whose blocks are computed honestly and audited by nobody yet; how many there are.
  std::size_t finish_blocks(const std::string& name, std::uint64_t begin, std::uint64_t end, std::uint64_t length) {
    search_ = store_->search_ledger().add_search({name, {{begin}, {end}}, parameters()});
    const Epoch producer = *store_->leadership().lead(Role::Producer);
    std::vector<search::Block> ranges;
    for (std::uint64_t at = begin; at < end; at += length) {
      ranges.push_back({{at}, {std::min(at + length, end)}});
    }
    EXPECT_EQ(store_->plan_ledger().plan(producer, search_, ranges), PlanOutcome::Planned);
    std::vector<Report> reports;
    for (const Work& work : store_->plan_ledger().pending(search_, ranges.size())) {
      reports.push_back({work.key, work.attempt, "a", work.block,
                         WorkResult{search::examine(strategy(name), work.block, work.parameters, {}), 0}});
    }
    EXPECT_THAT(store_->save_ledger().save(reports), testing::Each(Outcome::Stored));
    store_->leadership().release(Role::Producer);
    return ranges.size();
  }
  /// Until nothing is left to do.
  AuditReport audit_all(AuditOptions options) {
    const Epoch epoch = *store_->leadership().lead(Role::Auditor);
    std::stop_source when_done;
    when_done.request_stop();
    options.double_check = 0;
    options.poll = core::Milliseconds(1);
    const auto report =
        audit(store_->audit_ledger(), store_->reader(), strategies_, epoch, options, *log_, {}, when_done.get_token());
    store_->leadership().release(Role::Auditor);
    return report;
  }

  static inline const OwnWork by_slices{false, {}, true};
  /// What comes of a dispute of these results of one block.
  OwnComputation::Outcome dispute(const SearchSpec& spec, const std::vector<search::BlockResult>& results,
                                  const OwnWork& work = by_slices) {
    std::vector<std::unique_ptr<const search::Strategy>> table;
    table.push_back(std::make_unique<CountedStrategy>(strategy(spec.strategy)));
    const auto& counted = static_cast<const CountedStrategy&>(*table.front());
    const search::Strategies counted_alone(std::move(table));
    Case one{{1}, {1}, spec.range, BlockState::Disputed, {{1}, Purpose(), 1}, {}, {}, false};
    for (std::size_t i = 0; i < results.size(); ++i) {
      const auto number = static_cast<std::uint32_t>(i);
      one.votes.push_back({{{1}, i == 0 ? Purpose() : Purpose::check(number), 1}, "w", results[i].digest});
    }
    const auto read = [&](const WorkKey& key) -> std::optional<AcceptedResult> {
      const std::size_t i = key.purpose.is_search() ? 0 : key.purpose.number;
      return AcceptedResult{{1}, spec.range, key, "w", results.at(i)};
    };
    OwnComputation own(*log_, [] {});
    std::optional<OwnComputation::Outcome> found;
    EXPECT_TRUE(testing_support::wait_until([&] {
      found = own.outcome(one, work, spec, counted_alone, read);
      return found.has_value();
    }));
    looks_ = counted.looks;
    examined_ = counted.examined;
    return found.value_or(OwnComputation::Outcome());
  }

  search::Strategies strategies_;
  testing_support::TemporaryFolder folder_;
  std::unique_ptr<Store> store_ = adapters::open_sqlite_store(folder_.file("robin.db"), strategies_);
  std::unique_ptr<runtime::Log> log_ = runtime::Log::silent();
  SearchId search_{0};
  /// In the last dispute: parts that were compared with a result, and slices that were examined.
  std::size_t looks_ = 0;
  std::size_t examined_ = 0;
};

class SlicesOfALiar : public SliceAuditTest, public testing::WithParamInterface<LiedAbout> {};

TEST_P(SlicesOfALiar, FindHimWithoutAnyOtherCheck) {
  const auto result = run(GetParam(), 1, 1);
  EXPECT_EQ(result.end, FollowEnd::Finished);
  ASSERT_THAT(events("unfit"), SizeIs(1));
  EXPECT_THAT(events("unfit").front(), HasSubstr("computed again, its slice ["));
  EXPECT_THAT(events("unfit").front(), HasSubstr("computed by local")) << "the worker is named";
  EXPECT_THAT(events("disputed"), SizeIs(1));
  ASSERT_THAT(events("settled"), SizeIs(1));
  EXPECT_THAT(events("settled").front(), HasSubstr("the auditor computed digest"));
  EXPECT_THAT(events("alarm"), IsEmpty());
  EXPECT_EQ(frontier().objection, "");
  const auto repaired = frontier();
  // An honest search beside it is disputed by nobody.
  const auto honest = run(GetParam(), 0, 1);
  EXPECT_EQ(result.fold.digest(), honest.fold.digest());
  EXPECT_EQ(frontier().end, repaired.end);
  EXPECT_EQ(frontier().state, repaired.state) << "the frontier went back, and came again";
  EXPECT_THAT(events("unfit"), SizeIs(1));
  EXPECT_THAT(events("disputed"), SizeIs(1));
}

TEST_P(SlicesOfALiar, AreNotLookedAtWhereNoneAreAskedFor) {
  EXPECT_EQ(run(GetParam(), 1, 0).end, FollowEnd::Finished);
  EXPECT_THAT(store_->monitor_ledger().latest_events({}, 10), IsEmpty());
}

TEST_P(SlicesOfALiar, WhoIsSecondedByAnEqualLieIsNotBelieved) {
  // The check is by an accomplice, or by himself under another name.
  EXPECT_EQ(run(GetParam(), 2, 1).end, FollowEnd::Finished);
  EXPECT_THAT(events("unfit"), SizeIs(testing::Ge(1U)));
  EXPECT_THAT(events("settled"), SizeIs(1));
  EXPECT_THAT(events("alarm"), IsEmpty()) << "the check that waited for the right one got it";
  const auto repaired = frontier();
  EXPECT_EQ(run(GetParam(), 0, 1).end, FollowEnd::Finished);
  EXPECT_EQ(frontier().state, repaired.state);
}

TEST_P(SlicesOfALiar, TellHimFromAnHonestOneWithoutTheRestOfTheBlock) {
  const LiedAbout& lied = GetParam();
  const search::Strategy& honest = strategy(lied.strategy);
  const search::Position at = testing_support::required(honest.parse(lied.lie_at));
  const search::Block block{testing_support::required(honest.parse(lied.disputed_from)),
                            testing_support::required(honest.parse(lied.end))};
  const auto asked = parameters(lied.threshold);
  const auto right = search::examine(honest, block, asked, {});
  const auto lie = search::examine(Omission(honest, at, 1), block, asked, {});
  ASSERT_NE(right.digest, lie.digest);
  for (const auto& results : {std::vector{right, lie}, {lie, right}}) {
    const auto outcome = dispute({lied.strategy, block, asked}, results);
    EXPECT_EQ(outcome.digest, right.digest);
    EXPECT_TRUE(outcome.is_by_slices);
    EXPECT_LE(looks_, 4U) << "two of each, at most";
  }
}

INSTANTIATE_TEST_SUITE_P(All, SlicesOfALiar,
                         testing::Values(LiedAbout{"exhaustive", "2", "60000", "5040", 20'000, "2"},
                                         LiedAbout{"superabundant", "20:0", "24:0", "22:0", 1500, "20:0", "1.5"},
                                         LiedAbout{"colossally-abundant", "2", "1056768", "1050000", 4096, "1048576"},
                                         LiedAbout{"primorial", "2", "1056768", "1050000", 4096, "1048576"}),
                         [](const auto& lied) {
                           std::string name = lied.param.strategy;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST_F(SliceAuditTest, ComputesEverySliceOnceAndSaysSo) {
  runtime::Vitals vitals;
  AuditOptions options;
  options.audit_share = 1;
  options.vitals = &vitals;
  const std::size_t blocks = finish_blocks("exhaustive", 2, 4002, 10);
  const auto report = audit_all(options);
  EXPECT_EQ(report.audited, blocks);
  EXPECT_EQ(report.slices, blocks) << "blocks as short have one slice";
  EXPECT_EQ(report.slices_computed, report.slices);
  const std::string shown = vitals.metrics_text();
  EXPECT_THAT(shown, HasSubstr("robin_audit_slices_total{result=\"agrees\",strategy=\"exhaustive\"} 400"));
  EXPECT_THAT(shown, HasSubstr("robin_audit_share 1"));
  EXPECT_THAT(store_->monitor_ledger().latest_events({}, 10), IsEmpty());
}

TEST_F(SliceAuditTest, ComputesNoneWithoutAShareAndNotMoreThanItKeeps) {
  AuditOptions options;
  options.audit_share = 0;
  const std::size_t blocks = finish_blocks("exhaustive", 2, 4002, 10);
  EXPECT_EQ(audit_all(options).slices, 0U);
  options.audit_share = 1;
  options.slices_kept = 3;
  // All blocks are audited in one step, before any slice is computed.
  options.batch = blocks;
  finish_blocks("exhaustive", 2, 4002, 10);
  const auto report = audit_all(options);
  EXPECT_EQ(report.audited, blocks);
  EXPECT_EQ(report.slices_computed, 3U);
}

TEST_F(SliceAuditTest, AResultThatWasReplacedMeanwhileIsLeftAlone) {
  const search::Strategy& exhaustive = strategy("exhaustive");
  const search::Block block{{2}, {100}};
  AcceptedResult stored{
      {1}, block, {{1}, Purpose::check(1), 1}, "b", search::examine(exhaustive, block, parameters(), {})};
  stored.result.findings.witnesses.clear();
  SliceAudit slices(
      {1, 10, {}}, [&](SearchId, const search::Block&) { return stored; }, *log_);
  const SearchRecord record{{1}, {"exhaustive", block, parameters()}, block.end};
  const WorkKey audited{{1}, Purpose(), 1};
  slices.see(record, exhaustive, {{1}, block, audited, {}}, {});
  slices.compute(std::stop_token());
  EXPECT_EQ(slices.counts().slices, 1U);
  EXPECT_EQ(slices.counts().computed, 0U);
  EXPECT_TRUE(slices.is_done());
  stored.key = audited;
  slices.see_replacing(record, exhaustive, {{1}, block, audited, {}}, {});
  slices.compute(std::stop_token());
  EXPECT_EQ(slices.counts().computed, 1U);
  EXPECT_THAT(slices.found(), SizeIs(1)) << "the same that is still accepted";
}

/// Blocks of 100 numbers from 2 on, which nobody computes.
class SlicesOfBlocks : public SliceAuditTest {
 protected:
  static Audit audited(std::int64_t block, const Purpose& purpose = {}) {
    const auto begin = 2 + 100 * static_cast<std::uint64_t>(block);
    return {{block}, {{begin}, {begin + 100}}, {{block}, purpose, 1}, {}};
  }
  std::uint64_t drawn() {
    slices_.compute(std::stop_token());
    return slices_.counts().slices;
  }

  static constexpr std::int64_t blocks = 10;
  const SearchRecord record_{{1}, {"exhaustive", {{2}, {2 + 100 * blocks}}, parameters()}, {2 + 100 * blocks}};
  SliceAudit slices_{{1, blocks, {}}, [](SearchId, const search::Block&) { return std::nullopt; }, *log_};
};

TEST_F(SlicesOfBlocks, AreDrawnFromOnceHoweverOftenTheirBlocksAreAuditedAgain) {
  // Blocks that wait to be cut must not be crowded out by those that come again with every dispute.
  for (int round = 0; round < 100; ++round) {
    for (std::int64_t block = round == 0 ? 0 : 1; block < blocks; ++block) {
      slices_.see(record_, strategy("exhaustive"), audited(block), {});
    }
  }
  EXPECT_EQ(slices_.counts().blocks, static_cast<std::uint64_t>(blocks));
  EXPECT_EQ(drawn(), static_cast<std::uint64_t>(blocks));
}

TEST_F(SlicesOfBlocks, AreDrawnFromOnceMoreWhereAnotherResultIsAcceptedUnseen) {
  const auto replaced = audited(0, Purpose::check(1));
  slices_.see_replacing(record_, strategy("exhaustive"), replaced, {});
  EXPECT_EQ(drawn(), 0U) << "its block will be seen when it is audited";
  slices_.see(record_, strategy("exhaustive"), replaced, {});
  EXPECT_EQ(drawn(), 1U);
  slices_.see_replacing(record_, strategy("exhaustive"), audited(0, Purpose::check(2)), {});
  EXPECT_EQ(drawn(), 2U);
}

/// The auditor's own looks at slices pass a gate.
class GatedLooks final : public testing_support::WrappedStrategy {
 public:
  GatedLooks(const search::Strategy& honest, testing_support::Gate& gate) : WrappedStrategy(honest), gate_(gate) {}
  [[nodiscard]] std::string contradiction(const search::Block& block, const search::Findings& stored,
                                          const search::Block& part, const search::Parameters& asked) const override {
    gate_.pass();
    return WrappedStrategy::contradiction(block, stored, part, asked);
  }

 private:
  testing_support::Gate& gate_;
};

TEST_F(SliceAuditTest, ContradictABlockWhoseCheckAgreedLongAgo) {
  const search::Strategy& exhaustive = strategy("exhaustive");
  const search::Block block{{2}, {1000}};
  testing_support::Gate gate;
  std::vector<std::unique_ptr<const search::Strategy>> table;
  table.push_back(std::make_unique<GatedLooks>(exhaustive, gate));
  const search::Strategies gated(std::move(table));
  search_ = store_->search_ledger().add_search({"exhaustive", block, parameters()});
  const Epoch producer = *store_->leadership().lead(Role::Producer);
  ASSERT_EQ(store_->plan_ledger().plan(producer, search_, std::vector{block}), PlanOutcome::Planned);
  const auto published = [&] {
    std::vector<Work> work;
    EXPECT_TRUE(testing_support::wait_until([&] {
      work = store_->plan_ledger().pending(search_, 10);
      return work.size() == 1;
    }));
    EXPECT_EQ(store_->plan_ledger().mark_queued(producer, work), 1U);
    return work.at(0);
  };
  const auto honest = search::examine(exhaustive, block, parameters(), {});
  auto lie = honest;
  lie.findings.witnesses.pop_back();
  lie.digest = search::exact_digest(exhaustive, block, lie.findings);
  const auto save = [&](const Work& work, const std::string& worker, const search::BlockResult& result) {
    const Report report{work.key, work.attempt, worker, work.block, WorkResult{result, 0}};
    return store_->save_ledger().save(std::span(&report, 1)).front();
  };
  ASSERT_EQ(save(published(), "liar/1", lie), Outcome::Stored);
  const Epoch epoch = *store_->leadership().lead(Role::Auditor);
  std::jthread auditor([&](const std::stop_token& enough) {
    AuditOptions options;
    options.double_check = 1;
    options.audit_share = 1;
    options.poll = core::Milliseconds(1);
    audit(store_->audit_ledger(), store_->reader(), gated, epoch, options, *log_, enough, {});
  });
  const struct OpenAtTheEnd {
    testing_support::Gate& gate;
    ~OpenAtTheEnd() { gate.open(); }
  } open_at_the_end{gate};
  // He seconds himself, and the case is closed before any slice was computed.
  ASSERT_EQ(save(published(), "elsewhere/1", lie), Outcome::Stored);
  ASSERT_TRUE(testing_support::wait_until([&] {
    const auto counts = store_->reader().counts(search_);
    return gate.is_waited_for() && counts.open_orders() + counts.orders_unsettled == 0;
  }));
  EXPECT_THAT(events("unfit"), IsEmpty());
  gate.open();
  const Work again = published();
  EXPECT_EQ(again.key.purpose, Purpose::check(2));
  EXPECT_EQ(save(again, "honest/1", lie), Outcome::Unexpected);
  EXPECT_EQ(save(published(), "honest/1", honest), Outcome::Stored);
  EXPECT_TRUE(testing_support::wait_until([&] { return events("settled").size() == 1; }));
  EXPECT_EQ(store_->reader().finished(search_, block.begin, 1).front().digest, honest.digest);
}

TEST_F(SliceAuditTest, WhatTheLedgerThrowsIsThrownWhereTheLoopAsks) {
  const search::Block block{{2}, {100}};
  SliceAudit slices(
      {1, 10, {}},
      [](SearchId, const search::Block&) -> std::optional<AcceptedResult> {
        throw runtime::Error("the database is away");
      },
      *log_);
  slices.see({{1}, {"exhaustive", block, parameters()}, block.end}, strategy("exhaustive"),
             {{1}, block, {{1}, Purpose(), 1}, {}}, {});
  slices.compute(std::stop_token());
  EXPECT_FALSE(slices.is_done());
  EXPECT_THROW(static_cast<void>(slices.found()), runtime::Error);
  EXPECT_TRUE(slices.is_done());
}

TEST_F(SliceAuditTest, DisputesGoFirst) {
  std::atomic<bool> has_begun = false;
  std::atomic<bool> has_ended = false;
  OwnComputation own(*log_, [] {});
  own.do_meanwhile([&](const std::stop_token& stop) {
    has_begun = true;
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    stopped.wait(lock, stop, [] { return false; });
    has_ended = true;
  });
  ASSERT_TRUE(testing_support::wait_until([&] { return has_begun.load(); }));
  EXPECT_TRUE(own.is_busy());
  const search::Block block{{2}, {100}};
  const Case one{{1}, {1}, block, BlockState::Disputed, {{1}, Purpose(), 1}, {}, {}, false};
  const SearchSpec spec{"exhaustive", block, parameters()};
  const auto none = [](const WorkKey&) { return std::nullopt; };
  EXPECT_FALSE(own.outcome(one, {}, spec, strategies_, none)) << "it is not known yet";
  ASSERT_TRUE(testing_support::wait_until([&] { return !own.is_busy(); })) << "it was asked to stop";
  EXPECT_TRUE(has_ended);
  own.do_meanwhile([](const auto&) { ADD_FAILURE() << "a block is waited for"; });
  own.begin_round();
  std::optional<OwnComputation::Outcome> outcome;
  EXPECT_TRUE(testing_support::wait_until([&] {
    outcome = own.outcome(one, {}, spec, strategies_, none);
    return outcome.has_value();
  }));
  EXPECT_EQ(outcome->digest, search::examine(strategy("exhaustive"), block, parameters(), {}).digest);
  own.begin_round();
  std::atomic<bool> goes_on = false;
  own.do_meanwhile([&](const auto&) { goes_on = true; });
  EXPECT_TRUE(testing_support::wait_until([&] { return goes_on && !own.is_busy(); }));
  EXPECT_FALSE(own.is_busy());
}

/// Eight slices, and results of it that differ from the honest one.
class DisputeOfSlices : public SliceAuditTest {
 protected:
  static constexpr std::size_t slices = 8;
  static constexpr search::Block block{{2}, {slices << 15U}};

  search::BlockResult changed(const std::function<void(search::Findings&)>& change) const {
    search::BlockResult result = honest_;
    change(result.findings);
    result.digest = search::exact_digest(strategy("exhaustive"), block, result.findings);
    return result;
  }
  static void forget_a_witness_of_the_last_slice(search::Findings& findings) { findings.witnesses.pop_back(); }
  static void forget_a_witness_of_the_first_slice(search::Findings& findings) {
    findings.witnesses.erase(findings.witnesses.begin());
  }

  OwnComputation::Outcome outcome(const std::vector<search::BlockResult>& results, OwnWork work = by_slices) {
    return dispute({"exhaustive", block, parameters("1.5")}, results, std::move(work));
  }

  const search::BlockResult honest_ = search::examine(strategy("exhaustive"), block, parameters("1.5"), {});
};

TEST_F(DisputeOfSlices, IsDecidedByThoseInWhichResultsDiffer) {
  const auto lie = changed(&forget_a_witness_of_the_last_slice);
  for (const auto& results : {std::vector{honest_, lie}, {lie, honest_}, {lie, honest_, lie}}) {
    const auto decided = outcome(results);
    EXPECT_EQ(decided.digest, honest_.digest);
    EXPECT_TRUE(decided.is_by_slices);
    EXPECT_EQ(looks_, 2U) << "one slice, for each of the two";
    EXPECT_EQ(examined_, 0U) << "and no other";
  }
  const auto other_lie = changed(&forget_a_witness_of_the_first_slice);
  const auto decided = outcome({lie, other_lie, honest_});
  EXPECT_EQ(decided.digest, honest_.digest);
  EXPECT_TRUE(decided.is_by_slices);
}

TEST_F(DisputeOfSlices, IsOneOfTheWholeBlockWhereTheyDoNotTell) {
  const auto lie = changed(&forget_a_witness_of_the_last_slice);
  const auto other_lie = changed(&forget_a_witness_of_the_first_slice);
  const auto stranger = changed([](search::Findings& findings) { findings.witnesses.push_back({"none", "1", "1"}); });
  auto forged = lie;
  forged.digest = honest_.digest;
  auto forged_too = honest_;
  forged_too.digest = lie.digest;
  struct Row {
    const char* what;
    std::vector<search::BlockResult> results;
  };
  for (const Row& row :
       {Row{"each is wrong somewhere", {lie, other_lie}}, Row{"what differs belongs to no slice", {honest_, stranger}},
        Row{"what is stored is not what its digest says", {forged, forged_too}}, Row{"there is one result", {lie}}}) {
    SCOPED_TRACE(row.what);
    const auto decided = outcome(row.results);
    EXPECT_EQ(decided.digest, honest_.digest);
    EXPECT_FALSE(decided.is_by_slices);
    EXPECT_EQ(examined_, slices);
  }
  EXPECT_FALSE(outcome({honest_, lie}, {}).is_by_slices) << "where the rules do not ask for them";
}

TEST_F(SliceAuditTest, DoubleChecksThatDifferAreSettledBySlicesAndWhatStandsIsDrawnFromAgain) {
  // The auditor's strategy cannot examine a block whole.
  class SlicesOnly final : public testing_support::WrappedStrategy {
   public:
    explicit SlicesOnly(const search::Strategy& honest) : WrappedStrategy(honest) {}
    [[nodiscard]] search::Slice examine(const search::Block& /*slice*/,
                                        const search::Parameters& /*asked*/) const override {
      throw std::runtime_error("a whole block");
    }
  };
  const search::Strategy& exhaustive = strategy("exhaustive");
  std::vector<std::unique_ptr<const search::Strategy>> table;
  table.push_back(std::make_unique<SlicesOnly>(exhaustive));
  const search::Strategies slices_only(std::move(table));
  const search::Block block{{2}, {4U << 15U}};
  search_ = store_->search_ledger().add_search({"exhaustive", block, parameters()});
  const Epoch producer = *store_->leadership().lead(Role::Producer);
  ASSERT_EQ(store_->plan_ledger().plan(producer, search_, std::vector{block}), PlanOutcome::Planned);
  const auto honest = search::examine(exhaustive, block, parameters(), {});
  auto lie = honest;
  lie.findings.witnesses.pop_back();
  lie.digest = search::exact_digest(exhaustive, block, lie.findings);
  const auto save_published = [&](const std::string& worker, const search::BlockResult& result) {
    std::vector<Work> work;
    EXPECT_TRUE(testing_support::wait_until([&] {
      work = store_->plan_ledger().pending(search_, 10);
      return work.size() == 1;
    }));
    EXPECT_EQ(store_->plan_ledger().mark_queued(producer, work), 1U);
    const Report report{work.at(0).key, work.at(0).attempt, worker, work.at(0).block, WorkResult{result, 0}};
    return store_->save_ledger().save(std::span(&report, 1)).front();
  };
  ASSERT_EQ(save_published("honest/1", honest), Outcome::Stored);
  const Epoch epoch = *store_->leadership().lead(Role::Auditor);
  runtime::Vitals vitals;
  const auto have_agreed = [&](const char* slices) {
    return testing_support::wait_until([&] {
      return vitals.metrics_text().find("robin_audit_slices_total{result=\"agrees\",strategy=\"exhaustive\"} " +
                                        std::string(slices) + "\n") != std::string::npos;
    });
  };
  const std::jthread auditor([&](const std::stop_token& enough) {
    AuditOptions options;
    options.double_check = 1;
    options.audit_share = 1;
    options.poll = core::Milliseconds(1);
    options.vitals = &vitals;
    audit(store_->audit_ledger(), store_->reader(), slices_only, epoch, options, *log_, enough, {});
  });
  EXPECT_TRUE(have_agreed("4"));
  ASSERT_EQ(save_published("liar/1", lie), Outcome::Stored);
  ASSERT_TRUE(testing_support::wait_until([&] { return events("settled").size() == 1; }));
  EXPECT_THAT(
      events("settled").front(),
      HasSubstr("the result of honest/1 stands: the slices in which results differ were computed by the auditor"));
  EXPECT_THAT(events("settled").front(), HasSubstr("wrong was what came of liar/1"));
  ASSERT_THAT(events("unfit"), SizeIs(1));
  EXPECT_THAT(events("alarm"), IsEmpty());
  EXPECT_EQ(store_->reader().finished(search_, block.begin, 1).front().digest, honest.digest);
  EXPECT_TRUE(have_agreed("8")) << "two results may say the same where both are wrong";
}

}  // namespace
}  // namespace robin::flow
