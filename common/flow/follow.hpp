#pragma once

// follow: waits for a search to end and folds it meanwhile, whoever computes it: this process or a cluster.

#include <functional>
#include <stop_token>

#include "flow/fold.hpp"
#include "flow/store.hpp"
#include "runtime/deadline.hpp"

namespace robin::flow {

struct FollowProgress {
  search::Position frontier;
  search::uint128 candidates;
  BlockCounts counts;
};

struct FollowOptions {
  /// How often to look for finished blocks, and how often to count all of them.
  runtime::Milliseconds look_interval{10};
  runtime::Milliseconds count_interval{200};
  /// Told whenever they were counted, from the calling thread.
  std::function<void(const FollowProgress&)> on_progress;
  /// Told of each finished block, in order of position, once all before it are finished.
  std::function<void(const FinishedBlock&)> on_block{};
};

enum class FollowEnd { Finished, SomeFailed, Stopped };

struct FollowResult {
  FollowEnd end;
  BlockCounts counts;
  Fold fold;
};

/// Ends when every block up to the end of the search is finished, when nothing is left but blocks that failed, or when
/// stop is requested. Throws runtime::Error: the store failed. Asserts that the search exists.
[[nodiscard]] FollowResult follow(Store& store, SearchId search, const FollowOptions& options,
                                  const std::stop_token& stop);

}  // namespace robin::flow
