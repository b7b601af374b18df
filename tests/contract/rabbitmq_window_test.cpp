// What is written to RabbitMQ and not confirmed is bounded, in messages and in bytes: a server that is short of memory
// stops reading, and a send into a full socket would wait for ever.

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "adapters/rabbitmq/broker.hpp"
#include "adapters/rabbitmq/connection.hpp"
#include "flow/loops/inbox.hpp"
#include "support/patience.hpp"
#include "support/rabbitmq_server.hpp"
#include "support/tcp_proxy.hpp"

namespace robin::adapters {
namespace {

using namespace std::chrono_literals;
using testing_support::patience;
using testing_support::TcpProxy;

/// So long it is seen that nothing follows. A busy machine may hide by it what is wrong, and never makes it red.
constexpr auto look = 300ms;

class RabbitmqWindow : public testing::Test {
 protected:
  RabbitmqWindow() {
    RabbitmqOptions by_proxy = options_;
    by_proxy.url = testing_support::by_port(by_proxy.url, proxy_.port());
    broker_ = open_rabbitmq_broker(by_proxy);
    link_ = broker_->connect({}, [this](flow::BrokerEvents events) { inbox_.put_all(std::move(events)); });
    const auto first = inbox_.take(patience(), {});
    EXPECT_TRUE(first && std::holds_alternative<flow::Connected>(*first));
  }

  /// Publishes so many while no confirm comes through. What was written of them, once nothing more is.
  struct Written {
    std::uint64_t messages;
    std::int64_t bytes;
  };
  Written publish_unconfirmed(std::size_t messages, std::size_t body, std::uint64_t expected) {
    proxy_.hold(TcpProxy::Direction::ToClient);
    const std::int64_t before = proxy_.passed_to_server();
    for (std::size_t i = 0; i < messages; ++i) {
      const std::string id = "a block whose name is as long as they get, and somewhat longer/" + std::to_string(i);
      tickets_.insert(
          link_->publish(flow::Exchange::Ingress, {id, std::string(body, 'x'), "robin.reply.0123456789abcdef"}));
    }
    // Asked of the queue itself: the management API is some seconds behind.
    SocketInterruption never;
    RabbitmqConnection direct(options_, "look", never);
    const auto ready = [&] { return direct.expect_queue("robin.blocks"); };
    EXPECT_TRUE(testing_support::wait_until([&] { return ready() >= expected; }));
    std::this_thread::sleep_for(look);
    return {ready(), proxy_.passed_to_server() - before};
  }
  /// Lets the confirms through; all that was published is confirmed then.
  void expect_all_are_confirmed() {
    proxy_.hold(TcpProxy::Direction::ToClient, false);
    const auto deadline = patience();
    while (!tickets_.empty()) {
      const auto event = inbox_.take(deadline, {});
      ASSERT_TRUE(event.has_value()) << tickets_.size() << " were not confirmed";
      const auto* confirmed = std::get_if<flow::Confirmed>(&*event);
      ASSERT_TRUE(confirmed != nullptr && confirmed->confirm == flow::Confirm::Accepted);
      ASSERT_EQ(tickets_.erase(confirmed->ticket), 1U);
    }
  }

  testing_support::RabbitmqServer server_;
  RabbitmqOptions options_ = server_.options("operator");
  TcpProxy proxy_{testing_support::port_of(options_.url)};
  flow::Inbox<flow::BrokerEvent> inbox_;
  std::set<flow::Ticket> tickets_;
  std::unique_ptr<flow::Broker> broker_;
  std::unique_ptr<flow::Link> link_;
};

TEST_F(RabbitmqWindow, SmallMessagesAreBoundedByTheirNumber) {
  const Written written = publish_unconfirmed(1000, 2, options_.window_messages);
  EXPECT_EQ(written.messages, options_.window_messages);
  EXPECT_LE(written.bytes, static_cast<std::int64_t>(options_.window_bytes));
  expect_all_are_confirmed();
}

TEST_F(RabbitmqWindow, LargeMessagesAreBoundedByAllThatIsWrittenOfThem) {
  constexpr std::size_t body = 1000;
  const std::size_t most = options_.window_bytes / body;
  const Written written = publish_unconfirmed(500, body, most * 3 / 4);
  EXPECT_GE(written.messages, most * 3 / 4) << "the window is used";
  EXPECT_LE(written.bytes, static_cast<std::int64_t>(options_.window_bytes));
  expect_all_are_confirmed();
}

TEST_F(RabbitmqWindow, AMessageLargerThanTheWindowGoesAlone) {
  const Written written = publish_unconfirmed(3, 100'000, 1);
  EXPECT_EQ(written.messages, 1U);
  expect_all_are_confirmed();
}

}  // namespace
}  // namespace robin::adapters
