// A ledger that was restored, by whatever means, is another ledger: its incarnation is made anew when a producer takes
// the lead, what was in flight is published again, and nobody who led before writes on. An upgrade and another leader
// change nothing.

#include <gtest/gtest.h>

#include "adapters/postgres/store.hpp"
#include "runtime/error.hpp"
#include "support/parsed.hpp"
#include "support/postgres_server.hpp"

namespace robin::adapters {
namespace {

using flow::BlockState;
using flow::Outcome;
using flow::Role;
using flow::Work;

class PostgresProvenance : public testing::Test {
 protected:
  PostgresProvenance() : owner_(database_.options()), store_(open_postgres_store(database_.options(), strategies_)) {
    search_ = store_->search_ledger().add_search({"exhaustive", {{2}, {42}}, testing_support::parameters()});
    epoch_ = *store_->leadership().lead(Role::Producer);
    const std::vector<search::Block> blocks = {{{2}, {12}}, {{12}, {22}}, {{22}, {32}}};
    EXPECT_EQ(store_->plan_ledger().plan(epoch_, search_, blocks), flow::PlanOutcome::Planned);
    works_ = store_->plan_ledger().pending(search_, 2);
    EXPECT_EQ(store_->plan_ledger().mark_queued(epoch_, works_), 2U);
    EXPECT_EQ(save(works_[0], flow::Started{}), Outcome::Stored);
  }

  std::string one(const char* sql) { return owner_.query(sql).text(0, 0); }
  std::string incarnation() { return one("SELECT name FROM incarnation"); }
  Outcome save(const Work& work, decltype(flow::Report::content) content) {
    const flow::Report report{work.key, work.attempt, "w", work.block, std::move(content), work.provenance};
    return store_->save_ledger().save(std::span(&report, 1)).front();
  }
  flow::WorkResult computed(const Work& work) {
    return {search::examine(*strategies_.find("exhaustive"), work.block, work.parameters, {}), 0.25};
  }
  /// As after a restore: what was recorded is somewhere else.
  void move_elsewhere() { owner_.query("UPDATE incarnation SET place = 'elsewhere'"); }
  std::vector<flow::BlockRecord> blocks() { return store_->reader().blocks({search_, {}, {}}, 10); }

  search::Strategies strategies_;
  testing_support::PostgresDatabase database_;
  PostgresConnection owner_;
  std::unique_ptr<flow::ClusterStore> store_;
  flow::SearchId search_{0};
  flow::Epoch epoch_{0};
  std::vector<Work> works_;
};

TEST_F(PostgresProvenance, UnderARestoredLedgerNobodyGoesOnLeading) {
  move_elsewhere();
  const std::vector<search::Block> more = {{{32}, {42}}};
  EXPECT_THROW(store_->plan_ledger().plan(epoch_, search_, more), flow::Fenced);
  const auto pending = store_->plan_ledger().pending(search_, 1);
  EXPECT_THROW(store_->plan_ledger().mark_queued(epoch_, pending), flow::Fenced);
  EXPECT_EQ(blocks()[2].state, BlockState::Pending);
}

TEST_F(PostgresProvenance, WhoLeadsARestoredLedgerMakesItAnotherAndPublishesAgainWhatWasInFlight) {
  const std::string before = incarnation();
  EXPECT_EQ(works_[0].provenance.ledger, before);
  move_elsewhere();
  store_->leadership().release(Role::Producer);
  const auto epoch = store_->leadership().lead(Role::Producer);
  ASSERT_TRUE(epoch);
  const std::string after = incarnation();
  EXPECT_NE(after, before);
  EXPECT_EQ(after.size(), 32U);
  for (const auto& block : blocks()) {
    EXPECT_EQ(block.state, BlockState::Pending);
    EXPECT_EQ(block.attempt, flow::Attempt{1}) << "it costs no attempt";
  }
  EXPECT_EQ(save(works_[0], computed(works_[0])), Outcome::Foreign);
  const auto again = store_->plan_ledger().pending(search_, 10);
  ASSERT_EQ(again.size(), 3U);
  EXPECT_EQ(again[0].provenance.ledger, after);
  EXPECT_EQ(again[0].provenance.search, works_[0].provenance.search);
  EXPECT_EQ(store_->plan_ledger().mark_queued(*epoch, again), 3U);
  EXPECT_EQ(save(again[0], computed(again[0])), Outcome::Stored);
}

TEST_F(PostgresProvenance, NeitherAnotherLeaderNorAnUpgradeMakesItAnother) {
  const std::string before = incarnation();
  store_->leadership().release(Role::Producer);
  migrate_postgres(database_.options());
  const auto other = open_postgres_store(database_.options(), strategies_);
  EXPECT_TRUE(other->leadership().lead(Role::Producer));
  EXPECT_EQ(incarnation(), before);
  EXPECT_EQ(save(works_[0], computed(works_[0])), Outcome::Stored);
}

TEST_F(PostgresProvenance, ItsPlaceIsTheClusterTheTimelineTheDatabaseAndTheTable) {
  const std::string place = one("SELECT place_of_ledger()");
  EXPECT_EQ(one("SELECT place FROM incarnation"), place) << "who led has seen to it";
  EXPECT_EQ(place, one("SELECT system_identifier FROM pg_control_system()") + "/" +
                       one("SELECT lpad(to_hex(timeline_id), 8, '0') FROM pg_control_checkpoint()") + "/" +
                       one("SELECT oid FROM pg_database WHERE datname = current_database()") + "/" +
                       one("SELECT 'incarnation'::regclass::oid"));
  // As a restore into a database that is there.
  owner_.execute_script(
      "CREATE TABLE restored (LIKE incarnation INCLUDING ALL); INSERT INTO restored SELECT * FROM incarnation;"
      "DROP TABLE incarnation; ALTER TABLE restored RENAME TO incarnation");
  EXPECT_NE(one("SELECT place_of_ledger()"), place);
}

TEST_F(PostgresProvenance, AProducersLoginMaySettleALedgerAndMayNotMakeItAnotherAtWill) {
  const auto options = database_.options_as("producer");
  store_->leadership().release(Role::Producer);
  move_elsewhere();
  const std::string before = incarnation();
  const auto as_producer = open_postgres_store(options, strategies_);
  const auto epoch = as_producer->leadership().lead(Role::Producer);
  ASSERT_TRUE(epoch);
  const std::string after = incarnation();
  EXPECT_NE(after, before);
  const auto pending = as_producer->plan_ledger().pending(search_, 10);
  EXPECT_EQ(as_producer->plan_ledger().mark_queued(*epoch, pending), 3U);
  PostgresConnection producer(options);
  EXPECT_THROW(producer.query("SELECT renew_incarnation()"), runtime::Error);
  EXPECT_THROW(producer.query("UPDATE incarnation SET name = 'x'"), runtime::Error);
  EXPECT_EQ(incarnation(), after);
}

TEST_F(PostgresProvenance, WhoPutsBackASnapshotOfTheVolumeSaysSo) {
  const std::string before = incarnation();
  owner_.query("SELECT renew_incarnation()");
  EXPECT_NE(incarnation(), before);
  EXPECT_THROW(store_->plan_ledger().mark_queued(epoch_, works_), flow::Fenced) << "who led before is fenced";
  EXPECT_EQ(save(works_[0], computed(works_[0])), Outcome::Foreign);
}

}  // namespace
}  // namespace robin::adapters
