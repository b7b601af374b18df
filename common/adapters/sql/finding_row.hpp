#pragma once

// A finding with where it was found, as a row of the ledger.

#include "adapters/sql/rows.hpp"
#include "flow/ports/monitor_ledger.hpp"

namespace robin::adapters {

/// The columns that finding_record() reads, of findings f and their blocks b.
inline constexpr const char* finding_columns =
    "SELECT f.factorization, f.ratio_lo, f.ratio_hi, b.search_id, b.id, b.begin_at, f.ordinal,"
    " utc_text(b.finished_at) AS finished_at";

[[nodiscard]] inline flow::FindingRecord finding_record(const SqlRow& row) {
  return {row.witness(),
          row.get<flow::SearchId>("search_id"),
          row.get<flow::BlockId>("id"),
          row.get<search::Position>("begin_at"),
          row.get<std::int64_t>("ordinal"),
          row.text("finished_at")};
}

}  // namespace robin::adapters
