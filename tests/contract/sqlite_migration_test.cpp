// A store that an earlier version wrote goes on: nothing of what it holds is lost when its tables change.

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "adapters/memory/broker.hpp"
#include "adapters/sqlite/database.hpp"
#include "adapters/sqlite/store.hpp"
#include "flow/loops/local_run.hpp"
#include "runtime/log.hpp"
#include "support/parsed.hpp"
#include "support/temporary_folder.hpp"

namespace robin::adapters {
namespace {

using testing::SizeIs;
using testing_support::block;
using testing_support::parameters;

class SqliteMigration : public testing::Test {
 protected:
  SqliteMigration() {
    std::ifstream file(ROBIN_SOURCE_DIR "/tests/contract/store_of_version_5.sql");
    std::stringstream sql;
    sql << file.rdbuf();
    SqliteDatabase database(folder_.file("old.db"), 1000);
    database.execute(sql.str().c_str());
  }

  /// The same search in a store of today.
  flow::FollowResult run(flow::Store& store, const flow::SearchSpec& spec) {
    const auto broker = open_memory_broker();
    const auto [search, choice] = store.search_ledger().submit(spec);
    flow::LocalRunOptions options;
    options.threads = 2;
    options.block_size = 7000;
    return flow::run_locally(store, *broker, strategies_, search, options, *log_, {});
  }
  flow::SearchSpec exhaustive(const char* end) {
    return {"exhaustive", block(*strategies_.find("exhaustive"), "2", end), parameters()};
  }

  search::Strategies strategies_;
  testing_support::TemporaryFolder folder_;
  std::unique_ptr<runtime::Log> log_ = runtime::Log::silent();
};

TEST_F(SqliteMigration, KeepsEverythingThatWasFound) {
  const auto old = open_sqlite_store(folder_.file("old.db"), strategies_);
  const auto fresh = open_sqlite_store(":memory:", strategies_);
  const auto expected = run(*fresh, exhaustive("30000"));
  const auto searches = old->reader().searches();
  ASSERT_THAT(searches, SizeIs(2));
  flow::Fold fold(searches[0]);
  fold.advance(old->reader());
  EXPECT_EQ(fold.digest(), expected.fold.digest());
  for (const auto kind : {flow::Finding::Violation, flow::Finding::Witness, flow::Finding::Best}) {
    EXPECT_EQ(old->reader().findings(searches[0].id, kind, 1000), fresh->reader().findings({1}, kind, 1000));
    EXPECT_EQ(old->reader().top_findings(searches[0].id, kind, 20), fresh->reader().top_findings({1}, kind, 20));
  }
  EXPECT_EQ(old->reader().audited(searches[1].id).end, searches[1].spec.range.end);
  EXPECT_THAT(old->monitor_ledger().history(searches[1].id, 10), SizeIs(2));
  EXPECT_EQ(old->reader().counts(searches[0].id).finished, 5U);
  EXPECT_THAT(old->audit_ledger().cases(10), SizeIs(0));
}

TEST_F(SqliteMigration, AndTheSearchGoesOn) {
  const auto old = open_sqlite_store(folder_.file("old.db"), strategies_);
  const auto fresh = open_sqlite_store(":memory:", strategies_);
  EXPECT_EQ(run(*old, exhaustive("60000")).fold.digest(), [&] {
    static_cast<void>(run(*fresh, exhaustive("30000")));
    return run(*fresh, exhaustive("60000")).fold.digest();
  }());
  EXPECT_THAT(old->reader().searches(), SizeIs(2)) << "extended, not begun anew";
}

TEST_F(SqliteMigration, ARowThatNamesNothingIsRefused) {
  {
    SqliteDatabase database(folder_.file("old.db"), 1000);
    database.execute("PRAGMA foreign_keys = OFF; UPDATE audits SET block_id = 99 WHERE block_id = 6");
  }
  EXPECT_THROW(static_cast<void>(open_sqlite_store(folder_.file("old.db"), strategies_)), runtime::Error);
}

}  // namespace
}  // namespace robin::adapters
