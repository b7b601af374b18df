#pragma once

// clean: the janitor's work: takes back what was begun and not heard of, what failed, what was lost on the way and what
// was dead-lettered; quarantines what fails too often; carries out the drain. It keeps nothing but what the ledger has.

#include <stop_token>

#include "flow/broker.hpp"
#include "flow/store.hpp"
#include "runtime/deadline.hpp"
#include "runtime/log.hpp"
#include "runtime/vitals.hpp"
#include "search/strategy.hpp"

namespace robin::flow {

struct CleanOptions {
  SweepRules sweep;
  /// How often everything is looked at; each pause is half to one and a half times that, so that janitors and fleets do
  /// not march in step.
  runtime::Milliseconds period{2'000};
  /// How long one look at the broker may take.
  runtime::Milliseconds broker_patience{5'000};
  /// A QUEUED block is taken back if the broker was seen to hold none this often, more than five seconds apart.
  int empty_looks = 3;
  /// Parts of a result that never became whole are deleted after this.
  runtime::Milliseconds parts_age{24 * 3'600'000};
  /// Told how the loop does.
  runtime::OptionalVitals vitals = {};
};

/// Runs under `epoch` (of Role::Janitor) until stop is requested, or returns when the epoch is fenced. Throws
/// runtime::Error of the store.
void clean(Store& store, Broker& broker, const search::Strategies& strategies, Epoch epoch, const CleanOptions& options,
           runtime::Log& log, const std::stop_token& stop);

}  // namespace robin::flow
