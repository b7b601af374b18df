#pragma once

// SaveLedger: the part of the ledger that the saver uses. Nothing else writes results. A FINISHED block stays finished
// whatever is reported, and no result is ever overwritten: tests/contract/store_contract_test.cpp is the definition of
// these promises. One object may be used from several threads.

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

  /// Does what flow/rules/ledger_rules.hpp say to each report, in one transaction, which is repeated when nobody knows
  /// whether it was committed. Outcome i belongs to report i. A report that is Refused or Foreign harms no other one.
  /// Throws runtime::Error.
  [[nodiscard]] virtual std::vector<Outcome> save(std::span<const Report> reports) = 0;
};

}  // namespace robin::flow
