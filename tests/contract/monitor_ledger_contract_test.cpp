// What every store promises whoever watches: bounded lists in a known order, accepted results only.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/store_openers.hpp"
#include "flow/case_rules.hpp"
#include "support/parsed.hpp"
#include "support/patience.hpp"

namespace robin::flow {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing_support::parameters;

class MonitorLedgerContract : public testing::TestWithParam<Implementation> {
 protected:
  MonitorLedgerContract() {
    search_ = store().add_search({"exhaustive", {{2}, {402}}, parameters("0.5")});
    producer_ = *store().lead(Role::Producer);
    std::vector<search::Block> blocks;
    for (std::uint64_t at = 2; at < 402; at += 20) {
      blocks.push_back({{at}, {at + 20}});
    }
    EXPECT_EQ(store().plan(producer_, search_, blocks), PlanOutcome::Planned);
    work_ = store().pending(search_, 100);
    EXPECT_EQ(store().mark_queued(producer_, work_), 20U);
  }

  Store& store() { return *store_; }
  MonitorLedger& ledger() { return store_->monitor_ledger(); }
  Outcome save(std::size_t i, decltype(Report::content) content, const std::string& worker = "a") {
    const Report report{work_[i].key, work_[i].attempt, worker, work_[i].block, std::move(content)};
    return store().save(std::span(&report, 1)).front();
  }
  WorkResult computed(std::size_t i, double seconds = 0.25) {
    return {search::examine(*strategies_.find("exhaustive"), work_[i].block, work_[i].parameters, {}), seconds};
  }
  void finish(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      ASSERT_EQ(save(i, computed(i, static_cast<double>(i))), Outcome::Stored);
    }
  }

  SearchId search_{0};
  Epoch producer_{0};
  std::vector<Work> work_;

 private:
  search::Strategies strategies_;
  std::unique_ptr<Opener> opener_ = GetParam().make();
  std::unique_ptr<Store> store_ = opener_->open(strategies_);
};

TEST_P(MonitorLedgerContract, WorkersComeWithWhatTheyCompute) {
  EXPECT_THAT(ledger().workers(10), IsEmpty());
  ASSERT_EQ(save(1, Started{}, "b"), Outcome::Stored);
  ASSERT_EQ(save(0, Started{}, "b"), Outcome::Stored);
  ASSERT_EQ(save(2, Started{}, "a"), Outcome::Stored);
  ASSERT_EQ(save(3, computed(3), "a"), Outcome::Stored);
  auto workers = ledger().workers(10);
  ASSERT_THAT(workers, SizeIs(2));
  EXPECT_GE(workers[0].heard_at, workers[1].heard_at) << "those heard of last first";
  std::sort(workers.begin(), workers.end(), [](const auto& x, const auto& y) { return x.name < y.name; });
  ASSERT_THAT(workers[0].running, SizeIs(1));
  EXPECT_EQ(workers[0].running[0].block, work_[2].key.block);
  ASSERT_THAT(workers[1].running, SizeIs(2));
  EXPECT_GE(workers[1].running[0].age_seconds, workers[1].running[1].age_seconds) << "the oldest first";
  EXPECT_LT(workers[1].heard_age_seconds, 60);
  EXPECT_THAT(ledger().workers(1), SizeIs(1));
}

TEST_P(MonitorLedgerContract, WhoIsConnectedIsToldByNameOrNotAtAll) {
  for (const auto& service : ledger().connected()) {
    EXPECT_TRUE(service.name.starts_with("robin")) << service.name;
    EXPECT_GT(service.connections, 0U);
  }
}

TEST_P(MonitorLedgerContract, BlocksWithTheSameErrorAreOneGroup) {
  for (std::size_t i = 0; i < 12; ++i) {
    ASSERT_EQ(save(i, Failed{"strategy_error", "boom"}), Outcome::Stored);
  }
  ASSERT_EQ(save(12, Failed{"strategy_error", "other"}), Outcome::Stored);
  const auto groups = ledger().error_groups(search_, 10);
  ASSERT_THAT(groups, SizeIs(2));
  EXPECT_EQ(groups[0].error, "strategy_error: boom");
  EXPECT_EQ(groups[0].blocks, 12U);
  EXPECT_THAT(groups[0].examples, SizeIs(10));
  EXPECT_EQ(groups[0].examples.front(), work_[0].key.block);
  EXPECT_EQ(groups[1].blocks, 1U);
  EXPECT_THAT(groups[1].examples, ElementsAre(work_[12].key.block));
  EXPECT_THAT(ledger().error_groups(std::nullopt, 1), SizeIs(1));
  EXPECT_THAT(ledger().error_groups(SearchId{search_.value + 1}, 10), IsEmpty());
}

