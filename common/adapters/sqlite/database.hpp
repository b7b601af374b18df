#pragma once

// SqliteDatabase: one connection to SQLite, and its statements and transactions as objects whose destructors undo.
// Every status becomes a runtime::Error in one place. Used by one thread at a time.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/error.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace robin::adapters {

class SqliteDatabase {
 public:
  /// A run of a prepared statement: bind in order, then step. Resets itself at its end.
  class Statement {
   public:
    Statement(SqliteDatabase& database, sqlite3_stmt* prepared) : database_(database), prepared_(prepared) {}
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement();

    Statement& bind(std::int64_t value);
    Statement& bind(double value);
    Statement& bind(std::string_view value);
    Statement& bind_null();
    /// The next value is for $1, $2, ..., which the text need not use.
    Statement& at(int number);

    /// Whether there is a(nother) row.
    bool step();
    /// Runs to the end; returns how many rows were changed.
    std::size_t run();

    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] bool is_null(int column) const;
    [[nodiscard]] std::vector<std::string> columns() const;
    /// Throws runtime::Error: the row holds something else than `what`, which no robin wrote there.
    [[noreturn]] void refuse(const char* what) const;

   private:
    template <class Bind>
    Statement& bound(Bind bind);

    SqliteDatabase& database_;
    sqlite3_stmt* prepared_;
    int bound_ = 0;
  };

  /// BEGIN IMMEDIATE; rolled back unless committed.
  class Transaction {
   public:
    explicit Transaction(SqliteDatabase& database);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();
    void commit();

   private:
    SqliteDatabase& database_;
    bool open_ = true;
  };

  enum class Presence { Created, Expected };

  /// Opens a file, or ":memory:", and creates it unless it is expected. Throws runtime::Error.
  SqliteDatabase(std::string path, int busy_timeout_ms, Presence presence = Presence::Created);
  ~SqliteDatabase();
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;

  /// Prepared once for each text; parameters only, never text put together from values. The text must outlive this
  /// object.
  [[nodiscard]] Statement prepare(const char* sql);
  /// One or more statements without parameters.
  void execute(const char* sql);
  /// now(): the time as this ledger writes it; utc_text(time): itself, or nothing; wide_minus(a, b): of decimal texts
  /// below 2^128, of which a is not the smaller.
  void add_functions();
  /// From now on no statement writes SQLite's own tables: a migration does.
  void close_schema();
  [[nodiscard]] std::size_t changed() const;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  friend class Statement;
  void configure(int option, int is_on);
  void trust_no_schema();
  [[noreturn]] void fail(int status) const;

  std::string path_;
  sqlite3* handle_ = nullptr;
  std::map<const char*, sqlite3_stmt*> prepared_;
};

/// "3.40.1"
[[nodiscard]] std::string sqlite_version();

}  // namespace robin::adapters
