#pragma once

// PostgresSession: the ledger's database in PostgreSQL: one connection, made when it is needed and again when it broke;
// the advisory locks of the roles that it leads; calls that are repeated when the connection broke or a race was lost.
// Used from any thread, one at a time.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>

#include "adapters/postgres/connection.hpp"
#include "adapters/sql/database.hpp"
#include "flow/ports/leadership.hpp"

namespace robin::adapters {

class PostgresSession final : public SqlDatabase, public flow::Leadership {
 public:
  explicit PostgresSession(PostgresOptions options) : options_(std::move(options)) {}

  [[nodiscard]] std::optional<flow::Epoch> lead(flow::Role role) override;
  void release(flow::Role role) override;

  /// Calls it with the connection, again on a new one if that broke or a race was lost.
  void repeat(const std::function<void(PostgresConnection&)>& call);

 private:
  void run(Kind kind, const std::function<void(SqlConnection&)>& call) override;
  PostgresConnection& connection();

  PostgresOptions options_;
  std::mutex mutex_;
  std::unique_ptr<PostgresConnection> connection_;
  std::set<flow::Role> leads_;
};

}  // namespace robin::adapters
