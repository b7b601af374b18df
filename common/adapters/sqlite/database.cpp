#include "adapters/sqlite/database.hpp"

#include <sqlite3.h>

#include <array>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <utility>

#include "core/contract.hpp"
#include "math/integer.hpp"

namespace robin::adapters {
namespace {

using runtime::Error;
using runtime::Retry;

/// What a person can do about it.
const char* advice(int status) {
  switch (status & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
      return " (free space or mend the disk, then type the same command again: nothing is lost)";
    case SQLITE_CANTOPEN:
      return " (name a file in a directory that can be written, or :memory:)";
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return " (make the file and its directory writable, or name another)";
    case SQLITE_NOTADB:
      return " (it is no store of robin: name another file)";
    case SQLITE_CORRUPT:
      return " (the file is damaged: restore it from a backup, or name another)";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return " (another process is using it: try again when that has ended)";
    default:
      return "";
  }
}

/// SQLite would read a device, and put its files beside it; an empty name is a file that is gone at the end.
void refuse_what_is_no_file(const std::string& path, SqliteDatabase::Presence presence) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  const std::string advice_to_name = " (name a file in a directory that can be written, or :memory:)";
  if (path.empty()) {
    throw Error("the store has no name" + advice_to_name);
  }
  if (presence == SqliteDatabase::Presence::Expected && status.type() == fs::file_type::not_found) {
    throw Error("there is no store " + path + " (robin run --store " + path + " makes one)");
  }
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    throw Error("store " + path + ": is " + (fs::is_directory(status) ? "a directory" : "no file") + advice_to_name);
  }
  if (presence == SqliteDatabase::Presence::Expected && fs::is_regular_file(status) && fs::is_empty(path, ignored)) {
    throw Error("store " + path + ": is empty: it is no store of robin (name another file)");
  }
}

}  // namespace

SqliteDatabase::SqliteDatabase(std::string path, int busy_timeout_ms, Presence presence) : path_(std::move(path)) {
  refuse_what_is_no_file(path_, presence);
  const int may_create = presence == Presence::Created ? SQLITE_OPEN_CREATE : 0;
  const int status =
      sqlite3_open_v2(path_.c_str(), &handle_, SQLITE_OPEN_READWRITE | may_create | SQLITE_OPEN_NOMUTEX, nullptr);
  if (status != SQLITE_OK) {
    const std::string why = sqlite3_errstr(status);
    sqlite3_close(std::exchange(handle_, nullptr));
    throw Error("store " + path_ + ": " + why + advice(status));
  }
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, busy_timeout_ms);
  trust_no_schema();
}

void SqliteDatabase::configure(int option, int is_on) {
  if (const int status = sqlite3_db_config(handle_, option, is_on, nullptr);  // NOLINT: SQLite's own interface
      status != SQLITE_OK) {
    fail(status);
  }
}

/// A file may come from a stranger: what its schema calls is not run, no view stands in for a table, and pages are
/// looked at before they are believed (SQLite's documentation, "Defense Against The Dark Arts").
void SqliteDatabase::trust_no_schema() {
  configure(SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0);
  configure(SQLITE_DBCONFIG_ENABLE_VIEW, 0);
  execute("PRAGMA cell_size_check = ON");
}

void SqliteDatabase::close_schema() { configure(SQLITE_DBCONFIG_DEFENSIVE, 1); }

SqliteDatabase::~SqliteDatabase() {
  for (const auto& [sql, statement] : prepared_) {
    sqlite3_finalize(statement);
  }
  sqlite3_close(handle_);
}

void SqliteDatabase::fail(int status) const {
  const bool may_pass = (status & 0xff) == SQLITE_BUSY || (status & 0xff) == SQLITE_LOCKED;
  throw Error("store " + path_ + ": " + sqlite3_errmsg(handle_) + advice(status), may_pass ? Retry::Yes : Retry::No);
}

SqliteDatabase::Statement SqliteDatabase::prepare(const char* sql) {
  sqlite3_stmt*& statement = prepared_[sql];
  if (statement == nullptr) {
    if (const int status = sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
        status != SQLITE_OK) {
      prepared_.erase(sql);
      fail(status);
    }
  }
  return {*this, statement};
}

void SqliteDatabase::execute(const char* sql) {
  if (const int status = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr); status != SQLITE_OK) {
    fail(status);
  }
}

std::size_t SqliteDatabase::changed() const { return static_cast<std::size_t>(sqlite3_changes64(handle_)); }

