#pragma once

// What the parts of the PostgreSQL store have in common when they read rows and write parameters.

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "adapters/position_key.hpp"
#include "adapters/postgres_connection.hpp"
#include "contract.hpp"
#include "flow/audit_ledger.hpp"
#include "flow/block_state.hpp"
#include "flow/work.hpp"
#include "search/block.hpp"

namespace robin::adapters {

[[nodiscard]] inline std::string number(std::int64_t value) { return std::to_string(value); }

[[nodiscard]] inline std::string limit_text(std::size_t limit) {
  return number(static_cast<std::int64_t>(std::min<std::size_t>(limit, INT64_MAX)));
}

[[nodiscard]] inline search::Block read_block(const PostgresConnection::Rows& rows, int row, int column) {
  return {position_from(rows.text(row, column)), position_from(rows.text(row, column + 1))};
}

[[nodiscard]] inline std::uint32_t small(const PostgresConnection::Rows& rows, int row, int column) {
  return static_cast<std::uint32_t>(rows.integer(row, column));
}

[[nodiscard]] inline flow::BlockState read_state(const PostgresConnection::Rows& rows, int row, int column) {
  const auto state = flow::block_state_from(rows.text(row, column));
  ROBIN_ASSERT(state, "the ledger holds what was written to it");
  return *state;
}

/// Columns id, at, kind, search, block, message, once.
[[nodiscard]] inline std::vector<flow::EventRecord> read_events(const PostgresConnection::Rows& rows) {
  std::vector<flow::EventRecord> all;
  for (int i = 0; i < rows.count(); ++i) {
    flow::Event event{rows.text(i, 2), {}, {}, rows.text(i, 5), rows.text(i, 6)};
    if (!rows.is_null(i, 3)) {
      event.search = flow::SearchId{rows.integer(i, 3)};
    }
    if (!rows.is_null(i, 4)) {
      event.block = flow::BlockId{rows.integer(i, 4)};
    }
    all.push_back({rows.integer(i, 0), rows.text(i, 1), std::move(event)});
  }
  return all;
}

/// Columns block, purpose, run.
[[nodiscard]] inline flow::WorkKey read_key(const PostgresConnection::Rows& rows, int row, int column) {
  return {{rows.integer(row, column)}, rows.text(row, column + 1), small(rows, row, column + 2)};
}

}  // namespace robin::adapters
