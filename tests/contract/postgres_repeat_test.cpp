// What fails once and is repeated by itself leaves behind what a call leaves that went well the first time: a
// transaction that lost a race, in the middle of each write of the ledger that remembers something outside the
// database.

#include <gtest/gtest.h>

#include "adapters/postgres/store.hpp"
#include "runtime/error.hpp"
#include "support/parsed.hpp"
#include "support/postgres_server.hpp"
#include "support/tcp_proxy.hpp"

namespace robin::adapters {
namespace {

class PostgresRepeat : public testing::Test {
 protected:
  PostgresRepeat() : owner_(database_.options()), store_(open_postgres_store(database_.options(), strategies_)) {}

  /// The next INSERT or UPDATE of the table fails as one does that lost a race, or so, and none after it.
  void fail_once(const std::string& table, const std::string& state = "40001") {
    owner_.execute_script(("CREATE SEQUENCE losses; CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                           // A sequence does not go back with its transaction.
                           " IF nextval('losses') = 1 THEN RAISE EXCEPTION 'lost' USING ERRCODE = '" +
                           state +
                           "'; END IF;"
                           " RETURN NULL; END $$;"
                           " CREATE TRIGGER lose AFTER INSERT OR UPDATE ON " +
                           table + " EXECUTE FUNCTION lose()")
                              .c_str());
  }
  bool was_lost() { return owner_.query("SELECT is_called FROM losses").text(0, 0) == "t"; }

  /// What a worker says of a block that was planned.
  flow::Report started() {
    const auto range = testing_support::block(*strategies_.find("exhaustive"), "2", "1000");
    const auto search = store_->search_ledger().add_search({"exhaustive", range, testing_support::parameters()});
    const auto epoch = store_->leadership().lead(flow::Role::Producer);
    EXPECT_EQ(store_->plan_ledger().plan(epoch.value(), search, std::vector{range}), flow::PlanOutcome::Planned);
    const auto work = store_->plan_ledger().pending(search, 1).at(0);
    return {work.key, work.attempt, "a", work.block, flow::Started{}};
  }

  void expect_to_lead(flow::Role role, const std::string& table) {
    fail_once(table);
    EXPECT_TRUE(store_->leadership().lead(role)) << "a lock that nobody knows of would keep everybody from leading";
    EXPECT_TRUE(was_lost());
    EXPECT_FALSE(store_->leadership().lead(role)) << "taken twice, a lock must be left twice";
    store_->leadership().release(role);
    EXPECT_TRUE(open_postgres_store(database_.options(), strategies_)->leadership().lead(role));
  }

  search::Strategies strategies_;
  testing_support::PostgresDatabase database_;
  PostgresConnection owner_;
  std::unique_ptr<flow::ClusterStore> store_;
};

TEST_F(PostgresRepeat, AProducerThatLostARaceForItsEpochLeadsAllTheSameAndCanLeaveTheLead) {
  expect_to_lead(flow::Role::Producer, "control");
}

TEST_F(PostgresRepeat, AnAuditorThatLostARaceForItsEpochLeadsAllTheSameAndCanLeaveTheLead) {
  expect_to_lead(flow::Role::Auditor, "leaders");
}

TEST_F(PostgresRepeat, ALeaderWhoseRowIsHeldForLongerThanItWaitsLeadsOnceItIsFree) {
  for (const auto& [role, row] : {std::pair{flow::Role::Producer, "control WHERE id = 1"},
                                  {flow::Role::Janitor, "leaders WHERE role = 'janitor'"},
                                  {flow::Role::Auditor, "leaders WHERE role = 'auditor'"}}) {
    auto options = database_.options();
    options.lock_timeout_ms = 50;
    const auto impatient = open_postgres_store(options, strategies_);
    owner_.query("BEGIN");
    owner_.query(("SELECT 1 FROM " + std::string(row) + " FOR UPDATE").c_str());
    EXPECT_THROW(static_cast<void>(impatient->leadership().lead(role)), runtime::Error)
        << "each attempt waited in vain";
    owner_.query("COMMIT");
    EXPECT_TRUE(impatient->leadership().lead(role)) << "it has the lock, and took itself for somebody else";
    EXPECT_FALSE(store_->leadership().lead(role));
    impatient->leadership().release(role);
    EXPECT_TRUE(store_->leadership().lead(role));
  }
}

TEST_F(PostgresRepeat, WhatTakesTooLongIsNotRepeatedAndSaysSo) {
  const flow::Report report = started();
  fail_once("workers", "57014");
  try {
    static_cast<void>(store_->save_ledger().save(std::span(&report, 1)));
    ADD_FAILURE() << "it was repeated";
  } catch (const runtime::Error& error) {
    EXPECT_EQ(error.cause(), runtime::Cause::Slow);
    EXPECT_EQ(error.retry(), runtime::Retry::Yes);
  }
  EXPECT_TRUE(was_lost());
}

TEST_F(PostgresRepeat, AWorkerIsHeardOfThoughItsReportHadToBeSavedTwice) {
  const flow::Report report = started();
  fail_once("workers");
  EXPECT_EQ(store_->save_ledger().save(std::span(&report, 1)), std::vector{flow::Outcome::Stored});
  EXPECT_TRUE(was_lost());
  EXPECT_EQ(store_->fleet_ledger().workers(10).size(), 1U);
}

/// The connection breaks after each number of bytes of what the server says in turn: also within its answer to the
/// COMMIT, so that the search is there and its submitter does not know.
TEST_F(PostgresRepeat, ASearchWhoseSubmitterDidNotHearOfItIsMadeOnce) {
  const std::string url = database_.options().url;
  testing_support::TcpProxy proxy(testing_support::port_of(url));
  auto options = database_.options();
  options.url = testing_support::by_port(url, proxy.port());
  const auto far = open_postgres_store(options, strategies_);
  const auto spec = [](std::uint64_t begin) {
    return flow::SearchSpec{"exhaustive", {{begin}, {5041}}, testing_support::parameters()};
  };
  const auto made = [this] { return store_->reader().searches().size(); };
  std::size_t expected = made();
  int cut = 0;
  for (std::int64_t bytes = 1; bytes < 300; bytes += 7) {
    for (const bool submits : {false, true}) {
      // It is connected: what breaks while it connects is an answer.
      proxy.cut_after(-1);
      static_cast<void>(far->reader().searches());
      const int connections = proxy.accepted();
      proxy.cut_after(bytes);
      const auto begin = static_cast<std::uint64_t>(2 + bytes);
      const auto id =
          submits ? far->search_ledger().submit(spec(begin)).id : far->search_ledger().add_search(spec(begin + 1));
      cut += proxy.accepted() - connections;
      ASSERT_EQ(made(), ++expected) << "cut after " << bytes << " bytes";
      EXPECT_EQ(store_->reader().searches().back().id, id);
    }
  }
  EXPECT_GT(cut, 20) << "it is not the connection that breaks";
}

}  // namespace
}  // namespace robin::adapters
