#pragma once

// What RabbitMQ's management API tells of a queue: ready and unacked, which AMQP itself cannot tell, who consumes it
// and how fast messages pass. The server samples it every few seconds, so it is for display and for decisions that read
// several times.

#include <string>
#include <utility>

#include "core/deadline.hpp"
#include "flow/ports/queue_watch.hpp"

namespace robin::adapters {

/// Where it is.
struct ManagementApi {
  /// http://user:password@host:port, or https://; a virtual host other than `robin` is named behind it, as ?vhost=NAME.
  /// Empty: there is none.
  std::string url = {};
  /// The certificate authority that an https server must have; empty: those that the system believes.
  std::string ca_file = {};
};

/// Not known (never zero) when the API cannot be asked, answers something else, or does not know the queue.
[[nodiscard]] flow::QueueDepth read_queue_depth(const ManagementApi& api, flow::Queue queue, core::Deadline deadline);

/// The queues of RabbitMQ by way of that API.
class ManagementWatch final : public flow::QueueWatch {
 public:
  explicit ManagementWatch(ManagementApi api) : api_(std::move(api)) {}

  [[nodiscard]] flow::QueueActivity look(flow::Queue queue, core::Deadline deadline) override;

 private:
  ManagementApi api_;
};

}  // namespace robin::adapters
