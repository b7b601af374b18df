#pragma once

// SqliteAuditLedger: the auditor's part of the ledger in SQLite, over the store's connection and lock.

#include <mutex>

#include "adapters/sqlite_database.hpp"
#include "flow/audit_ledger.hpp"

namespace robin::adapters {

class SqliteAuditLedger final : public flow::AuditLedger {
 public:
  SqliteAuditLedger(SqliteDatabase& database, std::mutex& mutex) : database_(database), mutex_(mutex) {}

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
  bool leads(flow::Epoch epoch);
  search::Position audited_end(flow::SearchId search);
  bool continues(flow::SearchId search, const std::vector<flow::Audit>& audits);
  bool is_as_read(const flow::Case& read);
  void add_orders(flow::SearchId search, const std::vector<flow::Order>& orders);
  void add_event(const flow::Event& event);
  void set_objection(flow::SearchId search, const std::string& reason);
  void read_votes(flow::Case& one);

  SqliteDatabase& database_;
  std::mutex& mutex_;
};

}  // namespace robin::adapters
