#pragma once

// PostgresFleetLedger: what people see of a fleet.

#include "adapters/sql/database.hpp"
#include "flow/ports/fleet_ledger.hpp"

namespace robin::adapters {

class PostgresFleetLedger final : public flow::FleetLedger {
 public:
  /// The database outlives this object.
  explicit PostgresFleetLedger(SqlDatabase& database) : database_(database) {}

  [[nodiscard]] std::vector<flow::WorkerRecord> workers(std::size_t limit) override;
  [[nodiscard]] std::vector<flow::ConnectedService> connected() override;
  [[nodiscard]] std::vector<flow::FailureRecord> failures(flow::BlockId block) override;
  [[nodiscard]] std::vector<flow::ErrorGroup> error_groups(std::optional<flow::SearchId> search,
                                                           std::size_t limit) override;
  [[nodiscard]] std::vector<flow::FindingRecord> findings_after(flow::SearchId search, flow::Finding kind,
                                                                const std::optional<flow::FindingCursor>& after,
                                                                std::size_t limit) override;
  [[nodiscard]] std::vector<flow::Pace> pace(std::optional<flow::SearchId> search, std::chrono::seconds span,
                                             std::chrono::seconds width) override;
  [[nodiscard]] std::vector<double> durations(flow::SearchId search, std::size_t limit) override;
  [[nodiscard]] flow::BlockCounts block_counts() override;
  [[nodiscard]] flow::LedgerSize size() override;
  [[nodiscard]] flow::CompactionRecord compaction() override;
  [[nodiscard]] std::uint64_t compactable(std::chrono::seconds older_than) override;
  void sample_queues(const std::vector<flow::QueueSample>& samples, std::chrono::hours kept) override;
  [[nodiscard]] std::vector<flow::QueueHistory> queue_history(std::chrono::seconds span,
                                                              std::chrono::seconds width) override;

 private:
  SqlDatabase& database_;
};

}  // namespace robin::adapters
