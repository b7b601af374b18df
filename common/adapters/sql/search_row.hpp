#pragma once

// A search as a row of the ledger.

#include <vector>

#include "adapters/sql/database.hpp"
#include "adapters/sql/rows.hpp"
#include "flow/ports/ledger_reader.hpp"

namespace robin::adapters {

/// Columns id, strategy, begin_at, end_at, planned_end, mode, threshold, digest_kind, origin.
[[nodiscard]] inline flow::SearchRecord search_record(const SqlRow& row) {
  return {row.get<flow::SearchId>("id"),
          {row.text("strategy"), row.range(), row.parameters(), row.get<std::map<std::string, std::string>>("origin")},
          row.get<search::Position>("planned_end")};
}

/// By id.
[[nodiscard]] inline std::vector<flow::SearchRecord> all_searches(SqlConnection& connection) {
  static const SqlStatement all(
      "SELECT id, strategy, begin_at, end_at, planned_end, mode, threshold, digest_kind, origin FROM searches"
      " ORDER BY id");
  return connection.query(all).all(search_record);
}

}  // namespace robin::adapters
