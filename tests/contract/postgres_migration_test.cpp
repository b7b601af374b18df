// A cluster's ledger that robin 0.1.0 left goes on: what it holds is read as before, and its searches are extended.

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "adapters/memory/broker.hpp"
#include "adapters/postgres/connection.hpp"
#include "adapters/postgres/store.hpp"
#include "adapters/sqlite/store.hpp"
#include "flow/loops/local_run.hpp"
#include "runtime/log.hpp"
#include "support/parsed.hpp"
#include "support/postgres_server.hpp"

namespace robin::adapters {
namespace {

using testing::Each;
using testing::Field;
using testing::SizeIs;
using testing_support::block;
using testing_support::parameters;

class PostgresMigration : public testing::Test {
 protected:
  PostgresMigration() {
    std::ifstream file(ROBIN_SOURCE_DIR "/tests/contract/ledger_of_version_11.sql");
    std::stringstream sql;
    sql << file.rdbuf();
    PostgresConnection(database_.options()).execute_script(sql.str());
    migrate_postgres(database_.options());
    old_ = open_postgres_store(database_.options(), strategies_);
  }

  /// The same search in another store, or what is left of it in the old one.
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
  /// A database that is migrated makes the roles, which the whole server has, and which the ledger speaks of.
  testing_support::PostgresDatabase roles_;
  testing_support::PostgresDatabase database_{testing_support::Schema::None};
  std::unique_ptr<runtime::Log> log_ = runtime::Log::silent();
  std::unique_ptr<flow::ClusterStore> old_;
};

TEST_F(PostgresMigration, KeepsEverythingThatWasFound) {
  const auto fresh = open_sqlite_store(":memory:", strategies_);
  const auto expected = run(*fresh, exhaustive("30000"));
  const auto searches = old_->reader().searches();
  ASSERT_THAT(searches, SizeIs(2));
  EXPECT_THAT(searches, Each(Field(&flow::SearchRecord::control, flow::SearchControl{})));
  flow::Fold fold(searches[0]);
  fold.advance(old_->reader());
  EXPECT_EQ(fold.digest(), expected.fold.digest());
  for (const auto kind : {flow::Finding::Violation, flow::Finding::Witness, flow::Finding::Best}) {
    EXPECT_EQ(old_->reader().findings(searches[0].id, kind, 1000), fresh->reader().findings({1}, kind, 1000));
    EXPECT_EQ(old_->reader().top_findings(searches[0].id, kind, 20), fresh->reader().top_findings({1}, kind, 20));
  }
  EXPECT_EQ(old_->reader().counts(searches[0].id).finished, 5U);
  for (const auto& search : searches) {
    EXPECT_EQ(old_->reader().audited(search.id).end, search.spec.range.end);
  }
  EXPECT_THAT(old_->audit_ledger().cases(10), SizeIs(0));
}

TEST_F(PostgresMigration, AndTheSearchGoesOn) {
  const auto fresh = open_sqlite_store(":memory:", strategies_);
  EXPECT_EQ(run(*old_, exhaustive("60000")).fold.digest(), [&] {
    static_cast<void>(run(*fresh, exhaustive("30000")));
    return run(*fresh, exhaustive("60000")).fold.digest();
  }());
  EXPECT_THAT(old_->reader().searches(), SizeIs(2)) << "extended, not begun anew";
}

}  // namespace
}  // namespace robin::adapters
