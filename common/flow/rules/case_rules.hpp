#pragma once

// The rules of disputes: what becomes of a block whose result was checked or is in doubt, as a function of what the
// ledger knows.
//
// - Equal results of several workers settle nothing: a worker's name is a claim, and one liar may have two of them.
//   Where results differ, or the accepted one is unfit, the auditor computes itself.
// - If nothing speaks against the results but that they differ, it computes the slices in which they do. If these do
//   not tell which result is right, or one of the results is unfit, it computes the whole block.
// - The result that agrees with the auditor, and is fit, is accepted.
// - If no result agrees, a check is ordered that takes no other digest than the auditor's (Order::expected), for the
//   auditor stores no result itself: only the saver may. If no worker comes to that digest, an alarm calls a person.
// - A refinement replaces the result that it was made for. A refinement is checked by refinements, which are compared
//   with each other.

#include "flow/ports/audit_ledger.hpp"

namespace robin::flow {

struct CaseRules {
  /// How many checks of one block are ordered at most.
  std::uint32_t checks_max = 5;
  /// Whether there is only one worker, which then has to check itself.
  bool lone_worker = false;
};

/// What becomes of the case; nullopt if nothing is to be done before the ledger knows more.
[[nodiscard]] std::optional<Ruling> decide_case(const Case& read, const CaseRules& rules);

/// Check number `number` of a block, by a worker that is not among `avoid`, nor on a machine of one that is.
[[nodiscard]] Order order_check(BlockId block, std::uint32_t number, std::vector<std::string> avoid, bool lone_worker);

/// Checks a refinement: the block is refined again from the same origin. The first refinement of a block has number 1.
[[nodiscard]] Order order_refinement_check(BlockId block, std::uint32_t number, std::vector<std::string> avoid,
                                           std::map<std::string, std::string> origin, bool lone_worker);

}  // namespace robin::flow
