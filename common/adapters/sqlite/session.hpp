#pragma once

// SqliteSession: the ledger's database in a file, or in memory: one connection; locks on files beside it for the roles
// that it leads. Used from any thread, one at a time.

#include <functional>
#include <map>
#include <mutex>
#include <optional>

#include "adapters/sql/database.hpp"
#include "adapters/sqlite/database.hpp"
#include "adapters/sqlite/file_lock.hpp"

namespace robin::adapters {

class SqliteSession final : public SqlDatabase, public flow::Leadership {
 public:
  /// Opens a file, or ":memory:". Throws runtime::Error.
  SqliteSession(const std::string& path, int busy_timeout_ms, SqliteDatabase::Presence presence)
      : database_(path, busy_timeout_ms, presence) {}

  /// For who makes its tables, before anybody else uses it.
  [[nodiscard]] SqliteDatabase& database() { return database_; }

  [[nodiscard]] std::optional<flow::Epoch> lead(flow::Role role) override;
  void release(flow::Role role) override;

 private:
  void run(Kind kind, const std::function<void(SqlConnection&)>& call) override;

  std::mutex mutex_;
  SqliteDatabase database_;
  /// The roles led, each with its lock on a file.
  std::map<flow::Role, std::optional<FileLock>> leads_;
};

}  // namespace robin::adapters
