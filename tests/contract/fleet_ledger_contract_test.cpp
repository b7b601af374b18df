// What a cluster's store promises whoever watches a fleet: bounded lists in a known order.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/store_openers.hpp"
#include "contract/watched_search.hpp"
#include "support/patience.hpp"

namespace robin::flow {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class FleetLedgerContract : public WatchedSearch<testing::Test, ClusterStore> {
 protected:
  FleetLedgerContract()
      : WatchedSearch([server = std::make_shared<PostgresServer>()](const search::Strategies& strategies) {
          return server->open_cluster(strategies);
        }) {}

  FleetLedger& ledger() { return store().fleet_ledger(); }
};

TEST_F(FleetLedgerContract, PagesOfFindingsGoThroughAllInOrder) {
  finish(20);
  const auto all = store().reader().findings(search_, Finding::Witness, 1000);
  ASSERT_GT(all.size(), 50U);
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

TEST_F(FleetLedgerContract, WorkersComeWithWhatTheyCompute) {
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

TEST_F(FleetLedgerContract, WhoIsConnectedIsToldByNameOrNotAtAll) {
  for (const auto& service : ledger().connected()) {
    EXPECT_TRUE(service.name.starts_with("robin")) << service.name;
    EXPECT_GT(service.connections, 0U);
  }
}

TEST_F(FleetLedgerContract, FailuresAreKeptByAttempt) {
  const BlockId block = work_[0].key.block;
  EXPECT_THAT(ledger().failures(block), IsEmpty());
  ASSERT_EQ(save(0, Failed{"strategy_error", "it broke"}, "host/1"), Outcome::Stored);
  const auto failures = ledger().failures(block);
  ASSERT_THAT(failures, SizeIs(1));
  EXPECT_EQ(failures[0].attempt, work_[0].attempt);
  EXPECT_EQ(failures[0].worker, "host/1");
  EXPECT_EQ(failures[0].error_class, "strategy_error");
  EXPECT_EQ(failures[0].message, "it broke");
  EXPECT_FALSE(failures[0].failed_at.empty());
}

TEST_F(FleetLedgerContract, BlocksWithTheSameErrorAreOneGroup) {
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

TEST_F(FleetLedgerContract, PaceAndDurationsTellHowFastBlocksFinish) {
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

TEST_F(FleetLedgerContract, QueueDepthsAreKeptForAWhile) {
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

}  // namespace
}  // namespace robin::flow
