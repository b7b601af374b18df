#pragma once

// PostgresMonitorLedger: what watchers read from the ledger in PostgreSQL, over the store's session.

#include "adapters/postgres_session.hpp"
#include "flow/monitor_ledger.hpp"

namespace robin::adapters {

class PostgresMonitorLedger final : public flow::MonitorLedger {
 public:
  explicit PostgresMonitorLedger(PostgresSession& session) : session_(session) {}

  std::vector<flow::WorkerRecord> workers(std::size_t limit) override;
  std::vector<flow::ConnectedService> connected() override;
  std::vector<flow::ErrorGroup> error_groups(std::optional<flow::SearchId> search, std::size_t limit) override;
  std::vector<flow::FindingRecord> best(std::optional<flow::SearchId> search, flow::Finding kind,
                                        std::size_t limit) override;
  std::vector<flow::FindingRecord> findings_after(flow::SearchId search, flow::Finding kind,
                                                  const std::optional<flow::FindingCursor>& after,
                                                  std::size_t limit) override;
  std::vector<flow::Audit> sampled_history(flow::SearchId search, std::size_t points) override;
  std::vector<flow::Pace> pace(flow::SearchId search, std::chrono::seconds span, std::chrono::seconds width) override;
  std::vector<double> durations(flow::SearchId search, std::size_t limit) override;
  std::vector<flow::EventRecord> latest_events(const std::optional<std::string>& kind, std::size_t limit) override;
  void sample_queues(const std::vector<flow::QueueSample>& samples, std::chrono::hours kept) override;
  std::vector<flow::QueueHistory> queue_history(std::chrono::seconds span, std::chrono::seconds width) override;

 private:
  PostgresSession& session_;
};

}  // namespace robin::adapters
