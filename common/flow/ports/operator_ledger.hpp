#pragma once

// OperatorLedger: the part of the ledger that people who operate a cluster use: drain and retry. Each call is one
// transaction and leaves an event that says who and why. Throws runtime::Error.

#include <cstddef>
#include <string>
#include <vector>

#include "flow/ports/block_state.hpp"
#include "flow/ports/ids.hpp"

namespace robin::flow {

/// Which blocks a person wants tried again.
struct RetryFilter {
  std::vector<BlockId> ids;
  /// With no ids: all in these states (FAILED, QUARANTINED).
  std::vector<BlockState> states;
};

class OperatorLedger {
 public:
  OperatorLedger() = default;
  OperatorLedger(const OperatorLedger&) = delete;
  OperatorLedger& operator=(const OperatorLedger&) = delete;
  virtual ~OperatorLedger() = default;

  /// WRITABLE -> DRAINING, or back to WRITABLE; raises the control row's epoch, which fences every producer. False: it
  /// was so already.
  [[nodiscard]] virtual bool order_drain(bool drain, const std::string& who, const std::string& why) = 0;
  /// FAILED and QUARANTINED -> PENDING with a fresh count of attempts; returns how many.
  [[nodiscard]] virtual std::size_t retry(const RetryFilter& filter, const std::string& who) = 0;
};

}  // namespace robin::flow
