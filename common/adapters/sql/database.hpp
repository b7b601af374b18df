#pragma once

// SqlDatabase: one connection to one of the two products, in which the ledger's calls run one at a time, each as one
// transaction. What broke or lost a race is repeated as a whole, so a call keeps nothing from an attempt that failed.
// Used from any thread.

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "adapters/sql/rows.hpp"
#include "adapters/sql/statement.hpp"
#include "adapters/sql/value.hpp"
#include "flow/ports/leadership.hpp"

namespace robin::adapters {

/// A statement with its parameters.
struct SqlCall {
  const SqlStatement& statement;
  SqlValues values = {};
  SqlTable table = {};
};

/// What a call of the ledger works on.
class SqlConnection {
 public:
  SqlConnection() = default;
  SqlConnection(const SqlConnection&) = delete;
  SqlConnection& operator=(const SqlConnection&) = delete;
  virtual ~SqlConnection() = default;

  /// Throws runtime::Error.
  virtual SqlRows run(const SqlCall& call) = 0;
  SqlRows query(const SqlStatement& statement, SqlValues values = {}) { return run({statement, std::move(values)}); }
  SqlRows query(const SqlStatement& statement, SqlValues values, SqlTable table) {
    return run({statement, std::move(values), std::move(table)});
  }
  /// All of them in order, in one round trip where there is a way to go, without those that have no text for this
  /// product; what they find is dropped.
  virtual void run_all(const std::vector<SqlCall>& calls) = 0;

  /// Holds the epoch of a role against a change until the transaction ends. Throws flow::Fenced if it is not the
  /// newest; that of the producer holds only while writes are allowed.
  void hold(flow::Role role, flow::Epoch epoch);
};

class SqlDatabase {
 public:
  SqlDatabase() = default;
  SqlDatabase(const SqlDatabase&) = delete;
  SqlDatabase& operator=(const SqlDatabase&) = delete;
  virtual ~SqlDatabase() = default;

  /// Several statements that happen as a whole or not at all; an exception undoes them.
  template <class Call>
  auto transact(Call call) {
    return result_of(Kind::Transaction, std::move(call));
  }
  /// The same for who leads: throws flow::Fenced if another one does.
  template <class Call>
  auto transact(flow::Role role, flow::Epoch epoch, Call call) {
    return transact([&](SqlConnection& connection) {
      connection.hold(role, epoch);
      return call(connection);
    });
  }
  /// Statements each of which is a transaction of its own.
  template <class Call>
  auto look(Call call) {
    return result_of(Kind::Statements, std::move(call));
  }

 protected:
  enum class Kind { Transaction, Statements };
  virtual void run(Kind kind, const std::function<void(SqlConnection&)>& call) = 0;

 private:
  template <class Call>
  auto result_of(Kind kind, Call call) {
    using Result = decltype(call(std::declval<SqlConnection&>()));
    std::optional<Result> result;
    run(kind, [&](SqlConnection& connection) { result.emplace(call(connection)); });
    return *std::move(result);
  }
};

}  // namespace robin::adapters
