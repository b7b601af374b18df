#include "adapters/sqlite_database.hpp"

#include <sqlite3.h>

#include <filesystem>
#include <utility>

#include "contract.hpp"

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
}

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

std::int64_t SqliteDatabase::last_insert_id() const { return sqlite3_last_insert_rowid(handle_); }

SqliteDatabase::Statement::~Statement() {
  sqlite3_reset(prepared_);
  sqlite3_clear_bindings(prepared_);
}

SqliteDatabase::Statement& SqliteDatabase::Statement::bind(std::int64_t value) {
  ROBIN_ASSERT(sqlite3_bind_int64(prepared_, ++bound_, value) == SQLITE_OK, "the statement has this parameter");
  return *this;
}

SqliteDatabase::Statement& SqliteDatabase::Statement::bind(double value) {
  ROBIN_ASSERT(sqlite3_bind_double(prepared_, ++bound_, value) == SQLITE_OK, "the statement has this parameter");
  return *this;
}

SqliteDatabase::Statement& SqliteDatabase::Statement::bind(std::string_view value) {
  ROBIN_ASSERT(
      sqlite3_bind_text64(prepared_, ++bound_, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8) == SQLITE_OK,
      "the statement has this parameter");
  return *this;
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

double SqliteDatabase::Statement::real(int column) const { return sqlite3_column_double(prepared_, column); }

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
