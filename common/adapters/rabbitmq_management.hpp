#pragma once

// Queue depths from RabbitMQ's management API: ready and unacked, which AMQP itself cannot tell. The server samples
// them every few seconds, so they are for display and for decisions that read several times.

#include <string>

#include "flow/broker.hpp"
#include "runtime/deadline.hpp"

namespace robin::adapters {

/// robin.blocks, ...: what the queue is called there.
[[nodiscard]] const char* name_of(flow::Queue queue);

/// Not known (never zero) when the API cannot be asked, answers something else, or does not know the queue.
[[nodiscard]] flow::QueueDepth read_queue_depth(const std::string& management_url, flow::Queue queue,
                                                runtime::Deadline deadline);

}  // namespace robin::adapters
