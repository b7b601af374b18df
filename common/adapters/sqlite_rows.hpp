#pragma once

// What the parts of the SQLite store have in common when they read rows.

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/position_key.hpp"
#include "adapters/sqlite_database.hpp"
#include "flow/audit_ledger.hpp"
#include "flow/block_state.hpp"
#include "flow/work.hpp"
#include "search/block.hpp"

namespace robin::adapters {

// The file may have been changed by anybody: what is no value of its kind is refused, not believed.

[[nodiscard]] inline math::uint128 read_wide(const SqliteDatabase::Statement& row, int column) {
  const auto integer = math::Integer::from_decimal(row.text(column));
  const auto value = integer ? integer->to_uint128() : std::nullopt;
  if (!value) {
    row.refuse("number");
  }
  return *value;
}

[[nodiscard]] inline search::Position read_position(const SqliteDatabase::Statement& row, int column) {
  return {read_wide(row, column)};
}

[[nodiscard]] inline search::Block read_block(const SqliteDatabase::Statement& row, int column) {
  return {read_position(row, column), read_position(row, column + 1)};
}

/// A map or a list of strings.
template <class Strings>
[[nodiscard]] Strings read_strings(const SqliteDatabase::Statement& row, int column) {
  try {
    return nlohmann::json::parse(row.text(column)).get<Strings>();
  } catch (const nlohmann::json::exception&) {
    row.refuse("JSON of strings");
  }
}

[[nodiscard]] inline std::map<std::string, std::string> read_extras(const SqliteDatabase::Statement& row, int column) {
  return read_strings<std::map<std::string, std::string>>(row, column);
}

[[nodiscard]] inline std::uint32_t small(const SqliteDatabase::Statement& row, int column) {
  return static_cast<std::uint32_t>(row.integer(column));
}

[[nodiscard]] inline flow::BlockState read_state(const SqliteDatabase::Statement& row, int column) {
  const auto state = flow::block_state_from(row.text(column));
  if (!state) {
    row.refuse("state");
  }
  return *state;
}

/// All rows, of columns id, at, kind, search, block, message, once.
[[nodiscard]] inline std::vector<flow::EventRecord> read_events(SqliteDatabase::Statement& rows) {
  std::vector<flow::EventRecord> all;
  while (rows.step()) {
    flow::Event event{rows.text(2), {}, {}, rows.text(5), rows.text(6)};
    if (!rows.is_null(3)) {
      event.search = flow::SearchId{rows.integer(3)};
    }
    if (!rows.is_null(4)) {
      event.block = flow::BlockId{rows.integer(4)};
    }
    all.push_back({rows.integer(0), rows.text(1), std::move(event)});
  }
  return all;
}

/// Columns block, purpose, run.
[[nodiscard]] inline flow::WorkKey read_key(const SqliteDatabase::Statement& row, int column) {
  return {{row.integer(column)}, row.text(column + 1), small(row, column + 2)};
}

/// Binds them.
inline void bind_key(SqliteDatabase::Statement& statement, const flow::WorkKey& key) {
  statement.bind(key.block.value).bind(key.purpose).bind(std::int64_t{key.run});
}

}  // namespace robin::adapters
