#pragma once

// follow: waits for a search to end and folds it meanwhile, whoever computes it: this process or a cluster.

#include <functional>
#include <stop_token>

#include "core/deadline.hpp"
#include "flow/ports/ledger_reader.hpp"
#include "flow/rules/fold.hpp"

namespace robin::flow {

struct FollowProgress {
  search::Position frontier;
  search::uint128 candidates;
  BlockCounts counts;
  /// How far the auditor is, and what it knows there.
  AuditFrontier audited;
};

struct FollowOptions {
  /// How often to look for finished blocks, and how often to count all of them.
  core::Milliseconds look_interval{10};
  core::Milliseconds count_interval{200};
  /// Told whenever they were counted, from the calling thread.
  std::function<void(const FollowProgress&)> on_progress;
  /// Whether a FAILED block stays so: where no janitor takes it back.
  bool failed_is_final = true;
};

enum class FollowEnd { Finished, SomeFailed, Cancelled, Stopped };

struct FollowResult {
  FollowEnd end;
  BlockCounts counts;
  Fold fold;
};

/// Waits until the auditor took every finished block of the search, or objects to one, and none of its orders is open.
/// False: nothing changed for as long as `patience`, or stop was requested.
[[nodiscard]] bool follow_audit(LedgerReader& reader, SearchId search, core::Milliseconds patience,
                                const std::stop_token& stop);

/// Ends when every block up to the end of the search is finished, when nothing is left but blocks that failed, when the
/// search was cancelled and nothing of it is in flight, or when stop is requested. Throws runtime::Error: the store
/// failed. Asserts that the search exists.
[[nodiscard]] FollowResult follow(LedgerReader& reader, SearchId search, const FollowOptions& options,
                                  const std::stop_token& stop);

}  // namespace robin::flow
