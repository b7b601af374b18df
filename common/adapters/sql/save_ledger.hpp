#pragma once

// SqlSaveLedger: the saver's part of the ledger: reads the rows of a batch, asks the rules, and writes the rows that
// were decided, each table with one statement; of findings there may be many, and so several. Used from any thread.

#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "adapters/sql/database.hpp"
#include "flow/ports/bounds.hpp"
#include "flow/ports/save_ledger.hpp"
#include "flow/rules/ledger_rules.hpp"
#include "search/strategy.hpp"

namespace robin::adapters {

/// Workers, and whether each reads bundles of blocks.
using HeardWorkers = std::map<std::string, bool>;

class SqlSaveLedger final : public flow::SaveLedger {
 public:
  /// Both outlive this object. `most` is what a result in parts may hold.
  SqlSaveLedger(SqlDatabase& database, const search::Strategies& strategies, flow::bounds::Result most)
      : database_(database), strategies_(strategies), most_(most) {}

  [[nodiscard]] std::vector<flow::Outcome> save(std::span<const flow::Report> reports) override;

 private:
  [[nodiscard]] bool was_heard_lately(const std::string& worker) const;
  void remember(const HeardWorkers& workers);

  SqlDatabase& database_;
  const search::Strategies& strategies_;
  flow::bounds::Result most_;
  mutable std::mutex mutex_;
  /// When each worker was last said to have been heard of; under mutex_, for what is committed is remembered outside of
  /// the session.
  std::map<std::string, std::chrono::steady_clock::time_point> heard_;
};

}  // namespace robin::adapters