TEST_P(MonitorLedgerContract, TheBestComeFirstAndPagesGoThroughAllInOrder) {
  finish(20);
  const auto all = store().findings(search_, Finding::Witness, 1000);
  ASSERT_GT(all.size(), 50U);
  const auto best = ledger().best(search_, Finding::Witness, 7);
  const auto expected = store().top_findings(search_, Finding::Witness, 7);
  ASSERT_THAT(best, SizeIs(7));
  for (std::size_t i = 0; i < 7; ++i) {
    EXPECT_EQ(best[i].witness, expected[i]);
    EXPECT_EQ(best[i].search, search_);
    EXPECT_FALSE(best[i].found_at.empty());
  }
  EXPECT_THAT(ledger().best(std::nullopt, Finding::Witness, 3), SizeIs(3));
  EXPECT_THAT(ledger().best(SearchId{search_.value + 1}, Finding::Witness, 3), IsEmpty());
  std::vector<search::Witness> paged;
  std::optional<FindingCursor> cursor;
  while (true) {
    const auto page = ledger().findings_after(search_, Finding::Witness, cursor, 13);
    for (const FindingRecord& one : page) {
      paged.push_back(one.witness);
      cursor = FindingCursor{one.block_begin, one.ordinal};
    }
    if (page.size() < 13) {
      break;
    }
  }
  EXPECT_EQ(paged, all);
}

TEST_P(MonitorLedgerContract, TheHistoryIsSampledEvenlyAndEndsWithTheLast) {
  EXPECT_THAT(ledger().sampled_history(search_, 5), IsEmpty());
  finish(20);
  const Epoch auditor = *store().lead(Role::Auditor);
  std::vector<Audit> audits;
  for (std::size_t i = 0; i < 19; ++i) {
    audits.push_back({work_[i].key.block, work_[i].block, work_[i].key, {{"after", std::to_string(i)}}});
  }
  ASSERT_TRUE(store().audit_ledger().record(auditor, search_, {audits, {}, {}, {}}));
  const auto sampled = ledger().sampled_history(search_, 5);
  EXPECT_GE(sampled.size(), 4U);
  EXPECT_LE(sampled.size(), 7U);
  EXPECT_EQ(sampled.back(), audits.back());
  EXPECT_TRUE(std::is_sorted(sampled.begin(), sampled.end(),
                             [](const auto& a, const auto& b) { return a.range.begin < b.range.begin; }));
  EXPECT_EQ(ledger().sampled_history(search_, 1000), audits);
}

TEST_P(MonitorLedgerContract, PaceAndDurationsTellHowFastBlocksFinish) {
  EXPECT_THAT(ledger().pace(search_, 3600s, 60s), IsEmpty());
  finish(5);
  std::uint64_t blocks = 0;
  search::uint128 candidates = 0;
  for (const Pace& pace : ledger().pace(search_, 3600s, 60s)) {
    EXPECT_GE(pace.age_seconds, 60);
    blocks += pace.blocks;
    candidates += pace.candidates;
  }
  EXPECT_EQ(blocks, 5U);
  EXPECT_EQ(candidates, 100U);
  auto durations = ledger().durations(search_, 3);
  std::sort(durations.begin(), durations.end());
  EXPECT_THAT(durations, ElementsAre(2, 3, 4)) << "of the newest three";
}

TEST_P(MonitorLedgerContract, TheLatestEventsComeFirst) {
  const Epoch janitor = *store().lead(Role::Janitor);
  for (const char* message : {"one", "two", "three"}) {
    ASSERT_TRUE(store().janitor_ledger().note(janitor, message[0] == 't' ? "orphan" : "other", message));
  }
  const auto all = ledger().latest_events(std::nullopt, 2);
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].event.message, "three");
  EXPECT_EQ(all[1].event.message, "two");
  const auto others = ledger().latest_events("other", 10);
  ASSERT_THAT(others, SizeIs(1));
  EXPECT_EQ(others[0].event.message, "one");
}

TEST_P(MonitorLedgerContract, QueueDepthsAreKeptForAWhile) {
  ledger().sample_queues({{"robin.blocks", 7, 2}, {"robin.dead", 0, 0}}, 24h);
  const auto history = ledger().queue_history(60s, 60s);
  ASSERT_THAT(history, SizeIs(2));
  EXPECT_EQ(history[0].queue, "robin.blocks");
  EXPECT_EQ(history[0].ready, 7U);
  EXPECT_EQ(history[0].unacked, 2U);
  EXPECT_EQ(history[0].age_seconds, 60);
  // At least one tick of the clock has to pass before nothing is young enough to be kept.
  EXPECT_TRUE(testing_support::wait_until([&] {
    ledger().sample_queues({}, 0h);
    return ledger().queue_history(3600s, 60s).empty();
  }));
}

INSTANTIATE_TEST_SUITE_P(All, MonitorLedgerContract, testing::Values(sqlite_file, sqlite_memory, postgres), name_of);

}  // namespace
}  // namespace robin::flow
