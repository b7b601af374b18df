#pragma once

// What the parts of the SQLite store have in common when they read rows.

#include <cstdint>
#include <utility>
#include <vector>

#include "adapters/position_key.hpp"
#include "adapters/sqlite_database.hpp"
#include "contract.hpp"
#include "flow/audit_ledger.hpp"
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
