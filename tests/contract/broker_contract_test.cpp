// What every broker promises. The suite runs over each implementation by way of a fixture that opens it empty.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <thread>

#include "adapters/memory/broker.hpp"
#include "adapters/rabbitmq/broker.hpp"
#include "flow/loops/inbox.hpp"
#include "flow/ports/broker.hpp"
#include "support/patience.hpp"
#include "support/rabbitmq_server.hpp"

namespace robin::flow {
namespace {

using testing_support::patience;
using testing_support::wait_until;

/// Opens an empty broker; limits are small so that tests reach them.
using OpenBroker = std::function<std::unique_ptr<Broker>()>;

constexpr std::uint32_t delivery_limit = 3;
constexpr std::uint64_t queue_length_max = 500;

struct Implementation {
  std::string name;
  OpenBroker open;
  /// Whether a message that is handed back comes closer to its delivery limit.
  std::function<bool()> counts_hand_backs;
};
/// Shown in the names of tests.
std::ostream& operator<<(std::ostream& out, const Implementation& implementation) { return out << implementation.name; }

/// A link and what it was told.
class Peer {
 public:
  Peer(Broker& broker, const LinkOptions& options)
      : link_(broker.connect(options, [this](BrokerEvents events) { inbox_.put_all(std::move(events)); })) {}

  Link& link() { return *link_; }
  void disconnect() { link_.reset(); }

  /// The next event of a kind; others before it are kept for later calls. Throws if none comes.
  template <class Kind>
  Kind next() {
    const auto deadline = patience();
    auto kind = next_before<Kind>(deadline);
    if (!kind) {
      throw std::runtime_error("an event that was to come did not");
    }
    return *std::move(kind);
  }
  /// The same among what has come by now.
  template <class Kind>
  std::optional<Kind> look() {
    return next_before<Kind>(core::Deadline::in({}));
  }

  /// Publishes and waits for the confirm of exactly this message.
  Confirm publish(Exchange exchange, const std::string& id, const std::string& body = "{}") {
    const Ticket ticket = link_->publish(exchange, {id, body, {}});
    while (true) {
      const auto confirmed = next<Confirmed>();
      if (confirmed.ticket == ticket) {
        return confirmed.confirm;
      }
    }
  }

 private:
  template <class Kind>
  std::optional<Kind> next_before(core::Deadline deadline) {
    for (auto event = held_.begin(); event != held_.end(); ++event) {
      if (auto* found = std::get_if<Kind>(&*event)) {
        Kind kind = std::move(*found);
        held_.erase(event);
        return kind;
      }
    }
    while (auto event = inbox_.take(deadline, {})) {
      if (auto* found = std::get_if<Kind>(&*event)) {
        return std::move(*found);
      }
      held_.push_back(std::move(*event));
    }
    return std::nullopt;
  }

  std::list<BrokerEvent> held_;
  Inbox<BrokerEvent> inbox_;
  std::unique_ptr<Link> link_;
};

class BrokerContract : public testing::TestWithParam<Implementation> {
 protected:
  Broker& broker() { return *broker_; }
  [[nodiscard]] Peer publisher() { return Peer(*broker_, {}); }

  /// Waits until a queue shows these numbers.
  void expect_depth(Queue queue, std::uint64_t ready, std::uint64_t unacked) {
    QueueDepth depth;
    const auto deadline = patience();
    static_cast<void>(wait_until(
        [&] {
          depth = broker_->depth(queue, deadline);
          return depth.known && depth.ready == ready && depth.unacked == unacked;
        },
        deadline));
    EXPECT_TRUE(depth.known);
    EXPECT_EQ(depth.ready, ready);
    EXPECT_EQ(depth.unacked, unacked);
  }

