#pragma once

// What the parts of the SQLite store have in common when they read rows.

#include <cstdint>

#include "adapters/position_key.hpp"
#include "adapters/sqlite_database.hpp"
#include "contract.hpp"
#include "flow/block_state.hpp"
#include "flow/work.hpp"
#include "search/block.hpp"

namespace robin::adapters {

[[nodiscard]] inline search::Block read_block(const SqliteDatabase::Statement& row, int column) {
  return {position_from(row.text(column)), position_from(row.text(column + 1))};
}

[[nodiscard]] inline std::uint32_t small(const SqliteDatabase::Statement& row, int column) {
  return static_cast<std::uint32_t>(row.integer(column));
}

[[nodiscard]] inline flow::BlockState read_state(const SqliteDatabase::Statement& row, int column) {
  const auto state = flow::block_state_from(row.text(column));
  ROBIN_ASSERT(state, "the ledger holds what was written to it");
  return *state;
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
