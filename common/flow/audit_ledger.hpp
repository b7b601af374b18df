#pragma once

// AuditLedger: the part of the port to the ledger that the auditor uses: how far each search was audited, with one row
// for each block; its orders (checks and refinements); disputes; events. tests/contract/audit_ledger_contract_test.cpp
// is the definition of its promises, and every implementation passes it.
//
// - Each call is one transaction. Every write is fenced: an epoch that is no longer the newest auditor's changes
//   nothing.
// - Audits of a search are gapless from its beginning. Where an accepted result is replaced, they end before its block.
// - Results are never changed: a block's row points to the one that is accepted.
// Throws runtime::Error. One object may be used from several threads; calls wait for each other.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "flow/block_state.hpp"
#include "flow/ids.hpp"
#include "flow/work.hpp"
#include "runtime/deadline.hpp"
#include "search/examine.hpp"

namespace robin::flow {

/// A finished block with its accepted result, as it is stored.
struct AcceptedResult {
  BlockId block;
  /// The block's range; `result` carries its own.
  search::Block range;
  WorkKey key;
  std::string worker;
  search::BlockResult result;
};

/// One audited block.
struct Audit {
  BlockId block;
  search::Block range;
  /// Which result was accepted.
  WorkKey accepted;
  /// The certifier's state after it; empty where the strategy has none.
  std::map<std::string, std::string> state;
  friend bool operator==(const Audit&, const Audit&) = default;
};

/// How far a search was audited.
struct AuditFrontier {
  /// Every block before it was.
  search::Position end;
  std::map<std::string, std::string> state;
  /// Why the next block is not taken, if it was looked at and refused: one line.
  std::string objection;
};

/// Work that the auditor wants done.
struct Order {
  WorkKey key;
  std::vector<std::string> avoid;
  std::map<std::string, std::string> origin;
  /// A check by the worker that is to be checked, for there is no other.
  bool same_worker = false;
};

/// What happened, for people: kept for ever. `once` names what must be told only once.
struct Event {
  /// alarm, unfit, disputed, settled, refined, ...
  std::string kind;
  std::optional<SearchId> search;
  std::optional<BlockId> block;
  std::string message;
  std::string once;
};

struct EventRecord {
  std::int64_t id;
  std::string at;
  Event event;
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
  };
  std::vector<Vote> votes;
  struct OpenOrder {
    WorkKey key;
    BlockState state;
  };
  /// Every order that was ever placed for it.
  std::vector<OpenOrder> orders;
  /// A result came that differs from the one stored under the same key.
  bool has_conflict;
  /// The auditor found what is stored of a result not to fit.
  bool is_unfit = false;
};

/// What is to become of a case.
struct Ruling {
  std::optional<BlockState> state = {};
  std::optional<WorkKey> accepted = {};
  std::vector<Order> orders = {};
  /// All orders placed so far have done their duty.
  bool close_orders = false;
  std::optional<Event> event = {};
};

class AuditLedger {
 public:
  AuditLedger() = default;
  AuditLedger(const AuditLedger&) = delete;
  AuditLedger& operator=(const AuditLedger&) = delete;
  virtual ~AuditLedger() = default;

  /// Whether no other auditor took the lead since.
  [[nodiscard]] virtual bool is_newest(Epoch epoch) = 0;
  [[nodiscard]] virtual AuditFrontier frontier(SearchId search) = 0;
  /// Finished blocks that begin at or after `from`, in order of position, `limit` at most; a gap may lie between them,
  /// and beyond one some may be missing.
  [[nodiscard]] virtual std::vector<AcceptedResult> accepted(SearchId search, search::Position from,
                                                             std::size_t limit) = 0;
  /// Appends audits, places orders (those that exist stay as they are), tells events. False, and nothing happened:
  /// fenced, or the audits do not continue those of the search with results that are still accepted.
  [[nodiscard]] virtual bool record(Epoch epoch, SearchId search, const AuditStep& step) = 0;

  [[nodiscard]] virtual std::vector<Case> cases(std::size_t limit) = 0;
  /// Carries a ruling out, if the case still is as it was read: block, state and accepted result. False: nothing
  /// happened.
  [[nodiscard]] virtual bool rule(Epoch epoch, const Case& read, const Ruling& ruling) = 0;
  /// Checks that avoid every worker that was heard of during the last `wait`, and are that old, are given to whoever
  /// comes; returns how many.
  [[nodiscard]] virtual std::size_t release_lone_checks(Epoch epoch, runtime::Milliseconds wait) = 0;

  // For people and monitors.
  /// Audits from `from` on, in order of position: with the states of a certifier, the history of the margin.
  [[nodiscard]] virtual std::vector<Audit> history(SearchId search, search::Position from, std::size_t limit) = 0;
  /// Events after the given one, oldest first.
  [[nodiscard]] virtual std::vector<EventRecord> events(std::int64_t after, std::size_t limit) = 0;
};

}  // namespace robin::flow