 private:
  std::unique_ptr<Broker> broker_ = GetParam().open();
};

TEST_P(BrokerContract, AnAcceptedMessageIsDeliveredWithIdBodyAndReplyAddress) {
  Peer sender = publisher();
  const auto before = std::chrono::system_clock::now();
  const Ticket ticket = sender.link().publish(Exchange::Ingress, {"block/1", "{\"v\":1}", "robin.reply.here"});
  const auto confirmed = sender.next<Confirmed>();
  EXPECT_EQ(confirmed.ticket, ticket);
  EXPECT_EQ(confirmed.confirm, Confirm::Accepted);
  Peer receiver(broker(), {Queue::Blocks, 1, false});
  const auto delivered = receiver.next<Delivered>();
  EXPECT_EQ(delivered.message.id, "block/1");
  EXPECT_EQ(delivered.message.body, "{\"v\":1}");
  EXPECT_EQ(delivered.message.reply_to, "robin.reply.here");
  // To the microsecond, as it travels.
  EXPECT_GE(delivered.message.published_at, before - std::chrono::microseconds(1));
  EXPECT_LE(delivered.message.published_at, std::chrono::system_clock::now());
  EXPECT_FALSE(delivered.redelivered);
  receiver.link().ack(delivered.tag);
  expect_depth(Queue::Blocks, 0, 0);
}

TEST_P(BrokerContract, ConnectedComesFirstAndNamesTheReplyAddress) {
  Peer with(broker(), {std::nullopt, 1, true});
  Peer without(broker(), {});
  EXPECT_FALSE(with.next<Connected>().reply_address.empty());
  EXPECT_TRUE(without.next<Connected>().reply_address.empty());
}

TEST_P(BrokerContract, ExchangesLeadToTheirQueues) {
  Peer sender = publisher();
  EXPECT_EQ(sender.publish(Exchange::Ingress, "a block"), Confirm::Accepted);
  EXPECT_EQ(sender.publish(Exchange::Results, "a result"), Confirm::Accepted);
  Peer blocks(broker(), {Queue::Blocks, 1, false});
  Peer results(broker(), {Queue::Results, 1, false});
  EXPECT_EQ(blocks.next<Delivered>().message.id, "a block");
  EXPECT_EQ(results.next<Delivered>().message.id, "a result");
}

TEST_P(BrokerContract, PrefetchBoundsWhatIsUnacked) {
  Peer sender = publisher();
  for (int i = 0; i < 5; ++i) {
    sender.publish(Exchange::Ingress, std::to_string(i));
  }
  Peer receiver(broker(), {Queue::Blocks, 2, false});
  const auto first = receiver.next<Delivered>();
  (void)receiver.next<Delivered>();
  expect_depth(Queue::Blocks, 3, 2);
  EXPECT_FALSE(receiver.look<Delivered>());
  receiver.link().ack(first.tag);
  EXPECT_EQ(receiver.next<Delivered>().message.id, "2");
}

TEST_P(BrokerContract, MessagesOfOnePublisherArriveInOrder) {
  Peer sender = publisher();
  for (int i = 0; i < 100; ++i) {
    sender.link().publish(Exchange::Ingress, {std::to_string(i), "{}", {}});
  }
  Peer receiver(broker(), {Queue::Blocks, 200, false});
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(receiver.next<Delivered>().message.id, std::to_string(i));
  }
}

TEST_P(BrokerContract, WhatADisconnectedConsumerHeldComesAgainMarked) {
  Peer sender = publisher();
  sender.publish(Exchange::Ingress, "held");
  Peer first(broker(), {Queue::Blocks, 1, false});
  ASSERT_FALSE(first.next<Delivered>().redelivered);
  first.disconnect();
  Peer second(broker(), {Queue::Blocks, 1, false});
  const auto again = second.next<Delivered>();
  EXPECT_EQ(again.message.id, "held");
  EXPECT_TRUE(again.redelivered);
}

TEST_P(BrokerContract, AcksInAnyOrderAreThoseOfTheirDeliveriesAlone) {
  Peer sender = publisher();
  std::set<std::string> left;
  for (int i = 0; i < 12; ++i) {
    left.insert("block/" + std::to_string(i));
    ASSERT_EQ(sender.publish(Exchange::Ingress, "block/" + std::to_string(i)), Confirm::Accepted);
  }
  {
    Peer receiver(broker(), {Queue::Blocks, 12, false});
    std::vector<Delivered> delivered;
    for (int i = 0; i < 12; ++i) {
      delivered.push_back(receiver.next<Delivered>());
    }
    // Some before all that are still out, some amid them, some handed back at the same time.
    for (const std::size_t i : {2U, 0U, 1U, 5U, 7U, 4U}) {
      receiver.link().ack(delivered[i].tag);
      left.erase(delivered[i].message.id);
    }
    receiver.link().nack(delivered[3].tag);
    for (const std::size_t i : {11U, 6U}) {
      receiver.link().ack(delivered[i].tag);
      left.erase(delivered[i].message.id);
    }
    // What was handed back comes again, so everything before it was read.
    EXPECT_EQ(receiver.next<Delivered>().message.id, delivered[3].message.id);
  }
  Peer receiver(broker(), {Queue::Blocks, 12, false});
  while (!left.empty()) {
    SCOPED_TRACE("missing: " + *left.begin());
    const auto delivered = receiver.next<Delivered>();
    EXPECT_EQ(left.erase(delivered.message.id), 1U) << delivered.message.id;
    receiver.link().ack(delivered.tag);
  }
  expect_depth(Queue::Blocks, 0, 0);
}

TEST_P(BrokerContract, WhatIsHandedBackComesAgainMarked) {
  Peer sender = publisher();
  sender.publish(Exchange::Ingress, "handed back");
  Peer first(broker(), {Queue::Blocks, 1, false});
  const auto delivered = first.next<Delivered>();
  first.link().cancel();
  first.link().nack(delivered.tag);
  Peer second(broker(), {Queue::Blocks, 1, false});
  const auto again = second.next<Delivered>();
  EXPECT_TRUE(again.redelivered);
}

TEST_P(BrokerContract, WhatIsRejectedIsDeadLettered) {
  Peer sender = publisher();
  sender.publish(Exchange::Ingress, "bad", "not JSON");
  Peer receiver(broker(), {Queue::Blocks, 1, false});
  receiver.link().reject(receiver.next<Delivered>().tag);
  Peer undertaker(broker(), {Queue::Dead, 1, false});
  const auto dead = undertaker.next<Delivered>();
  EXPECT_EQ(dead.message.id, "bad");
  EXPECT_EQ(dead.message.body, "not JSON");
  expect_depth(Queue::Blocks, 0, 0);
}

TEST_P(BrokerContract, AMessageThatComesBackTooOftenIsDeadLettered) {
  Peer sender = publisher();
  sender.publish(Exchange::Ingress, "killer");
  Peer undertaker(broker(), {Queue::Dead, 1, false});
  std::uint32_t deliveries = 0;
  for (bool is_dead = false; !is_dead && deliveries <= delivery_limit + 1;) {
    Peer victim(broker(), {Queue::Blocks, 1, false});
    ASSERT_TRUE(wait_until([&] {
      is_dead = undertaker.look<Delivered>().has_value();
      return is_dead || victim.look<Delivered>();
    }));
    deliveries += is_dead ? 0 : 1;
  }
  EXPECT_EQ(deliveries, delivery_limit + 1);
  expect_depth(Queue::Dead, 0, 1);
}

TEST_P(BrokerContract, AMessageThatIsHandedBackTooOftenIsDeadLetteredByABrokerThatCountsThat) {
  Peer sender = publisher();
  sender.publish(Exchange::Ingress, "handed back");
  Peer receiver(broker(), {Queue::Blocks, 1, false});
  const bool counts = GetParam().counts_hand_backs();
  const std::uint32_t times = counts ? delivery_limit + 1 : 3 * delivery_limit;
  for (std::uint32_t i = 0; i < times; ++i) {
    receiver.link().nack(receiver.next<Delivered>().tag);
  }
  if (counts) {
    expect_depth(Queue::Dead, 1, 0);
  } else {
    static_cast<void>(receiver.next<Delivered>());
    expect_depth(Queue::Dead, 0, 0);
  }
}

TEST_P(BrokerContract, ADeadLetterIsKeptHoweverOftenItComesBack) {
  // More than the limit that RabbitMQ 4 gives to queues that have none.
  constexpr int times = 25;
  Peer sender = publisher();
  sender.publish(Exchange::Ingress, "bad");
  Peer receiver(broker(), {Queue::Blocks, 1, false});
  receiver.link().reject(receiver.next<Delivered>().tag);
  for (int i = 0; i < times; ++i) {
    Peer undertaker(broker(), {Queue::Dead, 1, false});
    static_cast<void>(undertaker.next<Delivered>());
  }
  expect_depth(Queue::Dead, 1, 0);
}

TEST_P(BrokerContract, AfterCancelNothingIsDeliveredAndTheRestCanBeAcked) {
  Peer sender = publisher();
  sender.publish(Exchange::Ingress, "before");
  Peer receiver(broker(), {Queue::Blocks, 10, false});
  const auto before = receiver.next<Delivered>();
  receiver.link().cancel();
  sender.publish(Exchange::Ingress, "after");
  receiver.link().ack(before.tag);
  expect_depth(Queue::Blocks, 1, 0);
  EXPECT_FALSE(receiver.look<Delivered>());
}

TEST_P(BrokerContract, ATagOfAnotherConnectionIsIgnored) {
  Peer sender = publisher();
  sender.publish(Exchange::Ingress, "one");
  Peer first(broker(), {Queue::Blocks, 1, false});
  const Tag old = first.next<Delivered>().tag;
  first.disconnect();
  Peer second(broker(), {Queue::Blocks, 1, false});
  const auto again = second.next<Delivered>();
  second.link().ack(old);
  second.link().nack(old);
  second.link().reject(old);
  expect_depth(Queue::Blocks, 0, 1);
  second.link().ack(again.tag);
  expect_depth(Queue::Blocks, 0, 0);
}

TEST_P(BrokerContract, RepliesReachOnlyTheirAddressee) {
  Peer one(broker(), {std::nullopt, 1, true});
  Peer two(broker(), {std::nullopt, 1, true});
  const std::string address = one.next<Connected>().reply_address;
  const std::string other = two.next<Connected>().reply_address;
  EXPECT_NE(address, other);
  Peer saver = publisher();
  (void)saver.next<Connected>();
  saver.link().reply(address, {"saved/1", "{\"v\":1}", {}});
  saver.link().reply(other, {"saved/2", "{\"v\":2}", {}});
  EXPECT_EQ(one.next<Replied>().message.body, "{\"v\":1}");
  EXPECT_EQ(two.next<Replied>().message.body, "{\"v\":2}") << "it got what was not its own before";
  EXPECT_FALSE(one.look<Replied>());
}

TEST_P(BrokerContract, AReplyToNobodyIsNoError) {
  Peer saver = publisher();
  saver.link().reply("robin.reply.gone", {"saved/1", "{}", {}});
  EXPECT_EQ(saver.publish(Exchange::Results, "still works"), Confirm::Accepted);
}

TEST_P(BrokerContract, WhileIngressIsClosedBlocksAreReturnedAndNothingElseIs) {
  Peer sender = publisher();
  broker().set_ingress_open(false, patience());
  EXPECT_EQ(sender.publish(Exchange::Ingress, "late"), Confirm::Returned);
  EXPECT_EQ(sender.publish(Exchange::Results, "a result"), Confirm::Accepted);
  broker().set_ingress_open(true, patience());
  EXPECT_EQ(sender.publish(Exchange::Ingress, "in time"), Confirm::Accepted);
  Peer receiver(broker(), {Queue::Blocks, 10, false});
  EXPECT_EQ(receiver.next<Delivered>().message.id, "in time");
}

TEST_P(BrokerContract, AFullQueueRefusesInsteadOfDroppingTheOldest) {
  Peer sender = publisher();
  std::uint64_t accepted = 0;
  while (accepted <= 2 * queue_length_max &&
         sender.publish(Exchange::Ingress, std::to_string(accepted)) == Confirm::Accepted) {
    ++accepted;
  }
  EXPECT_GE(accepted, queue_length_max);
  EXPECT_LE(accepted, queue_length_max + queue_length_max / 10);
  Peer receiver(broker(), {Queue::Blocks, 1, false});
  EXPECT_EQ(receiver.next<Delivered>().message.id, "0");
}

TEST_P(BrokerContract, NothingIsLostOrDoubledBetweenManyPublishersAndConsumers) {
  constexpr int publishers = 3;
  constexpr int each = 120;
  constexpr int consumers = 4;
  std::mutex mutex;
  std::map<std::string, int> seen;
  std::atomic<int> total = 0;
  {
    const auto deadline = patience();
    std::vector<std::jthread> threads;
    threads.reserve(consumers + publishers);
    for (int c = 0; c < consumers; ++c) {
      threads.emplace_back([&] {
        Peer receiver(broker(), {Queue::Blocks, 5, false});
        EXPECT_TRUE(wait_until(
            [&] {
              while (const auto delivered = receiver.look<Delivered>()) {
                receiver.link().ack(delivered->tag);
                const std::scoped_lock lock(mutex);
                ++seen[delivered->message.id];
                ++total;
              }
              return total.load() >= publishers * each;
            },
            deadline));
      });
    }
    for (int p = 0; p < publishers; ++p) {
      threads.emplace_back([&, p] {
        Peer sender = publisher();
        EXPECT_NO_THROW({
          for (int i = 0; i < each; ++i) {
            EXPECT_EQ(sender.publish(Exchange::Ingress, std::to_string(p) + "/" + std::to_string(i)),
                      Confirm::Accepted);
          }
        });
      });
    }
  }
  EXPECT_EQ(seen.size(), static_cast<std::size_t>(publishers * each));
  for (const auto& [id, times] : seen) {
    EXPECT_EQ(times, 1) << id;
  }
  expect_depth(Queue::Blocks, 0, 0);
}

/// Whoever sends short messages that may travel as one, and who receives them.
class BundleContract : public BrokerContract {
 protected:
  /// The sender hears that who answers reads bundles, or does not.
  void introduce(bool reads_bundles, core::Milliseconds linger = std::chrono::hours(1)) {
    sender_.emplace(broker(), LinkOptions{std::nullopt, 1, true, linger});
    address_ = sender_->next<Connected>().reply_address;
    receiver_.emplace(broker(), LinkOptions{Queue::Results, 10, false});
    static_cast<void>(receiver_->next<Connected>());
    const auto body = [reads_bundles](const std::string& word) {
      return R"({"word": ")" + word + (reads_bundles ? R"(", "bundles": true})" : "\"}");
    };
    static_cast<void>(wait_until([&] {
      // Best effort: the connection to publish may not be there yet.
      receiver_->link().reply(address_, {"hello", body("hello"), {}});
      return sender_->look<Replied>().has_value();
    }));
    // Those that were still under way come before this one.
    receiver_->link().reply(address_, {"last", body("last"), {}});
    while (sender_->next<Replied>().message.body != body("last")) {
    }
  }
  Ticket send(const std::string& id, Travel travel) {
    return sender_->link().publish(Exchange::Results, {id, "{\"id\":\"" + id + "\"}", address_}, travel);
  }
  std::vector<Ticket> send_three(Travel last = Travel::Shared) {
    return {send("a", Travel::Waiting), send("b", Travel::Waiting), send("c", last)};
  }
  /// They arrive in their order, each as it was sent.
  std::vector<Tag> receive_three(bool redelivered = false) {
    std::vector<Tag> tags;
    for (const std::string id : {"a", "b", "c"}) {
      const auto delivered = receiver_->next<Delivered>();
      EXPECT_EQ(delivered.message.body, "{\"id\":\"" + id + "\"}");
      EXPECT_EQ(delivered.message.reply_to, address_);
      EXPECT_EQ(delivered.redelivered, redelivered);
      tags.push_back(delivered.tag);
    }
    return tags;
  }
  void expect_confirmed(std::vector<Ticket> tickets) {
    for (std::size_t i = 0; i < tickets.size(); ++i) {
      const auto confirmed = sender_->next<Confirmed>();
      EXPECT_EQ(confirmed.confirm, Confirm::Accepted);
      EXPECT_EQ(std::count(tickets.begin(), tickets.end(), confirmed.ticket), 1);
    }
  }

