#pragma once

// What people and monitors read from the ledger: blocks with their history, the progress of a search, the control row.
// Plain values. Times are by the database's clock, as RFC 3339 in UTC. A text is empty where there is nothing to say.

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
  /// Orders of the auditor for these blocks: PENDING; QUEUED and RUNNING; done, while the auditor has not yet decided
  /// what follows from them.
  std::uint64_t orders_pending = 0;
  std::uint64_t orders_in_flight = 0;
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
  /// The worker that reported last about it.
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
  /// Empty: all states.
  std::vector<BlockState> states;
  /// Only greater ids: the last one of the page before.
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
  /// Candidates of all finished blocks.
  search::uint128 candidates = 0;
  /// Every block before it is finished.
  search::Position frontier;
  /// During the last minute.
  double positions_per_second = 0;
  /// How long the rest of the search takes at that pace; none while nothing finishes.
  std::optional<double> eta_seconds;
  /// Sets these two: `covered` positions took `seconds`, and `remaining` are left.
  void set_pace(search::uint128 remaining, search::uint128 covered, double seconds);
};

/// One audited block.
struct Audit {
  BlockId block;
  search::Block range;
  /// The result that was accepted when the block was audited.
  WorkKey accepted;
  /// The certifier's state behind this block; empty if the strategy has no certifier.
  std::map<std::string, std::string> state;
  friend bool operator==(const Audit&, const Audit&) = default;
};

/// How far a search was audited.
struct AuditFrontier {
  /// Every block before it was audited.
  search::Position end;
  std::map<std::string, std::string> state;
  /// One line: why the auditor looked at the next block and did not take it; else empty.
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
