#include "adapters/sqlite/session.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/contract.hpp"

namespace robin::adapters {
namespace {

using flow::Epoch;
using flow::Role;
using nlohmann::json;

const SqlStatement next_producer("UPDATE control SET epoch = epoch + 1 WHERE id = 1 RETURNING epoch");
const SqlStatement next_leader("UPDATE leaders SET epoch = epoch + 1 WHERE role = $1 RETURNING epoch");

const char* lock_suffix(Role role) {
  return role == Role::Producer ? "-lock" : role == Role::Auditor ? "-auditor-lock" : "-janitor-lock";
}

/// All rows at once: a statement that stands in the middle of its rows would keep others from writing.
class SqliteCells final : public SqlCells {
 public:
  SqliteCells(SqliteDatabase& database, SqliteDatabase::Statement& statement)
      : columns_(statement.columns()), place_("store " + database.path()) {
    while (statement.step()) {
      ++count_;
      for (int i = 0; i < static_cast<int>(columns_.size()); ++i) {
        cells_.push_back(statement.is_null(i) ? std::nullopt : std::optional(statement.text(i)));
      }
    }
    changed_ = database.changed();
  }
  [[nodiscard]] std::size_t count() const override { return count_; }
  [[nodiscard]] const std::vector<std::string>& columns() const override { return columns_; }
  [[nodiscard]] std::optional<std::string_view> cell(std::size_t row, std::size_t column) const override {
    const auto& text = cells_[row * columns_.size() + column];
    return text ? std::optional<std::string_view>(*text) : std::nullopt;
  }
  [[nodiscard]] std::size_t changed() const override { return changed_; }
  [[nodiscard]] const std::string& place() const override { return place_; }

 private:
  std::vector<std::string> columns_;
  std::string place_;
  std::vector<std::optional<std::string>> cells_;
  std::size_t count_ = 0;
  std::size_t changed_ = 0;
};

/// A value within JSON.
struct ToJson {
  json operator()(std::monostate /*null*/) const { return nullptr; }
  json operator()(search::Position position) const { return position_key(position); }
  template <class Value>
  json operator()(const Value& plain) const {
    return plain;
  }
};

std::string dumped(const json& whole) { return whole.dump(-1, ' ', false, json::error_handler_t::replace); }

void bind(SqliteDatabase::Statement& statement, const SqlValue& value) {
  struct Binder {
    SqliteDatabase::Statement& statement;
    void operator()(std::monostate /*null*/) const { statement.bind_null(); }
    void operator()(std::int64_t number) const { statement.bind(number); }
    void operator()(double number) const { statement.bind(number); }
    void operator()(bool truth) const { statement.bind(std::int64_t{truth ? 1 : 0}); }
    void operator()(const std::string& text) const { statement.bind(text); }
    void operator()(search::Position position) const { statement.bind(position_key(position)); }
    void operator()(const SqlValue::Integers& list) const { statement.bind(dumped(list)); }
    void operator()(const SqlValue::Texts& list) const { statement.bind(dumped(list)); }
  };
  std::visit(Binder{statement}, value.get());
}

class Connection final : public SqlConnection {
 public:
  explicit Connection(SqliteDatabase& database) : database_(database) {}

  SqlRows run(const SqlCall& call) override {
    const std::string& text = call.statement.text(SqlDialect::Sqlite);
    ROBIN_ASSERT(!text.empty(), "only run_all() leaves out what a product has not");
    auto statement = database_.prepare(text.c_str());
    int number = 0;
    for (const SqlValue& value : call.values) {
      bind(statement.at(++number), value);
    }
    if (!call.statement.columns().empty()) {
      json rows = json::array();
      for (const SqlValues& row : call.table.rows()) {
        json& cells = rows.emplace_back(json::array());
        for (const SqlValue& value : row) {
          cells.push_back(std::visit(ToJson(), value.get()));
        }
      }
      statement.at(++number).bind(dumped(rows));
    }
    return SqlRows(std::make_unique<SqliteCells>(database_, statement));
  }
  void run_all(const std::vector<SqlCall>& calls) override {
    for (const SqlCall& call : calls) {
      if (!call.statement.text(SqlDialect::Sqlite).empty()) {
        run(call);
      }
    }
  }

 private:
  SqliteDatabase& database_;
};

}  // namespace

void SqliteSession::run(Kind kind, const std::function<void(SqlConnection&)>& call) {
  const std::scoped_lock lock(mutex_);
  Connection connection(database_);
  if (kind == Kind::Statements) {
    call(connection);
    return;
  }
  SqliteDatabase::Transaction transaction(database_);
  call(connection);
  transaction.commit();
}

std::optional<Epoch> SqliteSession::lead(Role role) {
  std::optional<FileLock> file;
  {
    const std::scoped_lock lock(mutex_);
    if (leads_.contains(role)) {
      return std::nullopt;
    }
    if (database_.path() != ":memory:") {
      auto lock_file = FileLock::try_acquire(database_.path() + lock_suffix(role));
      if (!lock_file) {
        return std::nullopt;
      }
      file.emplace(*std::move(lock_file));
    }
  }
  const auto epoch = transact([&](SqlConnection& connection) {
    return (role == Role::Producer ? connection.query(next_producer)
                                   : connection.query(next_leader, {flow::text(role)}))
        .one()
        .get<Epoch>("epoch");
  });
  const std::scoped_lock lock(mutex_);
  leads_.emplace(role, std::move(file));
  return epoch;
}

void SqliteSession::release(Role role) {
  const std::scoped_lock lock(mutex_);
  leads_.erase(role);
}

}  // namespace robin::adapters
