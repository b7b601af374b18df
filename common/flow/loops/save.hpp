#pragma once

// save: takes reports from robin.results, writes them to the ledger in batches (one transaction each), answers, and
// only then acks: a saver that dies at any point leaves its reports to be delivered again, and saving one twice changes
// nothing. A report that the ledger can never take keeps no other one from being saved.

#include <cstddef>
#include <stop_token>

#include "core/deadline.hpp"
#include "flow/ports/broker.hpp"
#include "flow/ports/save_ledger.hpp"
#include "runtime/log.hpp"
#include "runtime/vitals.hpp"
#include "search/strategy.hpp"

namespace robin::flow {

struct SaveOptions {
  /// A batch is written at this many reports,
  std::size_t batch_max = 200;
  /// or when its reports hold so many findings: then it takes a fraction of a second, and tens of megabytes. Parts of
  /// large results are not among them: each result has batches of its own, and between two of them others are saved.
  std::size_t batch_findings = 10'000;
  /// or when its first report has waited so long, or when no other report is at hand and the last batch had only one
  /// report or began so long ago.
  core::Milliseconds batch_wait{20};
  /// First wait before a failed transaction is tried again; doubles up to retry_wait_max.
  core::Milliseconds retry_wait{100};
  core::Milliseconds retry_wait_max{10'000};
  /// A batch that the ledger gave up so often, since it took too long (Cause::Slow), is saved one by one, and such a
  /// report is dead-lettered.
  unsigned slow_max = 2;
  /// Told how the loop does.
  runtime::OptionalVitals vitals = {};
};

/// Runs until stop is requested. Throws runtime::Error of the ledger if trying again is no use (Retry::No).
void save(SaveLedger& ledger, Broker& broker, const search::Strategies& strategies, const SaveOptions& options,
          runtime::Log& log, const std::stop_token& stop);

}  // namespace robin::flow
