#pragma once

// PlanLedger: the part of the ledger that the producer uses. It plans blocks as PENDING rows (the outbox), reads what
// is to be published, and marks what was published as QUEUED. tests/contract/store_contract_test.cpp is the definition
// of its promises.
//
// - Each call is one transaction. It is repeated when nobody knows whether it was committed, for every write is a
//   compare-and-set.
// - Blocks of a search tile [begin, planned_end): a gap or an overlap is refused.
// - A call with an epoch (of Role::Producer) throws Fenced if a newer leader has taken a later one, or writes are
//   stopped.
// Throws runtime::Error. One object may be used from several threads.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "flow/ports/ledger_reader.hpp"
#include "flow/ports/work.hpp"
#include "search/block.hpp"

namespace robin::flow {

enum class PlanOutcome {
  Planned,
  NotContiguous,  ///< the blocks do not continue the plan of the search, or leave it
};

/// A search of which something is left to plan or to publish.
struct OpenPlan {
  SearchRecord record;
  BlockCounts counts;
  /// How long its finished blocks took to compute, together. 0 in SQLite, where no two searches run beside each other.
  double computed_seconds = 0;
};

/// What is in flight of all searches together: blocks QUEUED, blocks RUNNING, and orders that are either.
struct InFlight {
  std::uint64_t queued = 0;
  std::uint64_t running = 0;
  std::uint64_t orders = 0;
  [[nodiscard]] std::uint64_t all() const { return queued + running + orders; }
};

/// The consumers that a saver has heard of. None in SQLite, where all are of one process and bundles are of no use.
struct Consumers {
  /// In the last minute; 1,000 at most.
  std::uint64_t heard = 0;
  /// Whether some were heard of in the last hour, and all of these read bundles of blocks.
  bool read_bundles = false;
};

struct OpenPlans {
  /// In order of id.
  std::vector<OpenPlan> searches;
  InFlight in_flight;
  Consumers consumers;
};

class PlanLedger {
 public:
  PlanLedger() = default;
  PlanLedger(const PlanLedger&) = delete;
  PlanLedger& operator=(const PlanLedger&) = delete;
  virtual ~PlanLedger() = default;

  /// The active searches of which something is left to plan or to publish. Finished searches cost nothing.
  [[nodiscard]] virtual OpenPlans open_plans() = 0;
  /// Inserts blocks as PENDING, all or none. `blocks` continue the plan of the search: each begins where the one before
  /// ends.
  virtual PlanOutcome plan(Epoch epoch, SearchId search, std::span<const search::Block> blocks) = 0;
  /// What must be published, of one search or of all, at most `limit`. PENDING orders come first, at most
  /// `orders_limit`, in order of id, those that a worker left to others behind the rest. Then PENDING blocks come, in
  /// order of id.
  [[nodiscard]] virtual std::vector<Work> pending(std::optional<SearchId> search, std::size_t limit,
                                                  std::size_t orders_limit) = 0;
  [[nodiscard]] std::vector<Work> pending(std::optional<SearchId> search, std::size_t limit) {
    return pending(search, limit, limit);
  }
  /// PENDING -> QUEUED for blocks and orders that still have the attempt with which they were published. Returns how
  /// many changed.
  virtual std::size_t mark_queued(Epoch epoch, std::span<const Work> published) = 0;
  /// QUEUED, RUNNING and FAILED -> PENDING. Call it when the broker is known to be empty, as the in-process one is at
  /// its start.
  virtual std::size_t requeue_lost(Epoch epoch) = 0;
};

}  // namespace robin::flow
