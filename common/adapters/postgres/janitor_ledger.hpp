#pragma once

// PostgresJanitorLedger: the janitor's part of the ledger.

#include "adapters/sql/database.hpp"
#include "flow/ports/janitor_ledger.hpp"

namespace robin::adapters {

class PostgresJanitorLedger final : public flow::JanitorLedger {
 public:
  /// The database outlives this object.
  explicit PostgresJanitorLedger(SqlDatabase& database) : database_(database) {}

  [[nodiscard]] flow::SweepReport sweep(flow::Epoch epoch, const flow::SweepRules& rules) override;
  [[nodiscard]] std::size_t cancel(flow::Epoch epoch, std::size_t limit) override;
  [[nodiscard]] std::size_t requeue_unstarted(flow::Epoch epoch, core::Milliseconds age) override;
  [[nodiscard]] flow::DeadLetter bury(flow::Epoch epoch, const flow::Work& work, const std::string& reason,
                                      std::uint32_t attempts_max) override;
  void note(flow::Epoch epoch, const flow::Event& event) override;
  flow::Forgotten forget(flow::Epoch epoch, const flow::ForgetRules& rules) override;
  [[nodiscard]] std::uint64_t compact(flow::Epoch epoch, const flow::CompactRules& rules) override;
  [[nodiscard]] std::uint64_t in_flight() override;
  [[nodiscard]] bool mark_drained(flow::Epoch janitor, flow::Epoch control) override;

 private:
  SqlDatabase& database_;
};

}  // namespace robin::adapters
