#pragma once

// A finding with where it was found, as a row of the ledger.

#include <string>

#include "adapters/sql/rows.hpp"
#include "adapters/sql/statement.hpp"
#include "flow/ports/monitor_ledger.hpp"

namespace robin::adapters {

/// The columns that finding_record() reads, of accepted findings f.
inline constexpr const char* finding_columns =
    "SELECT f.factorization, f.ratio_lo, f.ratio_hi, f.search_id, f.block_id, f.begin_at, f.ordinal,"
    " utc_text(f.finished_at) AS finished_at";

/// Accepted findings f with the begin_at and finished_at of their blocks. PostgreSQL has a view of that name, for its
/// blocks may be compacted.
[[nodiscard]] inline SqlStatement of_accepted_findings(const std::string& columns, const std::string& where) {
  return {columns + " FROM accepted_findings f" + where,
          columns +
              " FROM (SELECT f.*, b.begin_at, b.finished_at FROM findings f JOIN blocks b ON b.id = f.block_id"
              " AND b.accepted_purpose = f.purpose AND b.accepted_run = f.run AND b.state = 'FINISHED') f" +
              where};
}

/// Those of search $1 and kind $2 in order of position, $3 at most, in PostgreSQL: by two indexes, for those of
/// compacted blocks say themselves where they lie. `beyond_live` and `beyond_compacted` are more conditions, on
/// b.begin_at and f.begin_at.
[[nodiscard]] inline std::string findings_by_position(const std::string& columns, const std::string& beyond_live = {},
                                                      const std::string& beyond_compacted = {}) {
  const std::string one = "(SELECT f.factorization, f.ratio_lo, f.ratio_hi, f.search_id, f.block_id, f.ordinal, ";
  return columns + " FROM (" + one +
         "b.begin_at, b.finished_at FROM blocks b JOIN findings f ON f.block_id = b.id"
         " AND f.purpose = b.accepted_purpose AND f.run = b.accepted_run WHERE b.search_id = $1"
         " AND b.state = 'FINISHED' AND f.kind = $2" +
         beyond_live + " ORDER BY b.begin_at, f.ordinal LIMIT $3) UNION ALL " + one +
         "f.begin_at, f.finished_at FROM findings f WHERE f.search_id = $1 AND f.kind = $2 AND f.begin_at IS NOT NULL" +
         beyond_compacted + " ORDER BY f.begin_at, f.ordinal LIMIT $3)) f ORDER BY f.begin_at, f.ordinal LIMIT $3";
}

[[nodiscard]] inline flow::FindingRecord finding_record(const SqlRow& row) {
  return {row.witness(),
          row.get<flow::SearchId>("search_id"),
          row.get<flow::BlockId>("block_id"),
          row.get<search::Position>("begin_at"),
          row.get<std::int64_t>("ordinal"),
          row.text("finished_at")};
}

}  // namespace robin::adapters
