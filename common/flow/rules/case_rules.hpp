#pragma once

// The rules of disputes: what becomes of a block when its result was checked, as a function of what the ledger knows.
// Results vote by their digests, and votes only say where to look: names of workers are claims. Where results differ,
// or the accepted one is unfit, the auditor computes the block itself, and what has its digest and is fit is accepted;
// where nothing speaks against results but that they differ, it computes the slices in which they do, if these tell (a
// check of the same digest may be of the same liar); if none has, a check is ordered that takes no other digest
// (Order::expected): the auditor stores no result, for the saver alone may. People are called if nobody comes to it. A
// refinement replaces the result that it was made for; its checks are refinements as well, and compared with each
// other.

#include "flow/ports/audit_ledger.hpp"

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

/// The refinement of a block made again from the same origin; the first one has number 1.
[[nodiscard]] Order order_refinement_check(BlockId block, std::uint32_t number, std::vector<std::string> avoid,
                                           std::map<std::string, std::string> origin, bool lone_worker);

}  // namespace robin::flow
