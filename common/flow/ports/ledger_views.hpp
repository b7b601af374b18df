#pragma once

// What people and monitors read from the ledger: blocks with their history, the progress of a search, the control row.
// Plain values. Times are the database's own, RFC 3339 in UTC; a text is empty where there is nothing to say.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flow/ports/block_state.hpp"
#include "flow/ports/ids.hpp"
#include "flow/ports/work.hpp"
#include "search/block.hpp"
#include "search/position.hpp"

namespace robin::flow {

/// How many blocks of a search stand in each state.
struct BlockCounts {
  std::uint64_t pending = 0;
  std::uint64_t queued = 0;
  std::uint64_t running = 0;
  std::uint64_t finished = 0;
  std::uint64_t failed = 0;
  std::uint64_t quarantined = 0;
  std::uint64_t disputed = 0;
  std::uint64_t cancelled = 0;
  /// Orders of the auditor for these blocks.
  std::uint64_t orders_pending = 0;
  std::uint64_t orders_in_flight = 0;
  /// Done, but what follows from them is not decided.
  std::uint64_t orders_unsettled = 0;

  [[nodiscard]] std::uint64_t in_flight() const { return queued + running + orders_in_flight; }
  [[nodiscard]] std::uint64_t open_orders() const { return orders_pending + orders_in_flight; }
  [[nodiscard]] std::uint64_t& of(BlockState state);
  BlockCounts& operator+=(const BlockCounts& other);
  friend bool operator==(const BlockCounts&, const BlockCounts&) = default;
};

struct BlockRecord {
  BlockId id;
  SearchId search;
  search::Block block;
  BlockState state;
  Attempt attempt;
  /// Who was heard of last.
  std::string worker;
  std::string created_at;
  std::string queued_at;
  std::string started_at;
  std::string finished_at;
  /// Class and message of the last failure, until the block is finished.
  std::string error;
};

struct BlockFilter {
  std::optional<SearchId> search;
  /// None: all states.
  std::vector<BlockState> states;
  /// Only ids beyond it: where the page before ended.
  BlockId after{0};
};

/// One failed attempt.
struct FailureRecord {
  Attempt attempt;
  std::string worker;
  std::string error_class;
  std::string message;
  std::string failed_at;
};

struct SearchProgress {
  BlockCounts counts;
  /// Of all finished blocks.
  search::uint128 candidates = 0;
  /// Every block before it is finished.
  search::Position frontier;
  /// The pace of the last minute.
  double positions_per_second = 0;
  /// Until the end of the search at that pace; none while nothing finishes.
  std::optional<double> eta_seconds;
  /// Sets both: `covered` positions took `seconds`, and `remaining` are left.
  void set_pace(search::uint128 remaining, search::uint128 covered, double seconds);
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

/// Which list of findings an entry belongs to.
enum class Finding { Violation, Witness, Undecided, Best };

/// violation, witness, undecided or best, as stored.
[[nodiscard]] std::string_view text(Finding finding);

/// The state of the whole ledger: whether blocks may enter.
enum class ControlState { Writable, Draining, Drained };

/// WRITABLE, DRAINING or DRAINED, as stored.
[[nodiscard]] std::string_view text(ControlState state);
[[nodiscard]] std::optional<ControlState> control_state_from(std::string_view text);

struct Control {
  ControlState state;
  Epoch epoch;
};

}  // namespace robin::flow
