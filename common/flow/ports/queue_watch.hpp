#pragma once

// QueueWatch: how full the queues are, how many consumers they have and how fast messages pass, for people. What it
// says may be some seconds old. If a queue cannot be looked at, the answer says so (QueueDepth::known), and nothing is
// thrown. Any thread may call.

#include <cstdint>
#include <optional>

#include "core/deadline.hpp"
#include "flow/ports/broker.hpp"

namespace robin::flow {

/// The name of a queue: in the broker, in the ledger and for people.
[[nodiscard]] constexpr const char* name_of(Queue queue) {
  return queue == Queue::Blocks ? "robin.blocks" : queue == Queue::Results ? "robin.results" : "robin.dead";
}

struct QueueActivity {
  QueueDepth depth;
  std::uint64_t consumers = 0;
  /// Messages a second; none as long as the server has not counted any.
  std::optional<double> published_per_second = {};
  std::optional<double> acked_per_second = {};
};

class QueueWatch {
 public:
  QueueWatch() = default;
  QueueWatch(const QueueWatch&) = delete;
  QueueWatch& operator=(const QueueWatch&) = delete;
  virtual ~QueueWatch() = default;

  /// If the depth is known, so is the number of consumers.
  [[nodiscard]] virtual QueueActivity look(Queue queue, core::Deadline deadline) = 0;
};

}  // namespace robin::flow
