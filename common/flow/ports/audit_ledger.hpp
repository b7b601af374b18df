#pragma once

// AuditLedger: the part of the ledger that the auditor uses: one row for each audited block, the auditor's orders
// (checks and refinements), disputes, events. tests/contract/audit_ledger_contract_test.cpp is the definition of its
// promises, and every implementation passes it.
//
// - Each call is one transaction, and is repeated when nobody knows whether it was committed.
// - A call with an epoch (of Role::Auditor) throws Fenced if a newer leader has taken a later one.
// - The audits of a search have no gap, from its begin on. When the accepted result of a block is replaced, the audits
//   of that block and of all behind it are deleted.
// - Results are never changed. A block's row points to the one that is accepted.
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

/// A block with one of its stored results: the accepted one, where nothing else is said.
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
  /// Whether the worker that is checked may make the check, because there is no other.
  bool same_worker = false;
  /// If this order exists and is done, its block becomes a case once more. (In a cancelled search nobody computes any
  /// more: the block becomes DISPUTED.)
  bool reopens = false;
  /// The digest that the result has to have; empty: any. A result with another digest is not stored, whoever sends it.
  std::string expected = {};
};

/// What one step of an audit leaves behind.
struct AuditStep {
  std::vector<Audit> audits;
  std::vector<Order> orders;
  std::vector<Event> events;
  /// Why the next block was not taken; empty if it was. Replaces the objection of the step before.
  std::string objection;
};

/// A case: a block whose orders are done, or about whose result there is doubt, so that the auditor has to decide.
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
    /// The auditor found that this result contradicts itself, its neighbours, or the truth.
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
  /// Every order that was ever placed for the block.
  std::vector<PlacedOrder> orders;
  /// A worker reported a result that differs from the one stored under the same key.
  bool has_conflict;
  /// The digest that the auditor found to be right, by computing itself. nullopt: it did not compute yet. Empty: it
  /// could not.
  std::optional<std::string> computed = {};
  /// The auditor computed only the slices in which the results differ; `computed` is the digest of the one result that
  /// agrees with it there.
  bool is_by_slices = false;
};

/// What the auditor has to compute itself.
struct OwnWork {
  /// The refinement of the block, from `origin`; else the block.
  bool of_refinement = false;
  std::map<std::string, std::string> origin = {};
  /// Whether the slices in which the results differ are enough, if they tell which is right: none of the results is
  /// unfit.
  bool may_be_slices = false;
};

/// The Event::once of the event that says this result is unfit.
[[nodiscard]] inline std::string once_unfit(const WorkKey& key) {
  return "unfit/" + std::to_string(key.block.value) + "/" + text(key.purpose) + "/" + std::to_string(key.run);
}

/// What becomes of a case.
struct Ruling {
  /// The block's new state, if it changes.
  std::optional<BlockState> state = {};
  /// The result that is accepted from now on, if it changes.
  std::optional<WorkKey> accepted = {};
  /// New orders.
  std::vector<Order> orders = {};
  /// Whether all earlier orders of the block are closed: nothing follows from them any more.
  bool close_orders = false;
  std::optional<Event> event = {};
  /// Further events, about single results.
  std::vector<Event> also = {};
  /// The auditor has to compute this first; the ruling says nothing else then.
  std::optional<OwnWork> compute = {};
  /// Whether the result that is accepted now goes to the sample of slices (SliceAudit): the auditor did not compute all
  /// of it.
  bool is_drawn_from = false;
};

class AuditLedger {
 public:
  AuditLedger() = default;
  AuditLedger(const AuditLedger&) = delete;
  AuditLedger& operator=(const AuditLedger&) = delete;
  virtual ~AuditLedger() = default;

  /// Finished blocks that begin at or after `from`, in order of position, at most `limit`. A gap may lie between them;
  /// behind a gap some finished blocks may be missing.
  [[nodiscard]] virtual std::vector<AcceptedResult> accepted(SearchId search, search::Position from,
                                                             std::size_t limit) = 0;
  /// The result stored under this key, accepted or not, also if the block has been split since.
  [[nodiscard]] virtual std::optional<AcceptedResult> result(const WorkKey& key) = 0;
  /// Appends audits, places orders (one that exists stays as it is) and adds events. False, and nothing was written:
  /// the audits do not continue those of the search, or a result in them is no longer the accepted one.
  [[nodiscard]] virtual bool record(Epoch epoch, SearchId search, const AuditStep& step) = 0;

  /// The cases that wait for a ruling.
  [[nodiscard]] virtual std::vector<Case> cases(std::size_t limit) = 0;
  /// Carries a ruling out if the case is still as it was read (block, state, accepted result). False: it is not, and
  /// nothing was written.
  [[nodiscard]] virtual bool rule(Epoch epoch, const Case& read, const Ruling& ruling) = 0;
  /// Frees checks that are older than `wait` and that every worker heard of during `wait` has to avoid: anybody may
  /// make them then. Returns how many.
  [[nodiscard]] virtual std::size_t release_lone_checks(Epoch epoch, core::Milliseconds wait) = 0;
};

}  // namespace robin::flow
