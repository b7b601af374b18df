// A store that somebody else made or changed: whatever it holds is refused with one line, or shown as it stands.

#include <gmock/gmock.h>

#include <array>

#include "adapters/memory/broker.hpp"
#include "adapters/sqlite/database.hpp"
#include "adapters/sqlite/store.hpp"
#include "api/api.hpp"
#include "api/routes.hpp"
#include "flow/loops/local_run.hpp"
#include "runtime/log.hpp"
#include "support/parsed.hpp"
#include "support/temporary_folder.hpp"

namespace robin::adapters {
namespace {

using testing::HasSubstr;
using testing_support::block;
using testing_support::parameters;

class SqliteHostile : public testing::Test {
 protected:
  SqliteHostile() {
    const auto store = open_sqlite_store(file(), strategies_);
    run(*store, {"exhaustive", block(*strategies_.find("exhaustive"), "2", "300"), parameters("1.5")});
    run(*store, {"colossally-abundant", block(*strategies_.find("colossally-abundant"), "2", "1100000"), parameters()});
  }

  [[nodiscard]] std::string file() const { return folder_.file("robin.db"); }

  testing_support::TemporaryFolder folder_;
  search::Strategies strategies_;

  /// What a stranger does to it, without the constraints of its tables.
  void change(const std::string& sql) const {
    SqliteDatabase database(file(), 1000);
    database.execute("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA legacy_alter_table = ON");
    database.execute(sql.c_str());
  }
  static std::string without_constraints(const std::string& table) {
    return "ALTER TABLE " + table + " RENAME TO before; CREATE TABLE " + table +
           " AS SELECT * FROM before; DROP TABLE before;";
  }

  /// Everything is asked that can be. What it throws but runtime::Error, and what aborts, is a failure.
  void ask_everything() {
    try {
      const auto store = open_sqlite_store(file(), strategies_, {.must_exist = true});
      const api::Api api(*store, strategies_, {});
      for (const api::Route& route : api::routes()) {
        if (!route.is_order) {
          for (const char* id : {"1", "2"}) {
            ask(api, route, id);
          }
        }
      }
    } catch (const runtime::Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(file()));
    }
  }

  void run(flow::Store& store, const flow::SearchSpec& spec) {
    const auto broker = open_memory_broker();
    flow::LocalRunOptions options;
    static_cast<void>(
        flow::run_locally(store, *broker, strategies_, store.search_ledger().add_search(spec), options, *log_, {}));
  }
  void ask(const api::Api& api, const api::Route& route, const std::string& id) {
    std::string path = std::string(api::path_prefix) + std::string(route.path);
    if (const std::size_t at = path.find("{id}"); at != std::string::npos) {
      path.replace(at, 4, id);
    }
    try {
      static_cast<void>(api.handle({"GET", path}));
    } catch (const runtime::Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(file()));
    }
  }

  std::unique_ptr<runtime::Log> log_ = runtime::Log::silent();
};

/// A column that holds one of these everywhere, whatever its type is.
constexpr std::array values = {"NULL",
                               "''",
                               "'x'",
                               "-1",
                               "9223372036854775807",
                               "1e400",
                               "x'00ff'",
                               "'999999999999999999999999999999999999999'",
                               "'000000000000000000000000000000000000000'",
                               "'{}'",
                               "'[]'"};

/// Of the values, each column is given `each`.
class CellOfSqliteHostile : public SqliteHostile {
 protected:
  void no_cell_ends_the_program(std::size_t each) {
    const std::string good = folder_.file("good.db");
    std::filesystem::copy_file(file(), good);
    std::size_t next = 0;
    for (const auto& [table, column] : columns()) {
      for (std::size_t i = 0; i < each; ++i) {
        const char* value = values.at(next++ % values.size());
        SCOPED_TRACE(testing::Message() << table << "." << column << " = " << value);
        std::filesystem::copy_file(good, file(), std::filesystem::copy_options::overwrite_existing);
        change(without_constraints(table) + "UPDATE " + table + " SET " + column + " = " + value);
        ask_everything();
      }
    }
    EXPECT_GT(next, 50U);
  }

 private:
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> columns() const {
    std::vector<std::pair<std::string, std::string>> all;
    SqliteDatabase database(file(), 1000);
    auto rows = database.prepare(
        "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'"
        " AND t.name NOT LIKE 'sqlite%'");
    while (rows.step()) {
      all.emplace_back(rows.text(0), rows.text(1));
    }
    return all;
  }
};

TEST_F(CellOfSqliteHostile, EndsNoProgram) { no_cell_ends_the_program(1); }

using LongCellOfSqliteHostile = CellOfSqliteHostile;
TEST_F(LongCellOfSqliteHostile, EndsNoProgram) { no_cell_ends_the_program(values.size()); }

TEST_F(SqliteHostile, ARowThatIsMissingIsNamed) {
  change("DELETE FROM control");
  const auto store = open_sqlite_store(file(), strategies_);
  try {
    static_cast<void>(store->monitor_ledger().control());
    ADD_FAILURE() << "it is there";
  } catch (const runtime::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr(file() + ": holds 0 rows where one belongs"));
  }
}

TEST_F(SqliteHostile, AColumnThatIsWrittenOtherwiseEndsNoProgram) {
  change("ALTER TABLE searches RENAME COLUMN strategy TO STRATEGY");
  ask_everything();
}

TEST_F(SqliteHostile, AViewInPlaceOfATableIsNotAsked) {
  // One could compute for ever.
  change("ALTER TABLE searches RENAME TO before; CREATE VIEW searches AS SELECT * FROM before");
  EXPECT_THROW(static_cast<void>(open_sqlite_store(file(), strategies_)->reader().searches()), runtime::Error);
}

TEST_F(SqliteHostile, WhatTheSchemaCallsIsNotTrusted) {
  SqliteDatabase database(file(), 1000);
  const auto pragma = [&database](const char* sql) {
    auto row = database.prepare(sql);
    return row.step() ? row.integer(0) : -1;
  };
  EXPECT_EQ(pragma("PRAGMA trusted_schema"), 0);
  EXPECT_EQ(pragma("PRAGMA cell_size_check"), 1);
  database.close_schema();
  database.execute("PRAGMA writable_schema = ON");
  EXPECT_THROW(database.execute("UPDATE sqlite_schema SET sql = NULL"), runtime::Error);
}

}  // namespace
}  // namespace robin::adapters
