#pragma once

// PostgresSession: one connection, made when it is needed and again when it broke; the advisory locks of the roles that
// it leads; calls that are repeated when the connection broke or a race was lost. Used from any thread, one at a time.

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <type_traits>
#include <utility>

#include "adapters/postgres_connection.hpp"
#include "flow/ids.hpp"
#include "flow/store.hpp"
#include "runtime/error.hpp"

namespace robin::adapters {

class PostgresSession {
 public:
  explicit PostgresSession(PostgresOptions options) : options_(std::move(options)) {}

  /// Runs call(connection), again on a new connection if that broke or a race was lost.
  template <class Call>
  std::invoke_result_t<Call, PostgresConnection&> run(Call call) {
    const std::scoped_lock lock(mutex_);
    for (int attempt = 1;; ++attempt) {
      // Not to be reached is an answer, which took its time already; only what was begun is repeated.
      PostgresConnection& database = connection();
      try {
        return call(database);
      } catch (const runtime::Error& error) {
        if (error.retry() == runtime::Retry::No || attempt >= options_.attempts_max) {
          throw;
        }
      }
    }
  }

  [[nodiscard]] std::optional<flow::Epoch> lead(flow::Role role);
  void release(flow::Role role);

 private:
  PostgresConnection& connection();

  PostgresOptions options_;
  std::mutex mutex_;
  std::unique_ptr<PostgresConnection> connection_;
  std::set<flow::Role> leads_;
};

/// Holds the epoch of a role against a change until the transaction ends; false if it is not the newest. That of the
/// producer holds only while writes are allowed.
[[nodiscard]] bool is_newest(PostgresConnection& connection, flow::Role role, flow::Epoch epoch);

}  // namespace robin::adapters
