#pragma once

// The rules of disputes: what becomes of a block when its result was checked, as a function of what the ledger knows.
// Results vote by their digests. Two equal ones win; until there are two, one more check is ordered, up to a limit;
// then people are called. A refinement replaces the result that it was made for.

#include "flow/audit_ledger.hpp"

namespace robin::flow {

struct CaseRules {
  /// Checks of one block at most.
  std::uint32_t checks_max = 5;
  /// There is one worker only: it checks itself.
  bool lone_worker = false;
};

/// nullopt: nothing to do before more is known.
[[nodiscard]] std::optional<Ruling> decide_case(const Case& read, const CaseRules& rules);

/// Check `number` of a block by somebody else than those.
[[nodiscard]] Order order_check(BlockId block, std::uint32_t number, std::vector<std::string> avoid, bool lone_worker);

}  // namespace robin::flow
