#pragma once

// clean: the janitor's work: takes back what was begun and not heard of, what failed, what was lost on the way and what
// was dead-lettered; quarantines what fails too often; carries out the drain; compacts what is old. It keeps nothing
// but what the ledger has.

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
  /// How often everything is looked at; each pause is half to one and a half times that, so that janitors and fleets do
  /// not march in step.
  core::Milliseconds period{2'000};
  /// How long one look at the broker may take.
  core::Milliseconds broker_patience{5'000};
  /// A QUEUED block is taken back if the broker was seen to hold none this often, more than five seconds apart.
  int empty_looks = 3;
  ForgetRules forget;
  CompactRules compact;
  /// How long compaction goes on before the rest is looked at again; and how long it pauses once nothing is left, but
  /// for a person's order.
  core::Milliseconds compact_at_most{500};
  core::Milliseconds compact_pause{60'000};
  /// Told how the loop does.
  runtime::OptionalVitals vitals = {};
};

/// Runs under `epoch` (of Role::Janitor) until stop is requested. Throws Fenced, and runtime::Error of the ledger.
void clean(JanitorLedger& ledger, MonitorLedger& monitor, Broker& broker, const search::Strategies& strategies,
           Epoch epoch, const CleanOptions& options, runtime::Log& log, const std::stop_token& stop);

}  // namespace robin::flow
