#pragma once

// The RabbitMQ broker: flow::Broker over the topology of ops/topology.json (vhost robin; exchanges
// robin.ingress, robin.results, robin.replies; quorum queues robin.blocks, robin.results, robin.dead). It declares
// nothing but its own exclusive reply queue. Each link has a connection to publish and, if it consumes, another to
// consume, each with one channel and one I/O thread, so an alarm that stops publishes never stops acks.

#include <memory>

#include "adapters/rabbitmq/connection.hpp"
#include "flow/ports/broker.hpp"

namespace robin::adapters {

/// Checks the address and returns at once; links connect and reconnect by themselves.
[[nodiscard]] std::unique_ptr<flow::Broker> open_rabbitmq_broker(const RabbitmqOptions& options);

}  // namespace robin::adapters
