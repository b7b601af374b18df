// A store that an earlier version wrote goes on: nothing of what it holds is lost when its tables change.

#include "adapters/sqlite/database.hpp"
#include "contract/earlier_store.hpp"
#include "support/temporary_folder.hpp"

namespace robin::adapters {
namespace {

class SqliteMigration : public EarlierStore {
 protected:
  SqliteMigration() {
    SqliteDatabase database(folder_.file("old.db"), 1000);
    database.execute(text_of("store_of_version_5.sql").c_str());
  }

  testing_support::TemporaryFolder folder_;
};

TEST_F(SqliteMigration, KeepsEverythingThatWasFound) {
  const auto old = open_sqlite_store(folder_.file("old.db"), strategies_);
  expect_everything_that_was_found(*old);
  EXPECT_THAT(old->monitor_ledger().history(old->reader().searches().at(1).id, 10), testing::SizeIs(2));
}

TEST_F(SqliteMigration, AndTheSearchGoesOn) {
  const auto old = open_sqlite_store(folder_.file("old.db"), strategies_);
  expect_that_its_search_goes_on(*old);
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
