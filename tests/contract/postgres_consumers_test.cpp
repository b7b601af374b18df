// What the ledger knows of consumers, by which a producer decides whether blocks travel in bundles.

#include <gtest/gtest.h>

#include "adapters/postgres/store.hpp"
#include "support/parsed.hpp"
#include "support/postgres_server.hpp"

namespace robin::adapters {
namespace {

class PostgresConsumers : public testing::Test {
 protected:
  PostgresConsumers() {
    const auto search = store_->search_ledger().add_search(
        {"exhaustive", testing_support::block(*strategies_.find("exhaustive"), "2", "100"),
         testing_support::parameters()});
    const auto epoch = store_->leadership().lead(flow::Role::Producer);
    EXPECT_EQ(store_->plan_ledger().plan(*epoch, search, std::vector{search::Block{{2}, {100}}}),
              flow::PlanOutcome::Planned);
    work_ = store_->plan_ledger().pending(search, 1);
  }

  void hear(const std::string& worker, bool reads_bundles) {
    flow::Report report{work_[0].key, work_[0].attempt, worker, work_[0].block, flow::Query{}};
    report.reads_bundles = reads_bundles;
    EXPECT_EQ(store_->save_ledger().save(std::span(&report, 1)).front(), flow::Outcome::Go);
  }
  /// Nothing was heard of these for so long.
  void let_pass(const std::string& interval, const std::string& worker = "%") {
    owner_.query("UPDATE workers SET heard_at = now() - $1::interval WHERE name LIKE $2", {interval, worker});
  }
  flow::Consumers consumers() { return store_->plan_ledger().open_plans().consumers; }

  search::Strategies strategies_;
  testing_support::PostgresDatabase database_;
  PostgresConnection owner_{database_.options()};
  std::unique_ptr<flow::ClusterStore> store_ = open_postgres_store(database_.options(), strategies_);
  std::vector<flow::Work> work_;
};

TEST_F(PostgresConsumers, OneThatDoesNotReadBundlesCountsForAnHour) {
  EXPECT_FALSE(consumers().read_bundles) << "nobody was heard of";
  hear("new/1", true);
  EXPECT_TRUE(consumers().read_bundles);
  hear("old/1", false);
  EXPECT_FALSE(consumers().read_bundles);
  let_pass("59 minutes", "old/1");
  EXPECT_FALSE(consumers().read_bundles);
  let_pass("61 minutes", "old/1");
  EXPECT_TRUE(consumers().read_bundles);
  let_pass("61 minutes");
  EXPECT_FALSE(consumers().read_bundles) << "nobody was heard of lately";
}

TEST_F(PostgresConsumers, WhoWasUpgradedReadsThem) {
  hear("host/1", false);
  EXPECT_FALSE(consumers().read_bundles);
  // Another saver, which has not heard of it a moment ago.
  store_ = open_postgres_store(database_.options(), strategies_);
  hear("host/1", true);
  EXPECT_TRUE(consumers().read_bundles);
}

TEST_F(PostgresConsumers, ThoseOfTheLastMinuteAreCountedUpToALimit) {
  EXPECT_EQ(consumers().heard, 0U);
  hear("a/1", true);
  hear("b/1", true);
  EXPECT_EQ(consumers().heard, 2U);
  let_pass("61 seconds", "a/1");
  EXPECT_EQ(consumers().heard, 1U);
  owner_.query("INSERT INTO workers (name) SELECT 'w' || i FROM generate_series(1, 1500) AS i");
  EXPECT_EQ(consumers().heard, 1000U);
}

TEST_F(PostgresConsumers, WhomASaverOfTheVersionBeforeWritesDownReadsNone) {
  owner_.query("INSERT INTO workers (name) VALUES ('host/1')");
  EXPECT_FALSE(consumers().read_bundles);
}

}  // namespace
}  // namespace robin::adapters
