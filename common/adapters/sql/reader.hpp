#pragma once

// SqlReader: what whoever follows a search reads.

#include <map>

#include "adapters/sql/database.hpp"
#include "flow/ports/ledger_reader.hpp"

namespace robin::adapters {

/// How the blocks and orders of a search stand, and how long its finished blocks were computed (0 in SQLite: nobody
/// asks).
struct SearchTally {
  flow::BlockCounts counts;
  double computed_seconds = 0;
};

/// Of these searches; one that has neither blocks nor orders is missing.
[[nodiscard]] std::map<flow::SearchId, SearchTally> tallies_of(SqlConnection& connection,
                                                               const SqlValue::Integers& searches);
/// How far the auditor is with these searches, which exist.
[[nodiscard]] std::map<flow::SearchId, flow::AuditFrontier> audited_of(SqlConnection& connection,
                                                                       const SqlValue::Integers& searches);

class SqlReader final : public flow::LedgerReader {
 public:
  /// The database outlives this object.
  explicit SqlReader(SqlDatabase& database) : database_(database) {}

  [[nodiscard]] std::vector<flow::SearchRecord> searches() override;
  [[nodiscard]] flow::BlockCounts counts(flow::SearchId search) override;
  [[nodiscard]] std::vector<flow::FinishedBlock> finished(flow::SearchId search, search::Position from,
                                                          std::size_t limit) override;
  [[nodiscard]] std::uint64_t count_findings(flow::SearchId search, flow::Finding finding) override;
  [[nodiscard]] std::vector<search::Witness> findings(flow::SearchId search, flow::Finding finding,
                                                      std::size_t limit) override;
  [[nodiscard]] std::vector<search::Witness> top_findings(flow::SearchId search, flow::Finding finding,
                                                          std::size_t limit) override;
  [[nodiscard]] std::vector<flow::BlockRecord> blocks(const flow::BlockFilter& filter, std::size_t limit) override;
  [[nodiscard]] flow::AuditFrontier audited(flow::SearchId search) override;

 private:
  SqlDatabase& database_;
};

}  // namespace robin::adapters
