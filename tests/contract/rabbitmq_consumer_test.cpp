// A consumer that RabbitMQ takes away says so and consumes again, on a connection of its own.

#include <gtest/gtest.h>

#include "adapters/rabbitmq/broker.hpp"
#include "flow/loops/inbox.hpp"
#include "support/patience.hpp"
#include "support/rabbitmq_server.hpp"

namespace robin::adapters {
namespace {

using namespace std::chrono_literals;
using flow::BrokerEvent;
using flow::Delivered;
using flow::Disconnected;

class RabbitmqConsumer : public testing::Test {
 protected:
  explicit RabbitmqConsumer(const testing_support::RabbitmqLimits& limits = {})
      : server_(testing_support::VirtualHost::OfThisTest, limits) {}

  void open() {
    broker_ = open_rabbitmq_broker(server_.options("operator"));
    link_ = broker_->connect({flow::Queue::Results, 1, false},
                             [this](flow::BrokerEvents events) { inbox_.put_all(std::move(events)); });
    ASSERT_TRUE(next<flow::Connected>());
  }
  void publish(const std::string& id) { link_->publish(flow::Exchange::Results, {id, "{}", {}}); }

  /// The next event of a kind, whatever comes before.
  template <class Kind>
  std::optional<Kind> next() {
    const auto deadline = testing_support::patience();
    while (auto event = inbox_.take(deadline, {})) {
      if (auto* found = std::get_if<Kind>(&*event)) {
        return std::move(*found);
      }
    }
    return std::nullopt;
  }
  /// The loss of the consumer, in the server's words or ours.
  std::optional<std::string> cancelled() {
    auto lost = next<Disconnected>();
    while (lost && lost->reason.find("cancelled the consumer") == std::string::npos) {
      lost = next<Disconnected>();
    }
    return lost ? std::optional(lost->reason) : std::nullopt;
  }

  testing_support::RabbitmqServer server_;
  flow::Inbox<BrokerEvent> inbox_;
  std::unique_ptr<flow::Broker> broker_;
  std::unique_ptr<flow::Link> link_;
};

TEST_F(RabbitmqConsumer, WhoseQueueIsLostConsumesAgainOnceThereIsOne) {
  open();
  server_.request("DELETE", "/api/queues/{v}/robin.results", "");
  ASSERT_TRUE(cancelled());
  server_.restore_results();
  ASSERT_TRUE(next<flow::Connected>());
  publish("afterwards");
  const auto delivered = next<Delivered>();
  ASSERT_TRUE(delivered);
  EXPECT_EQ(delivered->message.id, "afterwards");
}

/// Of a server that cancels who holds a message for more than a second.
class RabbitmqConsumerThatIsSlow : public RabbitmqConsumer {
 protected:
  RabbitmqConsumerThatIsSlow()
      : RabbitmqConsumer(testing_support::RabbitmqServer::release().cancels_slow_consumers
                             ? testing_support::RabbitmqLimits{{}, {}, 1s}
                             : testing_support::RabbitmqLimits{}) {}
};

TEST_F(RabbitmqConsumerThatIsSlow, LosesWhatItHoldsAndGetsItAgain) {
  if (!testing_support::RabbitmqServer::release().cancels_slow_consumers) {
    GTEST_SKIP() << "before RabbitMQ 4.3 this takes minutes: ClusterOfShortPatience of ./ops/test --long";
  }
  open();
  publish("held");
  const auto held = next<Delivered>();
  ASSERT_TRUE(held);
  ASSERT_TRUE(cancelled());
  // Of a connection that is gone: it must not end the next one.
  link_->ack(held->tag);
  const auto again = next<Delivered>();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->message.id, "held");
  EXPECT_TRUE(again->redelivered);
  link_->ack(again->tag);
}

}  // namespace
}  // namespace robin::adapters
