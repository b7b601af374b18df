#pragma once

// produce: plans the blocks of searches as PENDING rows, publishes them, and marks them QUEUED once the broker
// confirmed. The row is the outbox: whatever happens between two of these steps, the next round finds it PENDING and
// publishes it again, and a copy does no harm. Blocks in flight stay near a target, so a queue never holds a whole
// search, and searches take turns by what their blocks take (rules/fair_turns.hpp).

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>

#include "core/deadline.hpp"
#include "flow/ports/broker.hpp"
#include "flow/ports/leadership.hpp"
#include "flow/ports/plan_ledger.hpp"
#include "flow/ports/plan_watch.hpp"
#include "runtime/log.hpp"
#include "runtime/vitals.hpp"
#include "search/strategy.hpp"

namespace robin::flow {

struct ProduceOptions {
  /// One search only; none: all of them.
  std::optional<SearchId> search;
  /// Candidates a block; none: as the strategy advises.
  std::optional<search::uint128> block_size;
  /// QUEUED and RUNNING blocks and orders of all searches together are kept at or below this, and while most of them
  /// are QUEUED at or above 31 of 32 parts of it; orders at or below the half of it, so that checks that wait for
  /// another worker leave room for blocks. Where blocks take long, or nobody knows yet, fewer wait: 8, an eighth of it,
  /// or four for each that is computed, whichever is most.
  std::uint64_t in_flight_max = 16;
  /// How long to wait before looking again; up to ten times as long while as many are in flight as may be.
  core::Milliseconds poll{20};
  /// How long a confirm may take before its message counts as lost.
  core::Milliseconds confirm_timeout{30'000};
  /// Says when to look while nothing is open and nothing in flight; outlives the call. None: as often as `poll` says.
  PlanWatch* watch = nullptr;
  /// How often to look even though it says nothing.
  core::Milliseconds idle_poll{5'000};
  /// Told how the loop does.
  runtime::OptionalVitals vitals = {};
};

/// Runs under `epoch` until stop is requested. Throws Fenced, and runtime::Error of the ledger.
void produce(PlanLedger& ledger, Broker& broker, const search::Strategies& strategies, Epoch epoch,
             const ProduceOptions& options, runtime::Log& log, const std::stop_token& stop);

}  // namespace robin::flow
