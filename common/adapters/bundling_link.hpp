#pragma once

// BundlingLink: a flow::Link that packs short messages into bundles (WIRE.md, chapter Bundles) and unpacks them, over
// the transport of a product that knows nothing of them. Whoever uses the link sees single messages only:
//
// - Reports that may travel together do so while the last reply said that its sender reads bundles. Blocks do so
//   whenever their sender says that they may.
// - The messages of a bundle are delivered one by one. The bundle is acked once all of them are, and dead-lettered or
//   handed back once all are answered and one of them was rejected or handed back. A bundle of reports in robin.dead is
//   delivered as it is.
// - Replies to whoever has sent a bundle wait until that bundle is answered, and travel together.
//
// Like every link it may be used from any thread.

#include <functional>
#include <memory>

#include "flow/ports/broker.hpp"

namespace robin::adapters {

/// What a product brings: a link for single messages, whose tickets its user chooses. See flow::Link.
class Transport {
 public:
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;

  virtual void publish(flow::Exchange exchange, flow::Message message, flow::Ticket ticket) = 0;
  virtual void reply(const std::string& address, flow::Message message) = 0;
  virtual void ack(flow::Tag tag) = 0;
  virtual void nack(flow::Tag tag) = 0;
  virtual void reject(flow::Tag tag) = 0;
  virtual void cancel() = 0;
};

/// Opens a transport that tells its events to this sink.
using OpenTransport = std::function<std::unique_ptr<Transport>(flow::EventSink)>;

[[nodiscard]] std::unique_ptr<flow::Link> open_bundling_link(const flow::LinkOptions& options, flow::EventSink sink,
                                                             const OpenTransport& open);

}  // namespace robin::adapters
