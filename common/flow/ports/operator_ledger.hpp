#pragma once

// OperatorLedger: the part of the ledger that people who operate a cluster use: drain and retry, and what is to become
// of one search. Each call is one transaction, is repeated when its fate is unknown, and leaves an event that says who,
// the login of the database included, and why. Throws runtime::Error.

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "flow/ports/block_state.hpp"
#include "flow/ports/ids.hpp"
#include "flow/ports/search_control.hpp"

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
  /// Pauses, resumes or cancels a search, or gives it another share (1 to share_max). What is cancelled stays so.
  [[nodiscard]] virtual ControlOutcome control_search(SearchId search, const SearchControlOrder& order,
                                                      const std::string& who, const std::string& why) = 0;
  /// The janitor is to compact all blocks that finished so long ago; replaces an order that is not done.
  virtual void order_compaction(std::chrono::seconds older_than, const std::string& who, const std::string& why) = 0;
};

}  // namespace robin::flow