  std::optional<Peer> sender_;
  std::optional<Peer> receiver_;
  std::string address_;
};

TEST_P(BundleContract, MessagesThatTravelAsOneAreConfirmedEachAndAckedAsOne) {
  introduce(true);
  expect_confirmed(send_three());
  const auto tags = receive_three();
  expect_depth(Queue::Results, 0, 1);
  receiver_->link().ack(tags[2]);
  receiver_->link().ack(tags[0]);
  expect_depth(Queue::Results, 0, 1);
  receiver_->link().ack(tags[1]);
  expect_depth(Queue::Results, 0, 0);
}

TEST_P(BundleContract, WhoDoesNotSayThatHeReadsBundlesGetsNone) {
  introduce(false);
  expect_confirmed(send_three(Travel::Waiting));
  for (const Tag tag : receive_three()) {
    receiver_->link().ack(tag);
  }
  introduce(false);
  send_three(Travel::Waiting);
  receive_three();
  expect_depth(Queue::Results, 0, 3);
}

TEST_P(BundleContract, WhatTravelsAloneWaitsForNobodyAndTakesNobodyAlong) {
  introduce(true);
  send("waits", Travel::Waiting);
  send("alone", Travel::Alone);
  EXPECT_EQ(receiver_->next<Delivered>().message.id, "alone");
  expect_depth(Queue::Results, 0, 1);
  sender_->link().cancel();
  EXPECT_EQ(receiver_->next<Delivered>().message.id, "waits") << "what is cancelled waits no more";
}

