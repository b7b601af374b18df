#pragma once

// PlanLedger: the part of the ledger that the producer uses: it plans blocks as PENDING rows, the outbox, publishes
// them, and marks them QUEUED. tests/contract/store_contract_test.cpp is the definition of its promises.
//
// - Each call is one transaction, and is repeated when its fate is unknown: every write is a compare-and-set.
// - Blocks of a search tile [begin, planned_end): a gap or an overlap is refused.
// - What takes an epoch of Role::Producer throws Fenced if that is no longer the newest, or writes are stopped.
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

/// A search with anything left to plan or to publish, and how it stands.
struct OpenPlan {
  SearchRecord record;
  BlockCounts counts;
  /// How long its finished blocks were computed. 0 in a store that has one search at a time, which shares with nobody.
  double computed_seconds = 0;
};

/// What is in flight, of all searches together.
struct InFlight {
  std::uint64_t queued = 0;
  std::uint64_t running = 0;
  /// Orders that are queued or computed.
  std::uint64_t orders = 0;
  [[nodiscard]] std::uint64_t all() const { return queued + running + orders; }
};

struct OpenPlans {
  /// By id.
  std::vector<OpenPlan> searches;
  InFlight in_flight;
};

class PlanLedger {
 public:
  PlanLedger() = default;
  PlanLedger(const PlanLedger&) = delete;
  PlanLedger& operator=(const PlanLedger&) = delete;
  virtual ~PlanLedger() = default;

  /// Of active searches, however many others there are, those with anything left to plan or to publish.
  [[nodiscard]] virtual OpenPlans open_plans() = 0;
  /// Inserts blocks as PENDING; all or none. `blocks` continue the plan of the search in order, each beginning where
  /// the one before ends.
  virtual PlanOutcome plan(Epoch epoch, SearchId search, std::span<const search::Block> blocks) = 0;
  /// What is to be published, of one search or of all, at most `limit`: first PENDING orders, at most `orders_limit`
  /// and those that were left by a worker last of all, then PENDING blocks, each in order of their ids.
  [[nodiscard]] virtual std::vector<Work> pending(std::optional<SearchId> search, std::size_t limit,
                                                  std::size_t orders_limit) = 0;
  [[nodiscard]] std::vector<Work> pending(std::optional<SearchId> search, std::size_t limit) {
    return pending(search, limit, limit);
  }
  /// PENDING -> QUEUED for blocks and orders whose attempt is still the given one; returns how many changed.
  virtual std::size_t mark_queued(Epoch epoch, std::span<const Work> published) = 0;
  /// QUEUED, RUNNING and FAILED -> PENDING: for a broker that is known to be empty, as the in-process one is at start.
  virtual std::size_t requeue_lost(Epoch epoch) = 0;
};

}  // namespace robin::flow
