#pragma once

// The private PostgreSQL that ./ops/test started (ops/servers): an empty, migrated database for one test, dropped with
// it.

#include <string>

#include "adapters/postgres_connection.hpp"

namespace robin::testing_support {

class PostgresDatabase {
 public:
  /// Throws if the environment names no server.
  PostgresDatabase();
  ~PostgresDatabase();
  PostgresDatabase(const PostgresDatabase&) = delete;
  PostgresDatabase& operator=(const PostgresDatabase&) = delete;

  [[nodiscard]] adapters::PostgresOptions options() const;

 private:
  std::string name_;
};

}  // namespace robin::testing_support
