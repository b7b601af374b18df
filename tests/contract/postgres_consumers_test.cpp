// What the ledger knows of consumers, by which a producer decides whether blocks travel in bundles.

#include "contract/postgres_block.hpp"

namespace robin::adapters {
namespace {

class PostgresConsumers : public PostgresBlock {
 protected:
  void hear(const std::string& worker, bool reads_bundles) {
    EXPECT_EQ(save(flow::Query{}, worker, reads_bundles), flow::Outcome::Go);
  }
  /// Nothing was heard of these for so long.
  void let_pass(const std::string& interval, const std::string& worker = "%") {
    owner_.query("UPDATE workers SET heard_at = now() - $1::interval WHERE name LIKE $2", {interval, worker});
  }
  flow::Consumers consumers() { return store_->plan_ledger().open_plans().consumers; }
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
