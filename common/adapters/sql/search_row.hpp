#pragma once

// A search as a row of the ledger.

#include <string>
#include <vector>

#include "adapters/sql/database.hpp"
#include "adapters/sql/rows.hpp"
#include "flow/ports/ledger_reader.hpp"

namespace robin::adapters {

/// What search_record() reads, of searches s.
inline const std::string search_columns =
    "s.id, s.strategy, s.begin_at, s.end_at, s.planned_end, s.mode, s.threshold, s.digest_kind, s.origin, s.run_state,"
    " s.share";

[[nodiscard]] inline flow::SearchRecord search_record(const SqlRow& row) {
  return {row.get<flow::SearchId>("id"),
          {row.text("strategy"), row.range(), row.parameters(), row.get<std::map<std::string, std::string>>("origin")},
          row.get<search::Position>("planned_end"),
          {row.get<flow::RunState>("run_state"), row.get<std::uint32_t>("share")}};
}

/// By id.
[[nodiscard]] inline std::vector<flow::SearchRecord> all_searches(SqlConnection& connection) {
  static const SqlStatement all("SELECT " + search_columns + " FROM searches s ORDER BY s.id");
  return connection.query(all).all(search_record);
}

}  // namespace robin::adapters
