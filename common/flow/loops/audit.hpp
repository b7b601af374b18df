#pragma once

// audit: takes the finished blocks of each search in order: makes sure that what is stored is what was reported, folds
// them with the strategy's certifier, has blocks that prove too little refined, has a sample of all blocks computed
// again by other workers and computes a sample of slices again itself, settles disputes, and raises the alarm when a
// number above 5040 violates Robin's inequality or cannot be decided. It keeps nothing but what the ledger has, and
// which slices it was going to look at: stopped anywhere, the next one goes on there, with slices of its own.

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
  /// One search only; none: all of them.
  std::optional<SearchId> search;
  /// The share of blocks that is computed again: 0 to 1.
  double double_check = 0.01;
  /// Draws them when their results are recorded as audited: nobody can know before which will be looked at.
  std::mt19937_64 draws = core::from_entropy();
  /// The share of slices of undisputed results that it computes again itself, 0 to 1, at most: on one thread beside the
  /// loop, so a core at most; so many wait for it at once, and as many blocks to be cut into slices.
  double audit_share = 0.05;
  std::size_t slices_kept = 1000;
  /// How often it says in the log which share that has been.
  core::Milliseconds share_told_every{60'000};
  /// How long to wait before looking again; a tenth of it after fewer blocks than a batch.
  core::Milliseconds poll{500};
  /// A check is given to the worker it should avoid if no other was heard of for so long. None: there is one worker.
  std::optional<core::Milliseconds> other_worker_wait = core::Milliseconds{60'000};
  /// Checks of one block at most.
  std::uint32_t checks_max = 5;
  /// Blocks in one transaction.
  std::size_t batch = 200;
  /// Told how the loop does.
  runtime::OptionalVitals vitals = {};
};

struct AuditReport {
  std::uint64_t audited = 0;
  /// Slices of the blocks that were cut into them, and how many were computed again here.
  std::uint64_t slices = 0;
  std::uint64_t slices_computed = 0;
  /// Results that were replaced by others.
  std::uint64_t replaced = 0;
};

/// What the message of an alarm begins with when a number that is no known exception violates its search's inequality,
/// as the auditor found by itself: whoever shows a counterexample rests on it.
inline constexpr const char* counterexample_alarm = "COUNTEREXAMPLE";
/// What the message begins with that says so of this number.
[[nodiscard]] std::string counterexample_alarm_of(const search::Witness& number);

/// Runs under `epoch` until stop is requested or, after `when_done` is requested, until nothing is left to do. Throws
/// Fenced, and runtime::Error of the ledger.
AuditReport audit(AuditLedger& ledger, LedgerReader& reader, const search::Strategies& strategies, Epoch epoch,
                  const AuditOptions& options, runtime::Log& log, const std::stop_token& stop,
                  const std::stop_token& when_done);

}  // namespace robin::flow
