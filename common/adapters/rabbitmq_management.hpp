#pragma once

// What RabbitMQ's management API tells of a queue: ready and unacked, which AMQP itself cannot tell, who consumes it
// and how fast messages pass. The server samples it every few seconds, so it is for display and for decisions that read
// several times.

#include <optional>
#include <string>

#include "flow/broker.hpp"
#include "runtime/deadline.hpp"

namespace robin::adapters {

/// robin.blocks, ...: what the queue is called there.
[[nodiscard]] const char* name_of(flow::Queue queue);

/// Where it is.
struct ManagementApi {
  /// http://user:password@host:port, or https://; a virtual host other than `robin` is named behind it, as ?vhost=NAME.
  /// Empty: there is none.
  std::string url = {};
  /// The certificate authority that an https server must have; empty: those that the system believes.
  std::string ca_file = {};
};

/// Not known (never zero) when the API cannot be asked, answers something else, or does not know the queue.
[[nodiscard]] flow::QueueDepth read_queue_depth(const ManagementApi& api, flow::Queue queue,
                                                runtime::Deadline deadline);

struct QueueActivity {
  flow::QueueDepth depth;
  std::uint64_t consumers = 0;
  /// Messages a second; none before the server has counted some.
  std::optional<double> published_per_second = {};
  std::optional<double> acked_per_second = {};
};

/// As above: all or nothing of depth and consumers is known.
[[nodiscard]] QueueActivity read_queue_activity(const ManagementApi& api, flow::Queue queue,
                                                runtime::Deadline deadline);

}  // namespace robin::adapters
