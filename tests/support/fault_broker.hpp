#pragma once

// FaultBroker: a broker around another one that goes wrong as networks and brokers do, at random from a seed, and
// within the promises of the port: publishes are lost before or after they arrive, or arrive again and again; replies
// vanish or come twice; deliveries go back to their queue, come late and in another order; connections break, and acks
// with them. Links may be used from any thread.

#include <cstdint>
#include <memory>
#include <mutex>
#include <random>

#include "flow/ports/broker.hpp"

namespace robin::testing_support {

/// Probabilities, each for one message, unless a comment says otherwise.
struct FaultRates {
  double drop = 0;
  double duplicate = 0;
  /// How many times a message that is duplicated arrives in all; a number, no probability.
  unsigned copies = 3;
  /// A delayed message comes up to 50 ms late, so messages overtake each other.
  double delay = 0;
  double hand_back = 0;
  double disconnect = 0;
};

class FaultBroker final : public flow::Broker {
 public:
  /// `inner` outlives this object.
  FaultBroker(flow::Broker& inner, const FaultRates& rates, std::uint64_t seed)
      : inner_(inner), rates_(rates), random_(seed) {}

  [[nodiscard]] std::unique_ptr<flow::Link> connect(const flow::LinkOptions& options, flow::EventSink sink) override;
  [[nodiscard]] flow::QueueDepth depth(flow::Queue queue, core::Deadline deadline) override {
    return inner_.depth(queue, deadline);
  }
  void set_ingress_open(bool open, core::Deadline deadline) override { inner_.set_ingress_open(open, deadline); }

 private:
  flow::Broker& inner_;
  FaultRates rates_;
  std::mutex mutex_;
  std::mt19937_64 random_;
};

}  // namespace robin::testing_support
