// A cluster's ledger that robin 0.1.0 left goes on: what it holds is read as before, and its searches are extended.

#include "adapters/postgres/connection.hpp"
#include "adapters/postgres/store.hpp"
#include "contract/earlier_store.hpp"
#include "support/postgres_server.hpp"

namespace robin::adapters {
namespace {

using testing::Each;
using testing::Field;

class PostgresMigration : public EarlierStore {
 protected:
  PostgresMigration() {
    PostgresConnection(database_.options()).execute_script(text_of("ledger_of_version_11.sql"));
    migrate_postgres(database_.options());
    old_ = open_postgres_store(database_.options(), strategies_);
  }

  /// A database that is migrated makes the roles, which the whole server has, and which the ledger speaks of.
  testing_support::PostgresDatabase roles_;
  testing_support::PostgresDatabase database_{testing_support::Schema::None};
  std::unique_ptr<flow::ClusterStore> old_;
};

TEST_F(PostgresMigration, KeepsEverythingThatWasFound) {
  expect_everything_that_was_found(*old_);
  const auto searches = old_->reader().searches();
  EXPECT_THAT(searches, Each(Field(&flow::SearchRecord::control, flow::SearchControl{})));
  for (const auto& search : searches) {
    EXPECT_EQ(old_->reader().audited(search.id).end, search.spec.range.end);
  }
}

TEST_F(PostgresMigration, AndTheSearchGoesOn) { expect_that_its_search_goes_on(*old_); }

}  // namespace
}  // namespace robin::adapters
