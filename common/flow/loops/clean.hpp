#pragma once

// clean: the janitor's work. It makes blocks PENDING again whose worker was lost, that failed, that the broker lost or
// that were dead-lettered; quarantines blocks that fail too often; cancels blocks of cancelled searches; carries out
// the drain; compacts old blocks. All that it knows is in the ledger, so that the next janitor goes on where it was
// stopped.

#include <stop_token>

#include "core/deadline.hpp"
#include "flow/ports/broker.hpp"
#include "flow/ports/compaction.hpp"
#include "flow/ports/janitor_ledger.hpp"
#include "flow/ports/leadership.hpp"
#include "flow/ports/monitor_ledger.hpp"
#include "runtime/log.hpp"
#include "runtime/vitals.hpp"
#include "search/strategy.hpp"

namespace robin::flow {

struct CleanOptions {
  SweepRules sweep;
  /// How long the loop waits between two rounds, with jitter: half to one and a half times this.
  core::Milliseconds period{2'000};
  /// How long one question to the broker may take.
  core::Milliseconds broker_patience{5'000};
  /// A QUEUED block becomes PENDING when this many looks in a row, more than five seconds apart, found no block in the
  /// broker.
  int empty_looks = 3;
  ForgetRules forget;
  CompactRules compact;
  /// How long compaction may go on in one round. When nothing is left to compact, it pauses for `compact_pause`, unless
  /// a person orders it.
  core::Milliseconds compact_at_most{500};
  core::Milliseconds compact_pause{60'000};
  /// Gets the loop's metrics and signs of life.
  runtime::OptionalVitals vitals = {};
};

/// Runs under `epoch` (of Role::Janitor) until stop is requested. Throws Fenced, and runtime::Error of the ledger.
void clean(JanitorLedger& ledger, MonitorLedger& monitor, Broker& broker, const search::Strategies& strategies,
           Epoch epoch, const CleanOptions& options, runtime::Log& log, const std::stop_token& stop);

}  // namespace robin::flow
