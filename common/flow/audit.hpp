#pragma once

// audit: takes the finished blocks of each search in order: makes sure that what is stored is what was reported, folds
// them with the strategy's certifier, has blocks that prove too little refined, has a sample of all blocks computed
// again by other workers, settles disputes, and raises the alarm when a number above 5040 violates Robin's inequality
// or cannot be decided. It keeps nothing but what the ledger has: stopped anywhere, the next one goes on there.

#include <cstdint>
#include <optional>
#include <stop_token>

#include "flow/case_rules.hpp"
#include "flow/store.hpp"
#include "runtime/deadline.hpp"
#include "runtime/log.hpp"
#include "runtime/vitals.hpp"
#include "search/strategy.hpp"

namespace robin::flow {

struct AuditOptions {
  /// One search only; none: all of them.
  std::optional<SearchId> search;
  /// The share of blocks that is computed again, chosen at random by their ids: 0 to 1.
  double double_check = 0.01;
  /// How long to wait before looking again; a tenth of it after fewer blocks than a batch.
  runtime::Milliseconds poll{500};
  /// A check is given to the worker it should avoid if no other was heard of for so long. None: there is one worker.
  std::optional<runtime::Milliseconds> other_worker_wait = runtime::Milliseconds{60'000};
  /// Checks of one block at most.
  std::uint32_t checks_max = 5;
  /// Blocks in one transaction.
  std::size_t batch = 200;
  /// Told how the loop does.
  runtime::OptionalVitals vitals = {};
};

struct AuditReport {
  std::uint64_t audited = 0;
  /// Results that were replaced by others.
  std::uint64_t replaced = 0;
  /// Another auditor leads.
  bool fenced = false;
};

/// What the message of an alarm begins with when a number above 5040 is certified to violate the inequality.
inline constexpr const char* counterexample_alarm = "COUNTEREXAMPLE";

/// Runs under `epoch` until stop is requested, the epoch is fenced, or, after `when_done` is requested, until nothing
/// is left to do. Throws runtime::Error: the store failed.
AuditReport audit(Store& store, const search::Strategies& strategies, Epoch epoch, const AuditOptions& options,
                  runtime::Log& log, const std::stop_token& stop, const std::stop_token& when_done);

/// Whether a share of `share` of all blocks has this one in it. The same answer at any time.
[[nodiscard]] bool is_in_sample(BlockId block, double share);

}  // namespace robin::flow
