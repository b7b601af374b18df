#pragma once

// PostgresAuditLedger: the auditor's part of the ledger in PostgreSQL, over the store's session.

#include "adapters/postgres_session.hpp"
#include "flow/audit_ledger.hpp"

namespace robin::adapters {

class PostgresAuditLedger final : public flow::AuditLedger {
 public:
  explicit PostgresAuditLedger(PostgresSession& session) : session_(session) {}

  bool is_newest(flow::Epoch epoch) override;
  flow::AuditFrontier frontier(flow::SearchId search) override;
  std::vector<flow::AcceptedResult> accepted(flow::SearchId search, search::Position from, std::size_t limit) override;
  bool record(flow::Epoch epoch, flow::SearchId search, const flow::AuditStep& step) override;
  std::vector<flow::Case> cases(std::size_t limit) override;
  bool rule(flow::Epoch epoch, const flow::Case& read, const flow::Ruling& ruling) override;
  std::size_t release_lone_checks(flow::Epoch epoch, runtime::Milliseconds wait) override;
  std::vector<flow::Audit> history(flow::SearchId search, search::Position from, std::size_t limit) override;
  std::vector<flow::EventRecord> events(std::int64_t after, std::size_t limit) override;

 private:
  PostgresSession& session_;
};

}  // namespace robin::adapters
