#pragma once

// The private PostgreSQL that ./ops/test started (ops/cluster): an empty, migrated database for one test, dropped with
// it.

#include <set>
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

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Another database of the same server, for who must not be counted in this one.
  [[nodiscard]] static adapters::PostgresOptions options_elsewhere();
  /// As the owner.
  [[nodiscard]] adapters::PostgresOptions options() const;
  /// As a user with the rights of robin_`role` and no others; the database must have been migrated.
  [[nodiscard]] adapters::PostgresOptions options_as(const std::string& role);

 private:
  std::string name_;
  std::set<std::string> users_;
};

}  // namespace robin::testing_support
