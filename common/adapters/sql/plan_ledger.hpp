#pragma once

// SqlPlanLedger: the producer's part of the ledger.

#include "adapters/sql/database.hpp"
#include "flow/ports/plan_ledger.hpp"

namespace robin::adapters {

class SqlPlanLedger final : public flow::PlanLedger {
 public:
  /// The database outlives this object.
  explicit SqlPlanLedger(SqlDatabase& database) : database_(database) {}

  [[nodiscard]] flow::OpenPlans open_plans() override;
  flow::PlanOutcome plan(flow::Epoch epoch, flow::SearchId search, std::span<const search::Block> blocks) override;
  using PlanLedger::pending;
  [[nodiscard]] std::vector<flow::Work> pending(std::optional<flow::SearchId> search, std::size_t limit,
                                                std::size_t orders_limit, flow::BlockId after) override;
  std::size_t mark_queued(flow::Epoch epoch, std::span<const flow::Work> published) override;
  std::size_t requeue_lost(flow::Epoch epoch) override;

 private:
  SqlDatabase& database_;
};

}  // namespace robin::adapters
