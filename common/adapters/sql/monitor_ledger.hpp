#pragma once

// SqlMonitorLedger: what people see of a search.

#include "adapters/sql/database.hpp"
#include "flow/ports/monitor_ledger.hpp"

namespace robin::adapters {

class SqlMonitorLedger final : public flow::MonitorLedger {
 public:
  /// The database outlives this object.
  explicit SqlMonitorLedger(SqlDatabase& database) : database_(database) {}

  [[nodiscard]] flow::SearchProgress progress(flow::SearchId search) override;
  [[nodiscard]] std::map<flow::SearchId, flow::SearchStanding> standings(
      const std::vector<flow::SearchId>& searches) override;
  [[nodiscard]] flow::Control control() override;
  [[nodiscard]] std::vector<flow::FindingRecord> best(std::optional<flow::SearchId> search, flow::Finding kind,
                                                      std::size_t limit) override;
  [[nodiscard]] std::vector<flow::Audit> history(flow::SearchId search, std::size_t points) override;
  [[nodiscard]] std::vector<flow::EventRecord> events_before(const std::optional<std::string>& kind,
                                                             std::int64_t before, std::size_t limit) override;
  [[nodiscard]] std::vector<flow::EventCount> event_counts(std::chrono::seconds within, std::size_t among) override;

 private:
  SqlDatabase& database_;
};

}  // namespace robin::adapters
