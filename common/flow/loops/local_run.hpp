#pragma once

// run_locally: one search in this process: the same produce, compute, save and audit that services run, over the ports
// it is given. It ends when every block up to the end of the search is finished and audited, or failed, or when stop is
// requested; what was saved stays saved, and the same call continues.

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
  /// Told a few times a second, from the calling thread.
  std::function<void(const FollowProgress&)> on_progress;
  /// The share of blocks that is computed twice and compared.
  double double_check = 0.01;
  /// The share of slices that is computed again beside it; here it would be by the machine that computed them.
  double audit_share = 0;
};

/// Throws runtime::Error: the store failed, or another process runs on it.
[[nodiscard]] FollowResult run_locally(Store& store, Broker& broker, const search::Strategies& strategies,
                                       SearchId search, const LocalRunOptions& options, runtime::Log& log,
                                       const std::stop_token& stop);

}  // namespace robin::flow
