#pragma once

// RabbitmqConnection: one AMQP connection with one channel, for one thread. It owns the rabbitmq-c handle, reads frames
// through its own dispatcher (amqp_consume_message would put back what it does not expect, for ever), and turns every
// status into a runtime::Error whose text names the server. After an error the object is only fit to be destroyed.
// Reference: AMQP 0-9-1; RabbitMQ, "Heartbeats", "Consumer cancel notification", "Blocked connection notifications".

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "adapters/rabbitmq/socket_interruption.hpp"
#include "core/deadline.hpp"
#include "flow/ports/broker.hpp"
#include "runtime/error.hpp"

namespace robin::adapters {

struct RabbitmqOptions {
  /// amqp://user:password@host:port/vhost, or amqps:// for TLS. Never logged.
  std::string url;
  /// The certificate authority that a server with TLS must have, also its management API; without one amqps:// is
  /// refused.
  std::string ca_file;
  /// http://user:password@host:port of the management API, for queue depths; empty if there is none.
  std::string management_url;
  /// Shown in the management UI.
  std::string name = "robin";
  /// Both sides give up after two to three silent intervals.
  int heartbeat_seconds = 10;
  core::Milliseconds connect_timeout{5'000};
  core::Milliseconds rpc_timeout{8'000};
  /// Reconnecting waits between these, doubling, with full jitter.
  core::Milliseconds reconnect_wait{200};
  core::Milliseconds reconnect_wait_max{10'000};
  /// A reply that could not be written for so long is dropped: whoever waits for it asks again.
  core::Milliseconds reply_patience{1000};
  /// Unconfirmed publishes at once, and their bytes with all that is written around them: small enough that the
  /// socket's buffer never fills, for a server that is short of memory stops reading.
  std::size_t window_messages = 128;
  std::size_t window_bytes = 65'536;
};

/// Whether rabbitmq-c can take this address apart.
[[nodiscard]] bool is_broker_url(std::string url);

class RabbitmqConnection {
 public:
  struct Deliver {
    std::string consumer_tag;
    std::uint64_t delivery_tag;
    bool redelivered;
    flow::Message message;
    /// The body was larger than a message may be; it was read and dropped.
    bool oversized;
  };
  struct Ack {
    std::uint64_t delivery_tag;
    bool multiple;
    bool positive;
  };
  /// Comes before the Ack of the same publish.
  struct Return {
    std::string message_id;
  };
  struct Blocked {
    std::string reason;
  };
  struct Unblocked {};
  using Incoming = std::variant<Deliver, Ack, Return, Blocked, Unblocked>;

  /// Connects, logs in and opens the channel, each within its timeout. `interruption` ends any wait of this connection;
  /// it outlives it.
  RabbitmqConnection(const RabbitmqOptions& options, const std::string& purpose, SocketInterruption& interruption);
  ~RabbitmqConnection();
  RabbitmqConnection(const RabbitmqConnection&) = delete;
  RabbitmqConnection& operator=(const RabbitmqConnection&) = delete;

  // Synchronous requests; each within the rpc timeout.
  void confirm_select();
  void prefetch(std::uint16_t count);
  /// Fails with the server's words if the queue does not exist. Returns how many messages are ready.
  std::uint32_t expect_queue(const std::string& queue);
  void declare_exclusive_queue(const std::string& queue);
  void bind(const std::string& queue, const std::string& exchange, const std::string& routing_key);
  void unbind(const std::string& queue, const std::string& exchange, const std::string& routing_key);
  void consume(const std::string& queue, const std::string& consumer_tag, bool without_ack);
  void cancel(const std::string& consumer_tag);

  /// While one lives, what is written goes out in few large packets instead of one for each message: each costs both
  /// sides more than what is in it. Not for longer than a burst, as TCP holds back the last packet (TCP_CORK).
  class Pack {
   public:
    /// -1: nothing is to be packed.
    explicit Pack(int socket);
    ~Pack();
    Pack(const Pack&) = delete;
    Pack& operator=(const Pack&) = delete;

   private:
    void hold(int on) const;

    int socket_;
  };
  /// For so many messages; one alone goes as it is.
  [[nodiscard]] Pack pack(std::size_t messages) const;

  // Written to the socket; what becomes of them arrives as Incoming.
  void publish(const std::string& exchange, const std::string& routing_key, bool mandatory,
               const flow::Message& message);
  void ack(std::uint64_t delivery_tag);
  /// All deliveries up to this one that are neither acked nor handed back.
  void ack_up_to(std::uint64_t delivery_tag);
  void nack(std::uint64_t delivery_tag);
  void reject(std::uint64_t delivery_tag);

  /// Ends in order, so that everything written before was read by the server; bounded, and never an error.
  void close();

  /// Waits until something arrives, `wake` becomes readable, or the time is up; then hands over everything that is
  /// there. Keeps the heartbeat, so it must be called at least once a second.
  void serve(int wake, core::Milliseconds patience, const std::function<void(Incoming)>& handle);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The version of rabbitmq-c, such as 0.11.0.
[[nodiscard]] std::string rabbitmq_version();

}  // namespace robin::adapters
