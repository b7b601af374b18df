#pragma once

// produce: the producer's work. It plans the blocks of searches as PENDING rows, publishes them, and marks them QUEUED
// when the broker has confirmed them. The row is the outbox: whatever happens between two of these steps, the next
// round finds it PENDING and publishes it again, and a copy does no harm. The number of blocks in flight is kept near a
// target, so that the queue never holds a whole search. Searches take turns (rules/fair_turns.hpp).

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
  /// Only this search; none: all searches.
  std::optional<SearchId> search;
  /// Candidates in a block; none: as many as the strategy advises.
  std::optional<search::uint128> block_size;
  /// The target: how many blocks and orders of all searches together may be in flight (QUEUED or RUNNING).
  ///
  /// - While most of them are QUEUED, nothing is published until a thirty-second part of this is free.
  /// - Orders may be half of it at most, so that checks that wait for another worker leave room for blocks.
  /// - If blocks take long, or their time is not known yet, fewer may be QUEUED: the greatest of 8, an eighth of this,
  ///   and four for each block that is RUNNING.
  std::uint64_t in_flight_max = 16;
  /// How long to wait between two looks into the ledger; up to ten times as long while the target is reached.
  core::Milliseconds poll{20};
  /// How long a confirm may take. After that the message counts as lost.
  core::Milliseconds confirm_timeout{30'000};
  /// A short block may wait for others to travel with at most this long (LinkOptions::linger). Those that follow it are
  /// published at once, so that none waits as long.
  core::Milliseconds linger{20};
  /// Calls the loop when there may be something to do, while nothing is left to publish and nothing is in flight. It
  /// must outlive the loop. None: the loop looks every `poll`.
  PlanWatch* watch = nullptr;
  /// How often the loop looks although `watch` did not call it.
  core::Milliseconds idle_poll{5'000};
  /// Gets the loop's metrics and signs of life.
  runtime::OptionalVitals vitals = {};
};

/// Runs under `epoch` until stop is requested. Throws Fenced, and runtime::Error of the ledger.
void produce(PlanLedger& ledger, Broker& broker, const search::Strategies& strategies, Epoch epoch,
             const ProduceOptions& options, runtime::Log& log, const std::stop_token& stop);

}  // namespace robin::flow
