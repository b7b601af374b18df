#pragma once

// AuditLedger: the part of the ledger that the auditor uses: how far each search was audited, with one row for each
// block; its orders (checks and refinements); disputes; events. tests/contract/audit_ledger_contract_test.cpp is the
// definition of its promises, and every implementation passes it.
//
// - Each call is one transaction, and is repeated when its fate is unknown.
// - What takes an epoch of Role::Auditor throws Fenced if that is no longer the newest.
// - Audits of a search are gapless from its beginning. Where an accepted result is replaced, they end before its block.
// - Results are never changed: a block's row points to the one that is accepted.
// Throws runtime::Error. One object may be used from several threads; calls wait for each other.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/deadline.hpp"
#include "flow/ports/block_state.hpp"
#include "flow/ports/event.hpp"
#include "flow/ports/ids.hpp"
#include "flow/ports/ledger_views.hpp"
#include "flow/ports/work.hpp"
#include "search/examine.hpp"

namespace robin::flow {

/// A block with one of its results, as it is stored: the accepted one, if nothing else is said.
struct AcceptedResult {
  BlockId block;
  /// The block's range; `result` carries its own.
  search::Block range;
  WorkKey key;
  std::string worker;
  search::BlockResult result;
};

/// Work that the auditor wants done.
struct Order {
  WorkKey key;
  std::vector<std::string> avoid;
  std::map<std::string, std::string> origin;
  /// A check by the worker that is to be checked, for there is no other.
  bool same_worker = false;
  /// If it is done already, its block is looked at once more; in a cancelled search, where nobody does, the block
  /// becomes DISPUTED.
  bool reopens = false;
  /// The digest that its result has to have; empty: any. A result with another one is not stored, whoever sends it.
  std::string expected = {};
};

/// What one step of an audit leaves behind.
struct AuditStep {
  std::vector<Audit> audits;
  std::vector<Order> orders;
  std::vector<Event> events;
  /// Replaces what was objected before.
  std::string objection;
};

/// A block whose orders are done, or about whose result there is doubt.
struct Case {
  BlockId block;
  SearchId search;
  search::Block range;
  BlockState state;
  WorkKey accepted;
  /// All results of the block for its present range.
  struct Vote {
    WorkKey key;
    std::string worker;
    std::string digest;
    /// The auditor found it not to fit, or to say what is not so.
    bool is_unfit = false;
  };
  std::vector<Vote> votes;
  struct PlacedOrder {
    WorkKey key;
    BlockState state;
    std::map<std::string, std::string> origin = {};
    /// Order::expected.
    std::string expected = {};
  };
  /// Every order that was ever placed for it.
  std::vector<PlacedOrder> orders;
  /// A result came that differs from the one stored under the same key.
  bool has_conflict;
  /// The digest of what the auditor computed itself, once it was asked for that; empty if it could not.
  std::optional<std::string> computed = {};
  /// That was computed of the slices alone in which the results differ: the digest of the only one that stands there.
  bool is_by_slices = false;
};

/// What the auditor is to compute itself: the block, or its refinement.
struct OwnWork {
  bool of_refinement = false;
  std::map<std::string, std::string> origin = {};
  /// Of several results, which nothing speaks against: the slices in which they differ are enough, if they tell.
  bool may_be_slices = false;
};

/// The Event::once of what is unfit.
[[nodiscard]] inline std::string once_unfit(const WorkKey& key) {
  return "unfit/" + std::to_string(key.block.value) + "/" + text(key.purpose) + "/" + std::to_string(key.run);
}

/// What is to become of a case.
struct Ruling {
  std::optional<BlockState> state = {};
  std::optional<WorkKey> accepted = {};
  std::vector<Order> orders = {};
  /// All orders placed so far have done their duty.
  bool close_orders = false;
  std::optional<Event> event = {};
  /// Other events, of single results.
  std::vector<Event> also = {};
  /// Nothing else is ruled before that is known.
  std::optional<OwnWork> compute = {};
  /// The result that is accepted now was not computed by the auditor: its slices are drawn from like those of any
  /// other.
  bool is_drawn_from = false;
};

class AuditLedger {
 public:
  AuditLedger() = default;
  AuditLedger(const AuditLedger&) = delete;
  AuditLedger& operator=(const AuditLedger&) = delete;
  virtual ~AuditLedger() = default;

  /// Finished blocks that begin at or after `from`, in order of position, `limit` at most; a gap may lie between them,
  /// and beyond one some may be missing.
  [[nodiscard]] virtual std::vector<AcceptedResult> accepted(SearchId search, search::Position from,
                                                             std::size_t limit) = 0;
  /// What is stored under this key, accepted or not, for whatever range.
  [[nodiscard]] virtual std::optional<AcceptedResult> result(const WorkKey& key) = 0;
  /// Appends audits, places orders (those that exist stay as they are), tells events. False, and nothing happened: the
  /// audits do not continue those of the search with results that are still accepted.
  [[nodiscard]] virtual bool record(Epoch epoch, SearchId search, const AuditStep& step) = 0;

  [[nodiscard]] virtual std::vector<Case> cases(std::size_t limit) = 0;
  /// Carries a ruling out, if the case still is as it was read: block, state and accepted result. False: nothing
  /// happened.
  [[nodiscard]] virtual bool rule(Epoch epoch, const Case& read, const Ruling& ruling) = 0;
  /// Checks that avoid every worker that was heard of during the last `wait`, and are that old, are given to whoever
  /// comes; returns how many.
  [[nodiscard]] virtual std::size_t release_lone_checks(Epoch epoch, core::Milliseconds wait) = 0;
};

}  // namespace robin::flow