TEST_P(BundleContract, NothingWaitsLongerThanTheLinger) {
  introduce(true, core::Milliseconds(50));
  expect_confirmed(send_three(Travel::Waiting));
  receive_three();
}

TEST_P(BundleContract, ABundleInWhichAMessageIsWrongIsDeadLetteredAsAWhole) {
  introduce(true);
  send_three();
  const auto tags = receive_three();
  receiver_->link().ack(tags[0]);
  receiver_->link().reject(tags[1]);
  expect_depth(Queue::Results, 0, 1);
  receiver_->link().ack(tags[2]);
  expect_depth(Queue::Results, 0, 0);
  Peer undertaker(broker(), {Queue::Dead, 1, false});
  const std::string body = undertaker.next<Delivered>().message.body;
  for (const char* id : {"a", "b", "c"}) {
    EXPECT_NE(body.find(R"({"id":")" + std::string(id)), std::string::npos) << body;
  }
}

TEST_P(BundleContract, WhatIsHandedBackOrHeldByWhoDisconnectsComesAgainAsAWhole) {
  introduce(true);
  send_three();
  const auto tags = receive_three();
  receiver_->link().ack(tags[0]);
  receiver_->link().nack(tags[1]);
  receiver_->link().ack(tags[2]);
  const auto again = receive_three(true);
  receiver_->link().ack(again[0]);
  receiver_->disconnect();
  receiver_.emplace(broker(), LinkOptions{Queue::Results, 10, false});
  const auto at_last = receive_three(true);
  receiver_->link().ack(again[1]);
  for (const Tag tag : at_last) {
    expect_depth(Queue::Results, 0, 1);
    receiver_->link().ack(tag);
  }
  expect_depth(Queue::Results, 0, 0);
}

TEST_P(BundleContract, BlocksTravelAsOneAndAreBuriedOneByOne) {
  Peer producer(broker(), {std::nullopt, 1, false, std::chrono::hours(1)});
  Peer consumer(broker(), {Queue::Blocks, 10, true});
  static_cast<void>(consumer.next<Connected>());
  const auto body = [](const std::string& id) { return R"({"v":1,"type":"block","id":")" + id + "\"}"; };
  for (const std::string id : {"a", "b", "c"}) {
    producer.link().publish(Exchange::Ingress, {id, body(id), {}}, id == "c" ? Travel::Shared : Travel::Waiting);
  }
  std::vector<Tag> tags;
  for (const std::string id : {"a", "b", "c"}) {
    const auto delivered = consumer.next<Delivered>();
    EXPECT_EQ(delivered.message.body, body(id));
    tags.push_back(delivered.tag);
  }
  expect_depth(Queue::Blocks, 0, 1);
  consumer.link().reject(tags[1]);
  consumer.link().ack(tags[0]);
  expect_depth(Queue::Dead, 0, 0);
  consumer.link().ack(tags[2]);
  expect_depth(Queue::Blocks, 0, 0);
  Peer undertaker(broker(), {Queue::Dead, 1, false});
  tags.clear();
  for (const std::string id : {"a", "b", "c"}) {
    const auto delivered = undertaker.next<Delivered>();
    EXPECT_EQ(delivered.message.body, body(id));
    tags.push_back(delivered.tag);
  }
  for (const Tag tag : tags) {
    expect_depth(Queue::Dead, 0, 1);
    undertaker.link().ack(tag);
  }
  expect_depth(Queue::Dead, 0, 0);
}

