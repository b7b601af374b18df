#pragma once

// Broker: the port to the queues. tests/contract/broker_contract_test.cpp is the definition of its promises, and every
// implementation passes it.
//
// A process talks through a Link. Its calls never wait for the network; what happens is told by events, from threads of
// the broker's own, in order: so one loop can wait for deliveries, confirms, replies and its own workers at once.
//
// - A message whose publish was Confirmed::Accepted is delivered at least once, until it is acked.
// - A delivery that is neither acked nor handed back when its link goes comes again, marked redelivered. The broker
//   ends that after `delivery_limit` times: the message is dead-lettered. Some brokers count what is handed back, too.
//   A dead letter is kept however often it comes back.
// - Published with nowhere to go (ingress closed, queue gone) is Returned, never silently dropped; replies excepted,
//   which are best effort.
// - Every publish is answered: by Lost if its connection went first (its fate is unknown: publish again, receivers
//   recognise copies).
// - After Disconnected of the consuming side every tag of before is void, and Connected follows when there is a
// connection
//   again. Publishing reconnects by itself.

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

/// Bodies are smaller (asserted): a longer text travels in parts.
inline constexpr std::size_t message_bytes_max = 1U << 20U;

enum class Exchange { Ingress, Results, Replies };
enum class Queue { Blocks, Results, Dead };

struct Message {
  /// Names the content: a copy published again has the same id.
  std::string id;
  std::string body;
  /// Where answers go: Link::reply_address() of the sender, or empty.
  std::string reply_to;
  /// When Link::publish took it, by the sender's clock; the epoch where nobody says. For statistics only.
  std::chrono::system_clock::time_point published_at = {};
};

/// Names a delivery of one connection.
struct Tag {
  std::uint64_t connection;
  std::uint64_t number;
  /// Which one of several that travelled as one, from 1; 0 of a message that came alone.
  std::uint32_t part = 0;
  friend auto operator<=>(const Tag&, const Tag&) = default;  // NOLINT(modernize-use-nullptr)
};

/// Names a publish.
struct Ticket {
  std::uint64_t number;
  friend auto operator<=>(const Ticket&, const Ticket&) = default;  // NOLINT(modernize-use-nullptr)
};

/// How a message travels. Short ones may go as one with others; whoever receives them sees each alone.
enum class Travel {
  Alone,    ///< at once, by itself
  Shared,   ///< at once, with those that wait
  Waiting,  ///< may wait for others, for LinkOptions::linger at most
};

enum class Confirm { Accepted, Nacked, Returned, Lost };

struct Connected {
  /// Where replies to this link go; empty if it asked for none.
  std::string reply_address;
};
/// Which part of a link an event is about: a link may publish and consume over connections of their own.
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

/// Told again for each failed attempt to reconnect.
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

/// What arrived at once, in order; never empty.
using BrokerEvents = std::vector<BrokerEvent>;

/// Called from the broker's threads, one call at a time for each link. Must return soon and must not call the broker.
using EventSink = std::function<void(BrokerEvents)>;

/// AMQP counts unacked deliveries with 16 bits.
inline constexpr unsigned prefetch_max = 65'535;

struct LinkOptions {
  /// The queue to consume from, if any.
  std::optional<Queue> consume;
  /// Deliveries that may be unacked at once, at least 1; those that travelled as one count as one.
  std::uint16_t prefetch = 1;
  /// Whether this link has an address for replies.
  bool replies = false;
  /// How long a message may wait for others to travel with (Travel::Waiting).
  core::Milliseconds linger{0};
};

/// How full a queue is. Not known is not zero.
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
  /// Ends the connection: what is unacked goes back to its queue. No event follows.
  virtual ~Link() = default;

  /// Publishes to Ingress or Results, persistent and mandatory. Confirmed with the same ticket follows.
  virtual Ticket publish(Exchange exchange, Message message, Travel travel) = 0;
  Ticket publish(Exchange exchange, Message message) { return publish(exchange, std::move(message), Travel::Alone); }
  /// Sends to the reply address, best effort: no event follows, and without a connection it is dropped. It may wait
  /// until what it answers is acked.
  virtual void reply(const std::string& address, Message message) = 0;

  // One of these once for each delivery; a tag of an earlier connection is ignored.
  virtual void ack(Tag tag) = 0;
  /// Hands back: the message is ready again at once.
  virtual void nack(Tag tag) = 0;
  /// Dead-letters.
  virtual void reject(Tag tag) = 0;

  /// No further deliveries; those at hand stay valid, and what is under way is handed back. What waits for others to
  /// travel with goes at once.
  virtual void cancel() = 0;
};

class Broker {
 public:
  Broker() = default;
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;
  virtual ~Broker() = default;

  /// Connects and reconnects for ever; Connected is the first event. The link must not outlive the broker.
  [[nodiscard]] virtual std::unique_ptr<Link> connect(const LinkOptions& options, EventSink sink) = 0;

  [[nodiscard]] virtual QueueDepth depth(Queue queue, core::Deadline deadline) = 0;

  /// The binding of robin.ingress to robin.blocks: closed while no block may enter.
  virtual void set_ingress_open(bool open, core::Deadline deadline) = 0;
};

}  // namespace robin::flow
