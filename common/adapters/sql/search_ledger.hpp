#pragma once

// SqlSearchLedger: searches are added and extended.

#include "adapters/sql/database.hpp"
#include "flow/ports/search_ledger.hpp"

namespace robin::adapters {

class SqlSearchLedger final : public flow::SearchLedger {
 public:
  /// The database outlives this object.
  explicit SqlSearchLedger(SqlDatabase& database) : database_(database) {}

  using flow::SearchLedger::submit;
  flow::ChosenSearch submit(const flow::SearchSpec& spec, const flow::SearchControl& control) override;
  flow::SearchId add_search(const flow::SearchSpec& spec) override;
  void extend_search(flow::SearchId search, search::Position end) override;

 private:
  SqlDatabase& database_;
};

}  // namespace robin::adapters
