#pragma once

// PostgresConnection: one connection to PostgreSQL by libpq, with parameters only, never SQL put together from values.
// Every wait is bounded: connecting, statements, locks, idle transactions and half-open sockets. Every status becomes a
// runtime::Error in one place. After an error that breaks it, is_usable() is false. Used by one thread at a time.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/error.hpp"

namespace robin::adapters {

struct PostgresOptions {
  /// postgresql://user:password@host:port/database. Never logged.
  std::string url;
  std::string name = "robin";
  int connect_timeout_seconds = 5;
  int statement_timeout_ms = 16'000;
  /// Longer than the server's own limits. A server that is silent for so long is out of reach, whatever TCP thinks of
  /// it: with the time to connect, less than half a minute.
  int answer_timeout_ms = 18'000;
  int lock_timeout_ms = 10'000;
  /// Shorter than the wait for locks: a frozen process must not keep others from them.
  int idle_in_transaction_timeout_ms = 6'000;
  /// How often a call whose connection broke, or that lost a race, is repeated on a new connection.
  int attempts_max = 3;
};

/// Whether libpq can take this address apart.
[[nodiscard]] bool is_database_url(const std::string& url);

/// The variables (PGHOST, PGPASSWORD, ...) by which libpq's own programs find the same database, with libpq's own
/// reading of the address. Throws runtime::Error: it is none, or has a parameter that no variable stands for.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> libpq_environment(const std::string& url);

class PostgresConnection {
 public:
  /// Text parameters; nullopt is NULL.
  using Parameters = std::vector<std::optional<std::string>>;

  struct Statement {
    const char* sql;
    Parameters parameters;
  };

  /// The rows of one statement, all as text.
  class Rows {
   public:
    explicit Rows(void* result) : result_(result) {}
    Rows(Rows&&) noexcept = default;
    Rows& operator=(Rows&&) noexcept = default;
    [[nodiscard]] int count() const;
    [[nodiscard]] std::string text(int row, int column) const;
    [[nodiscard]] std::int64_t integer(int row, int column) const;
    /// nullopt is NULL; the text lives as long as this object.
    [[nodiscard]] std::optional<std::string_view> cell(int row, int column) const;
    [[nodiscard]] int columns() const;
    [[nodiscard]] std::string_view name(int column) const;
    /// Rows that an INSERT, UPDATE or DELETE changed.
    [[nodiscard]] std::size_t changed() const;

   private:
    struct Clear {
      void operator()(void* result) const;
    };
    std::unique_ptr<void, Clear> result_;
  };

  explicit PostgresConnection(const PostgresOptions& options);
  ~PostgresConnection();
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  Rows query(const char* sql, const Parameters& parameters = {});
  /// Several statements without parameters, as migrations are.
  void execute_script(const std::string& sql);
  /// All of them in one round trip, in libpq's pipeline mode; after the first error nothing further is done, and that
  /// error is thrown. Without a transaction around it, it is one of its own.
  std::vector<Rows> pipeline(const std::vector<Statement>& statements);

  /// Until something was notified on a channel to which this connection listens, `wake` may be read, or `patience` is
  /// over; whether there was a notification. All that came are dropped.
  [[nodiscard]] bool wait_for_notifications(int wake, std::chrono::milliseconds patience);

  [[nodiscard]] bool is_usable() const;
  [[nodiscard]] const std::string& place() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// BEGIN; rolled back unless committed.
class PostgresTransaction {
 public:
  explicit PostgresTransaction(PostgresConnection& connection) : connection_(connection) { connection_.query("BEGIN"); }
  ~PostgresTransaction();
  PostgresTransaction(const PostgresTransaction&) = delete;
  PostgresTransaction& operator=(const PostgresTransaction&) = delete;
  void commit() {
    connection_.query("COMMIT");
    open_ = false;
  }

 private:
  PostgresConnection& connection_;
  bool open_ = true;
};

/// The number in as many digits as bring it back.
[[nodiscard]] std::string shortest(double number);

/// An array literal of PostgreSQL, for unnest($1::type[]).
class PostgresArray {
 public:
  void add(std::int64_t value) { append(std::to_string(value)); }
  void add(std::string_view value);
  void add_null() { append("NULL"); }
  [[nodiscard]] std::string text() const { return "{" + items_ + "}"; }
  [[nodiscard]] bool is_empty() const { return items_.empty(); }

 private:
  void append(std::string_view item) { items_.append(items_.empty() ? "" : ",").append(item); }
  std::string items_;
};

/// The version of libpq, such as 15.18.
[[nodiscard]] std::string postgres_version();

}  // namespace robin::adapters
