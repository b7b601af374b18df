#include "adapters/postgres/session.hpp"

#include <utility>
#include <variant>

#include "core/contract.hpp"

namespace robin::adapters {
namespace {

using flow::Epoch;
using flow::Role;

/// Advisory locks of this program, which choose one of several and protect nothing: any login may take them, epochs
/// fence. The runbook (RobinNoProgress) knows them as classid 1920098453 and objids from 3144843266 on. (...353 is
/// taken while migrating, ...357 while a search is submitted.)
const char* lock_of(Role role) {
  switch (role) {
    case Role::Producer:
      return "8246760063880036354";
    case Role::Auditor:
      return "8246760063880036355";
    case Role::Janitor:
      break;
  }
  return "8246760063880036356";
}

/// A session's lock outlives the statement that took it, also where the next one fails: without this, nobody would lead
/// until the connection ends.
class UnlockUnlessKept {
 public:
  UnlockUnlessKept(PostgresConnection& database, Role role) : database_(database), role_(role) {}
  UnlockUnlessKept(const UnlockUnlessKept&) = delete;
  UnlockUnlessKept& operator=(const UnlockUnlessKept&) = delete;
  ~UnlockUnlessKept() {
    if (kept_ || !database_.is_usable()) {
      return;
    }
    try {
      database_.query("SELECT pg_advisory_unlock($1)", {lock_of(role_)});
    } catch (const runtime::Error&) {
      // The connection broke, and the lock ended with it.
    }
  }
  void keep() { kept_ = true; }

 private:
  PostgresConnection& database_;
  Role role_;
  bool kept_ = false;
};

/// The cells of a result of libpq.
class PostgresCells final : public SqlCells {
 public:
  PostgresCells(PostgresConnection::Rows rows, std::string place) : rows_(std::move(rows)), place_(std::move(place)) {
    for (int i = 0; i < rows_.columns(); ++i) {
      columns_.emplace_back(rows_.name(i));
    }
  }
  [[nodiscard]] std::size_t count() const override { return static_cast<std::size_t>(rows_.count()); }
  [[nodiscard]] const std::vector<std::string>& columns() const override { return columns_; }
  [[nodiscard]] std::optional<std::string_view> cell(std::size_t row, std::size_t column) const override {
    return rows_.cell(static_cast<int>(row), static_cast<int>(column));
  }
  [[nodiscard]] std::size_t changed() const override { return rows_.changed(); }
  [[nodiscard]] const std::string& place() const override { return place_; }

 private:
  PostgresConnection::Rows rows_;
  std::vector<std::string> columns_;
  std::string place_;
};

/// A value as PostgreSQL reads it.
std::optional<std::string> text_of(const SqlValue& value);

void add(PostgresArray& array, const SqlValue& value) {
  if (const auto text = text_of(value)) {
    array.add(*text);
  } else {
    array.add_null();
  }
}

template <class List>
std::string array_of(const List& list) {
  PostgresArray array;
  for (const auto& item : list) {
    array.add(item);
  }
  return array.text();
}

std::optional<std::string> text_of(const SqlValue& value) {
  struct Writer {
    std::optional<std::string> operator()(std::monostate /*null*/) const { return std::nullopt; }
    std::optional<std::string> operator()(std::int64_t number) const { return std::to_string(number); }
    std::optional<std::string> operator()(double number) const { return shortest(number); }
    std::optional<std::string> operator()(bool truth) const { return truth ? "t" : "f"; }
    std::optional<std::string> operator()(const std::string& text) const { return text; }
    std::optional<std::string> operator()(search::Position position) const { return wide_text(position.ordinal); }
    std::optional<std::string> operator()(const SqlValue::Integers& list) const { return array_of(list); }
    std::optional<std::string> operator()(const SqlValue::Texts& list) const { return array_of(list); }
  };
  return std::visit(Writer(), value.get());
}

PostgresConnection::Statement prepared(const SqlCall& call) {
  PostgresConnection::Statement statement{call.statement.text(SqlDialect::Postgres).c_str(), {}};
  for (const SqlValue& value : call.values) {
    statement.parameters.push_back(text_of(value));
  }
  for (std::size_t i = 0; i < call.statement.columns().size(); ++i) {
    PostgresArray column;
    for (const SqlValues& row : call.table.rows()) {
      add(column, row[i]);
    }
    statement.parameters.emplace_back(column.text());
  }
  return statement;
}

bool is_for_postgres(const SqlCall& call) { return !call.statement.text(SqlDialect::Postgres).empty(); }

class Connection final : public SqlConnection {
 public:
  explicit Connection(PostgresConnection& connection) : connection_(connection) {}

