#include "adapters/sqlite/store.hpp"

#include "adapters/sql/store.hpp"
#include "adapters/sqlite/database.hpp"
#include "adapters/sqlite/migrations.hpp"
#include "adapters/sqlite/session.hpp"

namespace robin::adapters {
namespace {

constexpr std::int64_t application_id = 0x726f6269;  // "robi"

class SqliteStore final : public SqlStore<flow::Store, SqliteSession> {
 public:
  SqliteStore(const std::string& path, const search::Strategies& strategies, const SqliteStoreOptions& options)
      : SqlStore(strategies, flow::bounds::of_one_process, path, options.busy_timeout_ms,
                 options.must_exist ? SqliteDatabase::Presence::Expected : SqliteDatabase::Presence::Created),
        database_(session().database()) {
    database_.add_functions();
    migrate();
    database_.close_schema();
  }

 private:
  void migrate() {
    auto has_tables = database_.prepare("SELECT count(*) FROM sqlite_schema WHERE type = 'table'");
    has_tables.step();
    const bool is_new = has_tables.integer(0) == 0;
    has_tables.run();
    if (!is_new && pragma("PRAGMA application_id") != application_id) {
      throw runtime::Error("store " + database_.path() + ": is a database of another program (name another file)");
    }
    const auto newest = static_cast<std::int64_t>(sqlite_migrations.back().version);
    if (const auto found = pragma("PRAGMA user_version"); found > newest) {
      throw runtime::Error("store " + database_.path() + ": has schema version " + std::to_string(found) +
                           ", this program knows " + std::to_string(newest) + " (use a newer robin, or another file)");
    }
    // The cache holds the inner pages of the indexes of millions of findings; the default would read them again and
    // again.
    // Foreign keys are off while tables are changed.
    database_.execute(
        "PRAGMA foreign_keys = OFF; PRAGMA synchronous = FULL; PRAGMA journal_mode = WAL; PRAGMA cache_size = -65536;");
    // One transaction for all, begun also when there is nothing to do: it proves that the file can be written.
    SqliteDatabase::Transaction transaction(database_);
    database_.execute(
        "PRAGMA application_id = 1919902313;"
        "CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL,"
        " applied_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))) STRICT;");
    bool has_changed = false;
    for (const auto& migration : sqlite_migrations) {
      auto applied = database_.prepare("SELECT 1 FROM schema_migrations WHERE version = ?");
      if (applied.bind(std::int64_t{migration.version}).step()) {
        continue;
      }
      has_changed = true;
      database_.execute(migration.sql);
      database_.prepare("INSERT INTO schema_migrations (version, name) VALUES (?, ?)")
          .bind(std::int64_t{migration.version})
          .bind(migration.name)
          .run();
    }
    const std::string set_version = std::string("PRAGMA user_version = ").append(std::to_string(newest));
    database_.execute(set_version.c_str());
    if (has_changed && !is_new) {
      refuse_broken_references();
    }
    transaction.commit();
    database_.execute("PRAGMA foreign_keys = ON");
  }

  void refuse_broken_references() {
    auto broken = database_.prepare("SELECT 1 FROM pragma_foreign_key_check");
    if (broken.step()) {
      broken.refuse("row that another one names");
    }
  }

  std::int64_t pragma(const char* sql) {
    auto row = database_.prepare(sql);
    row.step();
    return row.integer(0);
  }

  SqliteDatabase& database_;
};

}  // namespace

std::unique_ptr<flow::Store> open_sqlite_store(const std::string& path, const search::Strategies& strategies,
                                               const SqliteStoreOptions& options) {
  return std::make_unique<SqliteStore>(path, strategies, options);
}

}  // namespace robin::adapters
