#pragma once

// OperatorLedger: the orders that people give to a cluster: drain, retry, compact; pause, resume or cancel a search, or
// give it another share. Each call is one transaction, and is repeated when nobody knows whether it was committed. It
// leaves an event that says who gave the order, with which login of the database, and why. Throws runtime::Error.

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
  /// If there are no ids: all blocks in these states (FAILED, QUARANTINED).
  std::vector<BlockState> states;
};

class OperatorLedger {
 public:
  OperatorLedger() = default;
  OperatorLedger(const OperatorLedger&) = delete;
  OperatorLedger& operator=(const OperatorLedger&) = delete;
  virtual ~OperatorLedger() = default;

  /// WRITABLE -> DRAINING, or back to WRITABLE. It raises the control row's epoch, so that the producer that leads is
  /// fenced. False: it was so already.
  [[nodiscard]] virtual bool order_drain(bool drain, const std::string& who, const std::string& why) = 0;
  /// FAILED and QUARANTINED -> PENDING; their attempts are counted anew. Returns how many changed.
  [[nodiscard]] virtual std::size_t retry(const RetryFilter& filter, const std::string& who) = 0;
  /// Pauses, resumes or cancels a search, or gives it another share (1 to share_max). A cancelled search stays
  /// cancelled.
  [[nodiscard]] virtual ControlOutcome control_search(SearchId search, const SearchControlOrder& order,
                                                      const std::string& who, const std::string& why) = 0;
  /// Orders the janitor to compact all blocks that finished at least `older_than` ago. It replaces an earlier order
  /// that is not done.
  virtual void order_compaction(std::chrono::seconds older_than, const std::string& who, const std::string& why) = 0;
};

}  // namespace robin::flow