  SqlRows run(const SqlCall& call) override {
    ROBIN_ASSERT(is_for_postgres(call), "only run_all() leaves out what a product has not");
    const auto statement = prepared(call);
    return SqlRows(
        std::make_unique<PostgresCells>(connection_.query(statement.sql, statement.parameters), connection_.place()));
  }
  void run_all(const std::vector<SqlCall>& calls) override {
    std::vector<PostgresConnection::Statement> statements;
    for (const SqlCall& call : calls) {
      if (is_for_postgres(call)) {
        statements.push_back(prepared(call));
      }
    }
    connection_.pipeline(statements);
  }

 private:
  PostgresConnection& connection_;
};

}  // namespace

PostgresConnection& PostgresSession::connection() {
  if (!connection_ || !connection_->is_usable()) {
    connection_.reset();
    // A session's locks end with it: whoever led must lead anew, under another epoch.
    leads_.clear();
    connection_ = std::make_unique<PostgresConnection>(options_);
  }
  return *connection_;
}

void PostgresSession::repeat(const std::function<void(PostgresConnection&)>& call) {
  const std::scoped_lock lock(mutex_);
  for (int attempt = 1;; ++attempt) {
    // Not to be reached is an answer, which took its time already; only what was begun is repeated.
    PostgresConnection& database = connection();
    try {
      return call(database);
    } catch (const runtime::Error& error) {
      // What takes too long does so again: that is for the caller to judge.
      if (error.retry() == runtime::Retry::No || error.cause() == runtime::Cause::Slow ||
          attempt >= options_.attempts_max) {
        throw;
      }
    }
  }
}

void PostgresSession::run(Kind kind, const std::function<void(SqlConnection&)>& call) {
  repeat([&](PostgresConnection& database) {
    Connection connection(database);
    if (kind == Kind::Statements) {
      call(connection);
      return;
    }
    PostgresTransaction transaction(database);
    call(connection);
    transaction.commit();
  });
}

std::optional<Epoch> PostgresSession::lead(Role role) {
  std::optional<Epoch> epoch;
  repeat([&](PostgresConnection& database) {
    // The lock belongs to the session: were it taken twice by one, it would be granted twice.
    if (leads_.contains(role) || database.query("SELECT pg_try_advisory_lock($1)", {lock_of(role)}).text(0, 0) != "t") {
      return;
    }
    UnlockUnlessKept lock(database, role);
    PostgresTransaction transaction(database);
    if (role == Role::Producer) {
      database.query("SELECT settle_incarnation()");
    }
    const auto row =
        role == Role::Producer
            ? database.query("UPDATE control SET epoch = epoch + 1, changed_at = now() WHERE id = 1 RETURNING epoch")
            : database.query("UPDATE leaders SET epoch = epoch + 1, changed_at = now() WHERE role = $1 RETURNING epoch",
                             {flow::text(role)});
    ROBIN_ASSERT(row.count() == 1, "the row of the role exists");
    transaction.commit();
    lock.keep();
    leads_.insert(role);
    epoch = Epoch{row.integer(0, 0)};
  });
  return epoch;
}

void PostgresSession::release(Role role) {
  repeat([&](PostgresConnection& database) {
    if (leads_.erase(role) > 0) {
      database.query("SELECT pg_advisory_unlock($1)", {lock_of(role)});
    }
  });
}

}  // namespace robin::adapters