void SqliteDatabase::add_functions() {
  // For our statements, not for what a schema calls.
  constexpr int flags = SQLITE_UTF8 | SQLITE_DIRECTONLY;
  const auto add = [this](const char* name, int arguments, int more,
                          void (*call)(sqlite3_context*, int, sqlite3_value**)) {
    const int status =
        sqlite3_create_function_v2(handle_, name, arguments, flags | more, nullptr, call, nullptr, nullptr, nullptr);
    if (status != SQLITE_OK) {
      fail(status);
    }
  };
  add("now", 0, 0, [](sqlite3_context* context, int /*count*/, sqlite3_value** /*values*/) {
    const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    std::array<char, 32> text{};
    const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
    std::snprintf(text.data() + length, text.size() - length, ".%03dZ",  // NOLINT
                  static_cast<int>(now.time_since_epoch().count() % 1000));
    sqlite3_result_text(context, text.data(), -1, SQLITE_TRANSIENT);
  });
  add("utc_text", 1, SQLITE_DETERMINISTIC, [](sqlite3_context* context, int /*count*/, sqlite3_value** values) {
    if (sqlite3_value_type(values[0]) == SQLITE_NULL) {
      sqlite3_result_text(context, "", 0, SQLITE_STATIC);
    } else {
      sqlite3_result_value(context, values[0]);
    }
  });
  add("wide_minus", 2, SQLITE_DETERMINISTIC, [](sqlite3_context* context, int /*count*/, sqlite3_value** values) {
    const auto number = [](sqlite3_value* value) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));  // NOLINT: SQLite's own type
      return math::Integer::from_decimal(text == nullptr ? "" : text);
    };
    const auto a = number(values[0]);
    const auto b = number(values[1]);
    if (!a || !b || *a < *b) {
      sqlite3_result_error(context, "wide_minus: no two numbers, the greater one first", -1);
      return;
    }
    const std::string difference = (*a - *b).to_decimal();
    sqlite3_result_text(context, difference.c_str(), -1, SQLITE_TRANSIENT);
  });
}

SqliteDatabase::Statement::~Statement() {
  sqlite3_reset(prepared_);
  sqlite3_clear_bindings(prepared_);
}

/// Place 0: the text has no such parameter.
template <class Bind>
SqliteDatabase::Statement& SqliteDatabase::Statement::bound(Bind bind) {
  ++bound_;
  ROBIN_ASSERT(bound_ == 0 || bind(prepared_, bound_) == SQLITE_OK, "the statement has this parameter");
  return *this;
}

SqliteDatabase::Statement& SqliteDatabase::Statement::bind(std::int64_t value) {
  return bound([value](sqlite3_stmt* statement, int place) { return sqlite3_bind_int64(statement, place, value); });
}

SqliteDatabase::Statement& SqliteDatabase::Statement::bind(double value) {
  return bound([value](sqlite3_stmt* statement, int place) { return sqlite3_bind_double(statement, place, value); });
}

SqliteDatabase::Statement& SqliteDatabase::Statement::bind(std::string_view value) {
  return bound([value](sqlite3_stmt* statement, int place) {
    return sqlite3_bind_text64(statement, place, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  });
}

SqliteDatabase::Statement& SqliteDatabase::Statement::bind_null() {
  return bound([](sqlite3_stmt* statement, int place) { return sqlite3_bind_null(statement, place); });
}

SqliteDatabase::Statement& SqliteDatabase::Statement::at(int number) {
  bound_ = sqlite3_bind_parameter_index(prepared_, ("$" + std::to_string(number)).c_str()) - 1;
  return *this;
}

std::vector<std::string> SqliteDatabase::Statement::columns() const {
  const int count = sqlite3_column_count(prepared_);
  std::vector<std::string> names;
  names.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    names.emplace_back(sqlite3_column_name(prepared_, i));
  }
  return names;
}

bool SqliteDatabase::Statement::step() {
  const int status = sqlite3_step(prepared_);
  if (status != SQLITE_ROW && status != SQLITE_DONE) {
    database_.fail(status);
  }
  return status == SQLITE_ROW;
}

std::size_t SqliteDatabase::Statement::run() {
  while (step()) {
  }
  return static_cast<std::size_t>(sqlite3_changes64(database_.handle_));
}

std::int64_t SqliteDatabase::Statement::integer(int column) const { return sqlite3_column_int64(prepared_, column); }

std::string SqliteDatabase::Statement::text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(prepared_, column));
  return bytes == nullptr ? std::string()
                          : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(prepared_, column)));
}

bool SqliteDatabase::Statement::is_null(int column) const {
  return sqlite3_column_type(prepared_, column) == SQLITE_NULL;
}

void SqliteDatabase::Statement::refuse(const char* what) const {
  throw Error("store " + database_.path_ + ": holds no " + what +
              " where one belongs (the file was changed: restore it from a backup, or name another)");
}

SqliteDatabase::Transaction::Transaction(SqliteDatabase& database) : database_(database) {
  database_.execute("BEGIN IMMEDIATE");
}

SqliteDatabase::Transaction::~Transaction() {
  if (open_) {
    // After some errors SQLite has rolled back by itself; then this fails, which changes nothing.
    sqlite3_exec(database_.handle_, "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

void SqliteDatabase::Transaction::commit() {
  database_.execute("COMMIT");
  open_ = false;
}

std::string sqlite_version() { return sqlite3_libversion(); }

}  // namespace robin::adapters
