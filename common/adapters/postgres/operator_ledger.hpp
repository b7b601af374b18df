#pragma once

// PostgresOperatorLedger: what people who operate a cluster order of the ledger.

#include "adapters/sql/database.hpp"
#include "flow/ports/operator_ledger.hpp"

namespace robin::adapters {

class PostgresOperatorLedger final : public flow::OperatorLedger {
 public:
  /// The database outlives this object.
  explicit PostgresOperatorLedger(SqlDatabase& database) : database_(database) {}

  [[nodiscard]] bool order_drain(bool drain, const std::string& who, const std::string& why) override;
  [[nodiscard]] std::size_t retry(const flow::RetryFilter& filter, const std::string& who) override;
  [[nodiscard]] flow::ControlOutcome control_search(flow::SearchId search, const flow::SearchControlOrder& order,
                                                    const std::string& who, const std::string& why) override;
  void order_compaction(std::chrono::seconds older_than, const std::string& who, const std::string& why) override;

 private:
  SqlDatabase& database_;
};

}  // namespace robin::adapters
