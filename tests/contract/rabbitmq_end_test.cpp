// A link to a RabbitMQ that accepts connections and never says a word ends when it is told to, whatever it waits for.

#include <gtest/gtest.h>

#include <future>

#include "adapters/rabbitmq/broker.hpp"
#include "support/patience.hpp"
#include "support/rabbitmq_server.hpp"
#include "support/tcp_proxy.hpp"

namespace robin::adapters {
namespace {

using namespace std::chrono_literals;
using testing_support::TcpProxy;

TEST(RabbitmqEnd, DoesNotWaitForAnAttemptThatTakesForEver) {
  RabbitmqOptions options = testing_support::RabbitmqServer().options("operator");
  TcpProxy proxy(testing_support::port_of(options.url));
  proxy.hold(TcpProxy::Direction::ToServer);
  proxy.hold(TcpProxy::Direction::ToClient);
  options.url = testing_support::by_port(options.url, proxy.port());
  options.connect_timeout = options.rpc_timeout = 1h;
  const auto broker = open_rabbitmq_broker(options);
  auto link = broker->connect({flow::Queue::Results, 1, false}, [](const flow::BrokerEvents&) {});
  EXPECT_TRUE(testing_support::wait_until([&] { return proxy.accepted() == 2; })) << "it publishes and consumes";
  const auto ending = std::async(std::launch::async, [&link] { link.reset(); });
  const bool has_ended = ending.wait_until(testing_support::patience().at) == std::future_status::ready;
  EXPECT_TRUE(has_ended);
  // If not: then it gets its answer.
  proxy.hold(TcpProxy::Direction::ToServer, false);
  proxy.hold(TcpProxy::Direction::ToClient, false);
}

}  // namespace
}  // namespace robin::adapters
