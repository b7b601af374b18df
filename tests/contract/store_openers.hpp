#pragma once

// How the contract suites of the ledger open each implementation: an empty store for one test, and the same one again
// where it outlives the object. What only a cluster has (janitor, fleet, operators), PostgreSQL alone offers, as its
// type says.

#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "adapters/postgres/connection.hpp"
#include "adapters/postgres/store.hpp"
#include "adapters/sqlite/store.hpp"
#include "flow/ports/store.hpp"
#include "support/postgres_server.hpp"
#include "support/temporary_folder.hpp"

namespace robin::flow {

/// Opens the store of one test; called again it opens the same one.
class Opener {
 public:
  Opener() = default;
  Opener(const Opener&) = delete;
  Opener& operator=(const Opener&) = delete;
  virtual ~Opener() = default;
  virtual std::unique_ptr<Store> open(const search::Strategies& strategies) = 0;
};

class SqliteFile final : public Opener {
 public:
  std::unique_ptr<Store> open(const search::Strategies& strategies) override {
    return adapters::open_sqlite_store(folder_.file("robin.db"), strategies);
  }

 private:
  testing_support::TemporaryFolder folder_;
};

class SqliteMemory final : public Opener {
 public:
  std::unique_ptr<Store> open(const search::Strategies& strategies) override {
    return adapters::open_sqlite_store(":memory:", strategies);
  }
};

class PostgresServer final : public Opener {
 public:
  std::unique_ptr<Store> open(const search::Strategies& strategies) override { return open_cluster(strategies); }
  std::unique_ptr<ClusterStore> open_cluster(const search::Strategies& strategies) {
    return adapters::open_postgres_store(database_.options(), strategies);
  }
  /// As the owner of the schema.
  [[nodiscard]] adapters::PostgresOptions options() const { return database_.options(); }
  /// As the owner of the schema, past the store. Throws runtime::Error.
  void run(const char* sql) { adapters::PostgresConnection(database_.options()).query(sql); }

 private:
  testing_support::PostgresDatabase database_;
};

struct Implementation {
  std::string name;
  std::function<std::unique_ptr<Opener>()> make;
};
/// Shown in the names of tests.
inline std::ostream& operator<<(std::ostream& out, const Implementation& implementation) {
  return out << implementation.name;
}

inline const Implementation sqlite_file{"sqlite_file", [] { return std::make_unique<SqliteFile>(); }};
inline const Implementation postgres{"postgres", [] { return std::make_unique<PostgresServer>(); }};
inline const Implementation sqlite_memory{"sqlite_memory", [] { return std::make_unique<SqliteMemory>(); }};
inline const auto name_of = [](const auto& parameter) { return parameter.param.name; };

}  // namespace robin::flow