TEST_P(BundleContract, WhoSendsABundleIsAnsweredOnceItIsAcked) {
  introduce(true);
  send_three();
  const auto tags = receive_three();
  for (const char* id : {"1", "2", "3"}) {
    receiver_->link().reply(address_, {id, "{\"reply\":" + std::string(id) + "}", {}});
  }
  EXPECT_FALSE(sender_->look<Replied>());
  for (const Tag tag : tags) {
    receiver_->link().ack(tag);
  }
  for (const char* id : {"1", "2", "3"}) {
    EXPECT_EQ(sender_->next<Replied>().message.body, "{\"reply\":" + std::string(id) + "}");
  }
}

const auto memory =
    testing::Values(Implementation{"memory",
                                   [] {
                                     return adapters::open_memory_broker({delivery_limit, queue_length_max});
                                   },
                                   [] { return true; }});
const auto rabbitmq = testing::Values(
    Implementation{"rabbitmq", [] { return testing_support::open_empty_rabbitmq(delivery_limit, queue_length_max); },
                   [] { return testing_support::RabbitmqServer::release().counts_hand_backs; }});
const auto name_of = [](const auto& parameter) { return parameter.param.name; };

INSTANTIATE_TEST_SUITE_P(Memory, BrokerContract, memory, name_of);
INSTANTIATE_TEST_SUITE_P(Memory, BundleContract, memory, name_of);
INSTANTIATE_TEST_SUITE_P(RealServer, BrokerContract, rabbitmq, name_of);
INSTANTIATE_TEST_SUITE_P(RealServer, BundleContract, rabbitmq, name_of);

TEST(MemoryBrokerDeathTest, AckingTwiceIsABrokenContract) {
  const auto broker = adapters::open_memory_broker();
  Peer sender(*broker, {});
  sender.publish(Exchange::Ingress, "once");
  Peer receiver(*broker, {Queue::Blocks, 1, false});
  const Tag tag = receiver.next<Delivered>().tag;
  receiver.link().ack(tag);
  EXPECT_DEATH(receiver.link().ack(tag), "once");
}

}  // namespace
}  // namespace robin::flow
