#pragma once

// Broker: the port to the queues. tests/contract/broker_contract_test.cpp is the definition of its promises, and every
// implementation passes it.
//
// A process talks through a Link. Its calls never wait for the network. What happens is told by events, in order, from
// threads of the broker: so one loop can wait for deliveries, confirms, replies and its own workers at once.
//
// - A message whose publish was answered Confirm::Accepted is delivered at least once, and again until it is acked.
// - When a link ends, its deliveries that were neither acked nor handed back are delivered again, marked redelivered.
//   A message that was delivered more often than the queue's delivery limit is dead-lettered. Some brokers also count
//   what is handed back. A dead letter is kept however often it is delivered.
// - A message with nowhere to go (ingress closed, queue gone) is Returned, never silently dropped. Only replies, which
//   are best effort, may be dropped.
// - Every publish is answered. The answer is Lost if the connection broke first: nobody knows whether the broker has
//   the message. Publish it again then; receivers recognise copies.
// - After Disconnected of the consuming side all earlier tags are void. Connected follows when there is a connection
//   again. The publishing side reconnects by itself.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/deadline.hpp"

namespace robin::flow {

/// A body has fewer bytes than this (asserted). What is longer travels in parts (report.hpp).
inline constexpr std::size_t message_bytes_max = 1U << 20U;

enum class Exchange { Ingress, Results, Replies };
enum class Queue { Blocks, Results, Dead };

struct Message {
  /// Names the content: a copy published again has the same id.
  std::string id;
  std::string body;
  /// Where answers go: Link::reply_address() of the sender, or empty.
  std::string reply_to;
  /// When Link::publish took it, by the sender's clock; 1970 if the sender does not say. For statistics only.
  std::chrono::system_clock::time_point published_at = {};
};

/// Names one delivery of one connection.
struct Tag {
  std::uint64_t connection;
  std::uint64_t number;
  /// If several messages travelled as one: which of them this is, from 1. If the message came alone: 0.
  std::uint32_t part = 0;
  friend auto operator<=>(const Tag&, const Tag&) = default;  // NOLINT(modernize-use-nullptr)
};

/// Names one publish.
struct Ticket {
  std::uint64_t number;
  friend auto operator<=>(const Ticket&, const Ticket&) = default;  // NOLINT(modernize-use-nullptr)
};

/// How a message travels. Several short messages may be sent as one; the receiver gets each of them by itself.
enum class Travel {
  Alone,    ///< is sent at once, by itself
  Shared,   ///< is sent at once, together with the messages that wait
  Waiting,  ///< may wait for other messages, for LinkOptions::linger at most
};

/// The broker's answer to a publish.
enum class Confirm {
  Accepted,  ///< it is in a queue, and survives a restart of the broker
  Nacked,    ///< the broker did not take it: the queue is full, for example
  Returned,  ///< it had nowhere to go
  Lost,      ///< the connection broke before an answer came
};

struct Connected {
  /// Where replies to this link go; empty if it asked for none.
  std::string reply_address;
};
/// Which side of a link an event is about: a link may have one connection to publish and another to consume.
enum class Side { Consuming, Publishing, Both };

[[nodiscard]] constexpr const char* text(Side side) {
  switch (side) {
    case Side::Consuming:
      return "consuming";
    case Side::Publishing:
      return "publishing";
    case Side::Both:
      break;
  }
  return "both";
}

/// Comes when a connection breaks, and again after each failed attempt to reconnect.
struct Disconnected {
  std::string reason;
  Side side = Side::Both;
};
struct Delivered {
  Tag tag;
  Message message;
  bool redelivered;
};
struct Replied {
  Message message;
};
struct Confirmed {
  Ticket ticket;
  Confirm confirm;
};
/// The broker is short of memory or disk: publishes wait inside it.
struct Blocked {
  std::string reason;
};
struct Unblocked {};

using BrokerEvent = std::variant<Connected, Disconnected, Delivered, Replied, Confirmed, Blocked, Unblocked>;

/// What arrived together, in order; never empty.
using BrokerEvents = std::vector<BrokerEvent>;

/// Called from the broker's threads, one call at a time for each link. It must return at once (put the events into an
/// inbox), and must not call the broker.
using EventSink = std::function<void(BrokerEvents)>;

/// AMQP counts unacked deliveries with 16 bits.
inline constexpr unsigned prefetch_max = 65'535;

struct LinkOptions {
  /// The queue to consume from, if any.
  std::optional<Queue> consume;
  /// How many deliveries may be unacked at once, at least 1. Messages that travelled as one count as one.
  std::uint16_t prefetch = 1;
  /// Whether this link has an address for replies.
  bool replies = false;
  /// How long a message may wait for others to travel with (Travel::Waiting).
  core::Milliseconds linger{0};
};

/// How full a queue is. `known` is false if the broker could not be asked; the numbers then say nothing.
struct QueueDepth {
  std::uint64_t ready = 0;
  std::uint64_t unacked = 0;
  bool known = false;
};

class Link {
 public:
  Link() = default;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  /// Ends the connection: what is unacked goes back to its queue. No event comes any more.
  virtual ~Link() = default;

  /// Publishes to Ingress or Results, persistent and mandatory. The event Confirmed with this ticket follows.
  virtual Ticket publish(Exchange exchange, Message message, Travel travel) = 0;
  Ticket publish(Exchange exchange, Message message) { return publish(exchange, std::move(message), Travel::Alone); }
  /// Sends to a reply address, best effort: no event follows, and without a connection the message is dropped. The link
  /// may keep it until the delivery that it answers is acked.
  virtual void reply(const std::string& address, Message message) = 0;

  // Call exactly one of these for each delivery, once. A tag of an earlier connection is ignored.

  virtual void ack(Tag tag) = 0;
  /// Hands back: the message is ready again at once.
  virtual void nack(Tag tag) = 0;
  /// Dead-letters.
  virtual void reject(Tag tag) = 0;

  /// Stops consuming. Deliveries that the caller has stay valid; those that are under way to it are handed back.
  /// Messages that wait for others are sent at once.
  virtual void cancel() = 0;
};

class Broker {
 public:
  Broker() = default;
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;
  virtual ~Broker() = default;

  /// Connects, and reconnects for ever. Connected is the first event. The link must not outlive the broker.
  [[nodiscard]] virtual std::unique_ptr<Link> connect(const LinkOptions& options, EventSink sink) = 0;

  [[nodiscard]] virtual QueueDepth depth(Queue queue, core::Deadline deadline) = 0;

  /// Makes or removes the binding of robin.ingress to robin.blocks. While it is absent, no block can enter.
  virtual void set_ingress_open(bool open, core::Deadline deadline) = 0;
};

}  // namespace robin::flow
