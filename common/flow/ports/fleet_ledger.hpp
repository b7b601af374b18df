#pragma once

// FleetLedger: the part of the ledger that shows people a fleet: workers, what failed and why, how fast blocks finish,
// queue depths over time. tests/contract/fleet_ledger_contract_test.cpp is the definition of its promises.
//
// - The caller bounds every list by a limit, and each is read by an index: an answer takes milliseconds, however much
//   the ledger holds.
// - Times are the database's own, RFC 3339 in UTC; ages are in seconds by its clock.
// Throws runtime::Error. One object may be used from several threads.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "flow/ports/audit_ledger.hpp"
#include "flow/ports/compaction.hpp"
#include "flow/ports/ledger_views.hpp"
#include "flow/ports/monitor_ledger.hpp"
#include "search/witness.hpp"

namespace robin::flow {

/// A worker that reported at least once.
struct WorkerRecord {
  std::string name;
  std::string first_at;
  std::string heard_at;
  double heard_age_seconds;
  /// The RUNNING blocks of this worker, the oldest first. Blocks of less than a second never become RUNNING.
  struct Running {
    BlockId block;
    double age_seconds;
  };
  std::vector<Running> running;
};

/// FAILED and QUARANTINED blocks that have the same error.
struct ErrorGroup {
  std::string error;
  std::uint64_t blocks;
  /// The first of them.
  std::vector<BlockId> examples;
};

/// Where a page of findings ended.
struct FindingCursor {
  search::Position block_begin;
  std::int64_t ordinal;
};

/// The blocks that finished within one interval of time.
struct Pace {
  /// How long ago the interval began.
  double age_seconds;
  std::uint64_t blocks;
  search::uint128 candidates;
  /// How long these blocks took to compute, together.
  double computed_seconds;
};

/// What the ledger takes of the disk.
struct LedgerSize {
  std::uint64_t bytes;
  /// Blocks of all searches.
  std::uint64_t blocks;
};

struct QueueSample {
  std::string queue;
  std::uint64_t ready;
  std::uint64_t unacked;
};

/// The greatest depth of a queue within one interval of time.
struct QueueHistory {
  std::string queue;
  /// How long ago the interval began.
  double age_seconds;
  std::uint64_t ready;
  std::uint64_t unacked;
};

/// A program that is connected to the database.
struct ConnectedService {
  /// robin-producer, ...
  std::string name;
  std::uint64_t connections;
};

class FleetLedger {
 public:
  FleetLedger() = default;
  FleetLedger(const FleetLedger&) = delete;
  FleetLedger& operator=(const FleetLedger&) = delete;
  virtual ~FleetLedger() = default;

  /// Those that reported last come first.
  [[nodiscard]] virtual std::vector<WorkerRecord> workers(std::size_t limit) = 0;
  /// In order of name. Consumers are not among them: they have no connection to the database.
  [[nodiscard]] virtual std::vector<ConnectedService> connected() = 0;
  /// All failed attempts of a block, oldest first.
  [[nodiscard]] virtual std::vector<FailureRecord> failures(BlockId block) = 0;
  /// The most frequent first, with at most ten examples each.
  [[nodiscard]] virtual std::vector<ErrorGroup> error_groups(std::optional<SearchId> search, std::size_t limit) = 0;
  /// In order of position, from behind a cursor.
  [[nodiscard]] virtual std::vector<FindingRecord> findings_after(SearchId search, Finding kind,
                                                                  const std::optional<FindingCursor>& after,
                                                                  std::size_t limit) = 0;
  /// Blocks of one search, or of all together, that finished during the last `span` (at most a month), by intervals of
  /// `width` (at least ten seconds), the oldest first. Intervals in which nothing finished are left out.
  [[nodiscard]] virtual std::vector<Pace> pace(std::optional<SearchId> search, std::chrono::seconds span,
                                               std::chrono::seconds width) = 0;
  /// How long the blocks that finished last took to compute, in seconds, the newest first.
  [[nodiscard]] virtual std::vector<double> durations(SearchId search, std::size_t limit) = 0;

  /// How many blocks of all searches stand in each state. Orders are not counted.
  [[nodiscard]] virtual BlockCounts block_counts() = 0;
  /// What everything takes that grows with the number of blocks: tables, indexes, and deleted rows whose room was not
  /// used again yet.
  [[nodiscard]] virtual LedgerSize size() = 0;

  [[nodiscard]] virtual CompactionRecord compaction() = 0;
  /// How many blocks an order would compact. It looks at each of them: a million take seconds.
  [[nodiscard]] virtual std::uint64_t compactable(std::chrono::seconds older_than) = 0;

  /// Keeps how deep the queues are now, and forgets samples older than `kept`.
  virtual void sample_queues(const std::vector<QueueSample>& samples, std::chrono::hours kept) = 0;
  /// The last `span` by intervals of `width`, in order of queue, and for each the oldest first.
  [[nodiscard]] virtual std::vector<QueueHistory> queue_history(std::chrono::seconds span,
                                                                std::chrono::seconds width) = 0;
};

}  // namespace robin::flow
