#pragma once

// follow: waits for a search to end, and folds its finished blocks meanwhile. Others compute it: threads of this
// process, or a cluster.

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
  /// How far the search was audited, and the certifier's state there.
  AuditFrontier audited;
};

struct FollowOptions {
  /// How often to look for finished blocks, and how often to count the blocks in all states.
  core::Milliseconds look_interval{10};
  core::Milliseconds count_interval{200};
  /// Called by the calling thread each time after they were counted.
  std::function<void(const FollowProgress&)> on_progress;
  /// Whether a FAILED block stays FAILED, because no janitor runs.
  bool failed_is_final = true;
};

enum class FollowEnd { Finished, SomeFailed, Cancelled, Stopped };

struct FollowResult {
  FollowEnd end;
  BlockCounts counts;
  Fold fold;
};

/// Waits until every finished block of the search was audited, or the auditor objects to one, and no order of the
/// search is open. False: nothing changed for `patience`, or stop was requested.
[[nodiscard]] bool follow_audit(LedgerReader& reader, SearchId search, core::Milliseconds patience,
                                const std::stop_token& stop);

/// Returns when every block up to the end of the search is finished; when only failed blocks are left; when the search
/// was cancelled and nothing of it is in flight; or when stop is requested. Throws runtime::Error if the store failed.
/// Asserts that the search exists.
[[nodiscard]] FollowResult follow(LedgerReader& reader, SearchId search, const FollowOptions& options,
                                  const std::stop_token& stop);

}  // namespace robin::flow
