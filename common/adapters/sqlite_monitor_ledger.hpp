#pragma once

// SqliteMonitorLedger: what watchers read from the ledger in SQLite, over the store's connection and lock.

#include <mutex>

#include "adapters/sqlite_database.hpp"
#include "flow/monitor_ledger.hpp"

namespace robin::adapters {

class SqliteMonitorLedger final : public flow::MonitorLedger {
 public:
  SqliteMonitorLedger(SqliteDatabase& database, std::mutex& mutex) : database_(database), mutex_(mutex) {}

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
  SqliteDatabase& database_;
  std::mutex& mutex_;
};

}  // namespace robin::adapters
