#pragma once

// SaveLedger: the part of the ledger that the saver uses, the only writer of results.
// tests/contract/store_contract_test.cpp is the definition of its promises: FINISHED blocks stay finished, and a result
// is never overwritten. One object may be used from several threads.

#include <span>
#include <vector>

#include "flow/ports/report.hpp"

namespace robin::flow {

class SaveLedger {
 public:
  SaveLedger() = default;
  SaveLedger(const SaveLedger&) = delete;
  SaveLedger& operator=(const SaveLedger&) = delete;
  virtual ~SaveLedger() = default;

  /// One transaction, repeated when its fate is unknown; outcome i belongs to report i (flow/rules/ledger_rules.hpp). A
  /// report that contradicts the ledger is Refused, one about another ledger or search is Foreign; neither harms any
  /// other. Throws runtime::Error.
  [[nodiscard]] virtual std::vector<Outcome> save(std::span<const Report> reports) = 0;
};

}  // namespace robin::flow
