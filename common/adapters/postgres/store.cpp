#include "adapters/postgres/store.hpp"

#include <algorithm>
#include <utility>

#include "adapters/postgres/fleet_ledger.hpp"
#include "adapters/postgres/janitor_ledger.hpp"
#include "adapters/postgres/migrations.hpp"
#include "adapters/postgres/operator_ledger.hpp"
#include "adapters/postgres/plan_watch.hpp"
#include "adapters/postgres/session.hpp"
#include "adapters/sql/store.hpp"

namespace robin::adapters {
namespace {

using runtime::Cause;
using runtime::Error;
using runtime::Retry;

/// Of the advisory locks (session.cpp).
constexpr const char* migration_lock = "8246760063880036353";

/// How far a schema was brought. What only adds to it is counted by itself: programs that do not know it may go on.
struct SchemaVersion {
  int changed = 0;
  int expanded = 0;

  [[nodiscard]] int newest() const { return std::max(changed, expanded); }
  [[nodiscard]] bool has(const PostgresMigration& migration) const {
    return migration.version <= (migration.expands ? expanded : changed);
  }
};

constexpr SchemaVersion known_version = [] {
  SchemaVersion known;
  for (const auto& migration : postgres_migrations) {
    (migration.expands ? known.expanded : known.changed) = migration.version;
  }
  return known;
}();

/// One of the two tables that say what was applied.
struct Applied {
  const char* exists;
  const char* newest;
  const char* add;
};
constexpr Applied changes{"SELECT to_regclass('schema_migrations') IS NOT NULL",
                          "SELECT coalesce(max(version), 0) FROM schema_migrations",
                          "INSERT INTO schema_migrations (version, name) VALUES ($1, $2)"};
constexpr Applied expansions{"SELECT to_regclass('schema_expansions') IS NOT NULL",
                             "SELECT coalesce(max(version), 0) FROM schema_expansions",
                             "INSERT INTO schema_expansions (version, name) VALUES ($1, $2)"};

int newest_of(PostgresConnection& connection, const Applied& table) {
  return connection.query(table.exists).text(0, 0) == "t"
             ? static_cast<int>(connection.query(table.newest).integer(0, 0))
             : 0;
}

/// Throws Error for one that is newer than this program.
SchemaVersion schema_version(PostgresConnection& connection) {
  const SchemaVersion found{newest_of(connection, changes), newest_of(connection, expansions)};
  if (found.changed > known_version.changed) {
    throw Error(connection.place() + ": the database has schema version " + std::to_string(found.newest()) +
                    ", this program knows " + std::to_string(known_version.newest()) + " (use a newer robin)",
                Retry::Yes, Cause::Unreachable);
  }
  return found;
}

class PostgresStore final : public SqlStore<flow::ClusterStore, PostgresSession> {
 public:
  PostgresStore(const PostgresOptions& options, const search::Strategies& strategies)
      : SqlStore(strategies, flow::bounds::of_a_fleet, options), plan_watch_(options) {
    session().repeat([](PostgresConnection& database) {
      const SchemaVersion found = schema_version(database);
      if (found.changed < known_version.changed || found.expanded < known_version.expanded) {
        throw Error(database.place() + ": the database has " +
                        (found.newest() == 0 ? "no schema" : "schema version " + std::to_string(found.newest())) +
                        " (run: robin migrate)",
                    Retry::Yes, Cause::Unreachable);
      }
    });
  }

  flow::FleetLedger& fleet_ledger() override { return fleet_ledger_; }
  flow::JanitorLedger& janitor_ledger() override { return janitor_ledger_; }
  flow::OperatorLedger& operator_ledger() override { return operator_ledger_; }
  flow::PlanWatch& plan_watch() override { return plan_watch_; }

 private:
  PostgresFleetLedger fleet_ledger_{session()};
  PostgresJanitorLedger janitor_ledger_{session()};
  PostgresOperatorLedger operator_ledger_{session()};
  PostgresPlanWatch plan_watch_;
};

}  // namespace

int migrate_postgres(const PostgresOptions& options) {
  PostgresConnection connection(options);
  PostgresTransaction transaction(connection);
  connection.query("SELECT pg_advisory_xact_lock($1)", {migration_lock});
  const SchemaVersion found = schema_version(connection);
  if (found.newest() == 0) {
    connection.query(
        "CREATE TABLE schema_migrations (version integer PRIMARY KEY, name text NOT NULL,"
        " applied_at timestamptz NOT NULL DEFAULT now())");
  }
  for (const auto& migration : postgres_migrations) {
    if (!found.has(migration)) {
      connection.execute_script(migration.sql);
      connection.query((migration.expands ? expansions : changes).add,
                       {std::to_string(migration.version), migration.name});
    }
  }
  transaction.commit();
  return std::max(found.newest(), known_version.newest());
}

std::unique_ptr<flow::ClusterStore> open_postgres_store(const PostgresOptions& options,
                                                        const search::Strategies& strategies) {
  return std::make_unique<PostgresStore>(options, strategies);
}

}  // namespace robin::adapters
