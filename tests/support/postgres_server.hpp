#pragma once

// The private PostgreSQL that ./ops/test started (ops/cluster): a database for one test, dropped with it. With the
// schema it is a copy of a template, which the first test of a program makes: to migrate takes ten times as long.
// Used by one thread.

#include <memory>
#include <set>
#include <string>

#include "adapters/postgres/connection.hpp"

namespace robin::testing_support {

enum class Schema { None, Migrated };

class PostgresDatabase {
 public:
  /// Throws if the environment names no server.
  explicit PostgresDatabase(Schema schema = Schema::Migrated);
  ~PostgresDatabase();
  PostgresDatabase(const PostgresDatabase&) = delete;
  PostgresDatabase& operator=(const PostgresDatabase&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Another database of the same server, for sessions that must not be counted in this one.
  [[nodiscard]] static adapters::PostgresOptions options_elsewhere();
  /// Options to connect as the owner of the database.
  [[nodiscard]] adapters::PostgresOptions options() const;
  /// Options to connect as a user with the rights of robin_`role` and no others; some database of the server must have
  /// been migrated before.
  [[nodiscard]] adapters::PostgresOptions options_as(const std::string& role);

 private:
  /// A connection of the server's owner to a database that no test uses. Connects anew if the server was restarted
  /// meanwhile.
  void administer(const std::string& sql);

  std::unique_ptr<adapters::PostgresConnection> administrator_;
  std::string name_;
  std::set<std::string> users_;
};

}  // namespace robin::testing_support
