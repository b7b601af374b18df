#pragma once

// QueueWatch: how full the queues are, who consumes them and how fast messages pass, for people. What is seen may be
// some seconds old. Not known is not zero: a queue that cannot be looked at is an answer, and nothing is thrown. Any
// thread may call.

#include <cstdint>
#include <optional>

#include "core/deadline.hpp"
#include "flow/ports/broker.hpp"

namespace robin::flow {

/// What a queue is called by the broker, in the ledger and by people.
[[nodiscard]] constexpr const char* name_of(Queue queue) {
  return queue == Queue::Blocks ? "robin.blocks" : queue == Queue::Results ? "robin.results" : "robin.dead";
}

struct QueueActivity {
  QueueDepth depth;
  std::uint64_t consumers = 0;
  /// Messages a second; none before the server has counted some.
  std::optional<double> published_per_second = {};
  std::optional<double> acked_per_second = {};
};

class QueueWatch {
 public:
  QueueWatch() = default;
  QueueWatch(const QueueWatch&) = delete;
  QueueWatch& operator=(const QueueWatch&) = delete;
  virtual ~QueueWatch() = default;

  /// All or nothing of depth and consumers is known.
  [[nodiscard]] virtual QueueActivity look(Queue queue, core::Deadline deadline) = 0;
};

}  // namespace robin::flow
