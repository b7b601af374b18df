#pragma once

// save: the saver's work. It takes reports from robin.results, writes them to the ledger in batches (one transaction
// each), answers them, and only then acks them. If a saver dies at any point, its reports are delivered again, and
// saving one twice changes nothing. A report that the ledger can never take does not keep others from being saved.

#include <cstddef>
#include <stop_token>

#include "core/deadline.hpp"
#include "flow/ports/broker.hpp"
#include "flow/ports/save_ledger.hpp"
#include "runtime/log.hpp"
#include "runtime/vitals.hpp"
#include "search/strategy.hpp"

namespace robin::flow {

/// A batch of reports is written as soon as one of these is true:
///
/// - it has `batch_max` reports;
/// - its reports hold `batch_findings` findings together;
/// - its first report has waited for `batch_wait`;
/// - no other report is at hand, and the batch before had only one report, or began at least `batch_wait` ago.
struct SaveOptions {
  std::size_t batch_max = 200;
  /// A batch of this size takes a fraction of a second, and tens of megabytes. Parts of large results are not counted:
  /// each large result has batches of its own, and between two of them other reports are saved.
  std::size_t batch_findings = 10'000;
  core::Milliseconds batch_wait{20};
  /// The first wait before a failed transaction is tried again. It doubles with each failure, up to retry_wait_max.
  core::Milliseconds retry_wait{100};
  core::Milliseconds retry_wait_max{10'000};
  /// When a batch took the ledger too long (Cause::Slow) this many times, its reports are saved one by one. A report
  /// that takes too long alone is dead-lettered.
  unsigned slow_max = 2;
  /// Gets the loop's metrics and signs of life.
  runtime::OptionalVitals vitals = {};
};

/// Runs until stop is requested. Throws runtime::Error of the ledger if trying again is useless (Retry::No).
void save(SaveLedger& ledger, Broker& broker, const search::Strategies& strategies, const SaveOptions& options,
          runtime::Log& log, const std::stop_token& stop);

}  // namespace robin::flow
