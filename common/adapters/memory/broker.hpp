#pragma once

// The in-process broker: the queues of one process, for `robin run` and for tests. It keeps the promises of
// flow::Broker except durability: what it holds ends with the process, and the ledger tells what to publish again.

#include <cstdint>
#include <memory>

#include "flow/ports/broker.hpp"

namespace robin::adapters {

struct MemoryBrokerOptions {
  /// A message that came back this often is dead-lettered instead.
  std::uint32_t delivery_limit = 20;
  /// A queue that has this many ready messages refuses more (Confirm::Nacked).
  std::uint64_t queue_length_max = 1'000'000;
};

[[nodiscard]] std::unique_ptr<flow::Broker> open_memory_broker(const MemoryBrokerOptions& options = {});

}  // namespace robin::adapters
