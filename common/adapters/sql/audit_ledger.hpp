#pragma once

// SqlAuditLedger: the auditor's part of the ledger.

#include "adapters/sql/database.hpp"
#include "flow/ports/audit_ledger.hpp"

namespace robin::adapters {

class SqlAuditLedger final : public flow::AuditLedger {
 public:
  /// The database outlives this object.
  explicit SqlAuditLedger(SqlDatabase& database) : database_(database) {}

  [[nodiscard]] std::vector<flow::AcceptedResult> accepted(flow::SearchId search, search::Position from,
                                                           std::size_t limit) override;
  [[nodiscard]] std::optional<flow::AcceptedResult> result(const flow::WorkKey& key) override;
  [[nodiscard]] bool record(flow::Epoch epoch, flow::SearchId search, const flow::AuditStep& step) override;
  [[nodiscard]] std::vector<flow::Case> cases(std::size_t limit) override;
  [[nodiscard]] bool rule(flow::Epoch epoch, const flow::Case& read, const flow::Ruling& ruling) override;
  [[nodiscard]] std::size_t release_lone_checks(flow::Epoch epoch, core::Milliseconds wait) override;

 private:
  SqlDatabase& database_;
};

}  // namespace robin::adapters
