#pragma once

// run_locally: one search in this process. It runs the same produce, compute, save and audit as the services, over the
// ports that it is given. It ends when every block up to the end of the search is finished and audited, or failed, or
// when stop is requested. What was saved stays saved, and the same call continues it.

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "flow/loops/follow.hpp"
#include "flow/ports/broker.hpp"
#include "flow/ports/store.hpp"
#include "runtime/log.hpp"
#include "search/strategy.hpp"

namespace robin::flow {

struct LocalRunOptions {
  unsigned threads = 1;
  std::optional<search::uint128> block_size;
  /// Called a few times a second, by the calling thread.
  std::function<void(const FollowProgress&)> on_progress;
  /// The share of blocks that is computed twice and compared.
  double double_check = 0.01;
  /// The share of slices that is computed again. 0, for the same machine would compute them that did before.
  double audit_share = 0;
};

/// Throws runtime::Error if the store failed, or if another process works on it.
[[nodiscard]] FollowResult run_locally(Store& store, Broker& broker, const search::Strategies& strategies,
                                       SearchId search, const LocalRunOptions& options, runtime::Log& log,
                                       const std::stop_token& stop);

}  // namespace robin::flow
