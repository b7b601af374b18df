#pragma once

// audit: the auditor's work. It takes the finished blocks of each search in order of position, and
//
// - makes sure that what is stored is what was reported;
// - folds them with the strategy's certifier, and orders a refinement of a block that proves too little;
// - has a sample of all blocks computed again by other workers, and computes a sample of slices again itself;
// - settles disputes;
// - rings the alarm when a number above 5040 violates Robin's inequality, or cannot be decided.
//
// All that it knows is in the ledger, but for the slices that it was about to compute. If it is stopped anywhere, the
// next auditor goes on there, and draws slices of its own.

#include <cstdint>
#include <optional>
#include <random>
#include <stop_token>

#include "core/deadline.hpp"
#include "core/entropy.hpp"
#include "flow/ports/audit_ledger.hpp"
#include "flow/ports/leadership.hpp"
#include "flow/ports/ledger_reader.hpp"
#include "flow/rules/case_rules.hpp"
#include "runtime/log.hpp"
#include "runtime/vitals.hpp"
#include "search/strategy.hpp"

namespace robin::flow {

struct AuditOptions {
  /// Only this search; none: all searches.
  std::optional<SearchId> search;
  /// The share of blocks that other workers compute again, 0 to 1.
  double double_check = 0.01;
  /// Draws these blocks, after their results are stored: nobody can know before which will be checked.
  std::mt19937_64 draws = core::from_entropy();
  /// The share of slices of undisputed results that the auditor computes again itself, 0 to 1, at most. It does so on
  /// one thread beside the loop, so with one core at most.
  double audit_share = 0.05;
  /// How many slices wait for that thread at most, and how many blocks wait to be cut into slices.
  std::size_t slices_kept = 1000;
  /// How often the log says which share was reached.
  core::Milliseconds share_told_every{60'000};
  /// How long the loop waits after it found no block; after less than a batch it waits a tenth of that.
  core::Milliseconds poll{500};
  /// When no worker was heard of for this time but those that a check avoids, one of them may make it. None: there is
  /// only one worker.
  std::optional<core::Milliseconds> other_worker_wait = core::Milliseconds{60'000};
  /// How many checks of one block are ordered at most.
  std::uint32_t checks_max = 5;
  /// How many blocks are recorded in one transaction.
  std::size_t batch = 200;
  /// Gets the loop's metrics and signs of life.
  runtime::OptionalVitals vitals = {};
};

struct AuditReport {
  /// Blocks that were audited.
  std::uint64_t audited = 0;
  /// Slices of all blocks that were cut into slices, and how many of them were computed again.
  std::uint64_t slices = 0;
  std::uint64_t slices_computed = 0;
  /// Accepted results that were replaced by others.
  std::uint64_t replaced = 0;
};

/// The first word of an alarm that says: a number that is no known exception violates the inequality of its search, and
/// the auditor has found that itself. Everything that shows a counterexample looks for this word.
inline constexpr const char* counterexample_alarm = "COUNTEREXAMPLE";
/// How such an alarm about this number begins.
[[nodiscard]] std::string counterexample_alarm_of(const search::Witness& number);

/// Runs under `epoch` until stop is requested, or, once `when_done` is requested, until nothing is left to do. Throws
/// Fenced, and runtime::Error of the ledger.
AuditReport audit(AuditLedger& ledger, LedgerReader& reader, const search::Strategies& strategies, Epoch epoch,
                  const AuditOptions& options, runtime::Log& log, const std::stop_token& stop,
                  const std::stop_token& when_done);

}  // namespace robin::flow
