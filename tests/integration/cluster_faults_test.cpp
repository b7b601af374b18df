// Faults at an exact place, by a proxy that goes silent, and faults of the servers themselves.

#include <gmock/gmock.h>

#include <cstdlib>
#include <optional>

#include "adapters/rabbitmq/management.hpp"
#include "flow/loops/inbox.hpp"
#include "integration/cluster_fixture.hpp"
#include "support/expired_server.hpp"
#include "support/tcp_proxy.hpp"

namespace robin {
namespace {

using flow::SearchId;
using testing_support::TcpProxy;
using Direction = TcpProxy::Direction;

TEST_F(Cluster, ASaverKilledBetweenCommitAndReplyIsFollowedByOneThatKnowsTheResult) {
  TcpProxy proxy(amqp_port());
  start("producer");
  start("consumer", {"--threads", "1", "--answer-timeout-seconds", "1"});
  Process& victim = start("saver", {}, amqp_url_by(proxy.port(), "saver"));
  expect_finished_like_embedded({"300000"});  // so all of them are connected
  proxy.hold(Direction::ToServer);
  const SearchArguments search{"400000", "original"};
  const SearchId id = submit(search);
  ASSERT_TRUE(wait_until([&] { return store_->reader().counts(id).finished == 2; })) << "COMMIT reaches the database";
  ASSERT_TRUE(wait_until([&] {
    const auto blocks = depth(flow::Queue::Blocks);
    return blocks.known && blocks.unacked >= 1;
  })) << "the reply did not come through, so the block is not acked";
  kill(victim);
  start("saver");
  expect_finished_like_embedded(search);
}

TEST_F(Cluster, AProducerKilledBetweenPublishAndConfirmIsFollowedByOneThatPublishesAgain) {
  TcpProxy proxy(amqp_port());
  Process& victim = start("producer", {}, amqp_url_by(proxy.port(), "producer"));
  const SearchArguments first{"300000"};
  const SearchId first_id = submit(first);
  ASSERT_TRUE(wait_until([&] { return store_->reader().counts(first_id).queued == 2; }));
  ASSERT_TRUE(wait_until([&] { return depth(flow::Queue::Blocks).ready == 2; }));
  proxy.hold(Direction::ToClient);
  const SearchArguments second{"400000", "original"};
  const SearchId second_id = submit(second);
  ASSERT_TRUE(wait_until([&] { return depth(flow::Queue::Blocks).ready == 4; })) << "published";
  EXPECT_EQ(store_->reader().counts(second_id).pending, 2U) << "and not confirmed";
  kill(victim);
  start("producer");
  ASSERT_TRUE(wait_until([&] { return depth(flow::Queue::Blocks).ready == 6; })) << "published again";
  start("saver");
  start("consumer", {"--threads", "2"});
  expect_finished_like_embedded(first);
  expect_finished_like_embedded(second);
}

/// Servers that accept and never answer.
TEST_F(Cluster, AConnectionAttemptWithoutAnAnswerIsGivenUp) {
  TcpProxy broker(amqp_port());
  const std::string database_url = database_.options_as("saver").url;
  const std::size_t port = database_url.find(':', database_url.find('@')) + 1;
  TcpProxy database(static_cast<std::uint16_t>(std::stoi(database_url.substr(port))));
  for (TcpProxy* proxy : {&broker, &database}) {
    proxy->hold(TcpProxy::Direction::ToServer);
    proxy->hold(TcpProxy::Direction::ToClient);
  }
  const Process& consumer = start("consumer", {}, amqp_url_by(broker.port(), "consumer"));
  environment_["ROBIN_DATABASE_URL"] =
      std::string(database_url).replace(port, database_url.find('/', port) - port, std::to_string(database.port()));
  const Process& saver = start("saver");
  environment_.erase("ROBIN_DATABASE_URL");
  EXPECT_TRUE(says(saver, "is tried again"));
  EXPECT_TRUE(says(consumer, "out of reach"));
}

TEST_F(Cluster, AStopDoesNotWaitForAServerThatNeverAnswers) {
  TcpProxy broker(amqp_port());
  broker.hold(TcpProxy::Direction::ToServer);
  broker.hold(TcpProxy::Direction::ToClient);
  Process& consumer = start("consumer", {}, amqp_url_by(broker.port(), "consumer"));
  ASSERT_TRUE(says(consumer, "out of reach"));
  consumer.signal(SIGQUIT);
  // That not even one attempt is waited for: RabbitmqEnd, where an attempt takes for ever.
  EXPECT_EQ(consumer.wait(patience()), 0) << consumer.standard_error();
  forget(consumer);
}

class LongClusterUnderLoad : public ClusterOnItsOwnServers {
 protected:
  void begin() {
    block_size_ = 5'000'000;
    start("producer", {"--in-flight", "16", "--block-size", std::to_string(block_size_)});
    start("saver");
    start("consumer", {"--threads", "1"});
    start("consumer", {"--threads", "1"});
    id_ = submit(search_);
  }
  /// A restart of the database makes the test's own look fail as well: then it looks again.
  bool finished_at_least(std::uint64_t count) {
    return wait_until([&] {
      try {
        return store_->reader().counts(id_).finished >= count;
      } catch (const runtime::Error&) {
        return false;
      }
    });
  }

  const SearchArguments search_{"4e8"};
  SearchId id_{0};
};

/// chaos.brief is their short twin: connections to both are cut and go silent under load.
TEST_F(LongClusterUnderLoad, RestartsOfRabbitMQUnderLoadLoseAndDoubleNothing) {
  begin();
  ASSERT_TRUE(finished_at_least(5));
  servers.restart(cluster::Server::Rabbitmq, SIGKILL);
  ASSERT_TRUE(finished_at_least(20)) << "work flows again";
  expect_finished_like_embedded(search_);
}

TEST_F(LongClusterUnderLoad, ImmediateRestartsOfPostgreSQLUnderLoadLoseAndDoubleNothing) {
  begin();
  for (const std::uint64_t finished : {5U, 15U}) {
    ASSERT_TRUE(finished_at_least(finished)) << "work flows";
    servers.restart(cluster::Server::Postgres, SIGQUIT);
  }
  expect_finished_like_embedded(search_);
}

// TLS.

template <class Fixture>
class TlsOn : public Fixture {
 protected:
  /// What a link to this address says first.
  static std::string first_word(const adapters::RabbitmqOptions& options) {
    flow::Inbox<flow::BrokerEvent> inbox;
    try {
      const auto broker = adapters::open_rabbitmq_broker(options);
      const auto link = broker->connect({flow::Queue::Results, 1, false},
                                        [&inbox](flow::BrokerEvents events) { inbox.put_all(std::move(events)); });
      const auto event = inbox.take(testing_support::patience(), {});
      if (event && std::holds_alternative<flow::Connected>(*event)) {
        return "connected";
      }
      return event ? std::get<flow::Disconnected>(*event).reason : "nothing";
    } catch (const runtime::Error& error) {
      return error.what();
    }
  }

  static std::string environment(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): the test has one thread here
    return value == nullptr ? "" : value;
  }

  adapters::RabbitmqOptions tls(const std::string& host, const std::string& ca_file) const {
    auto options = this->rabbitmq_.options("saver");
    const std::size_t at = options.url.find('@');
    options.url =
        "amqps" + options.url.substr(4, at - 3) + host + ":" + environment("ROBIN_RABBITMQ_TLS_PORT") + "/robin";
    options.ca_file = ca_file;
    options.connect_timeout = core::Milliseconds(5000);
    return options;
  }

  /// The database by the name in its certificate.
  std::string by_name() const {
    std::string url = this->database_.options().url;
    return url.replace(url.find("127.0.0.1"), 9, "localhost");
  }

  std::string ca_file_ = environment("ROBIN_RABBITMQ_CA_FILE");
};

using ClusterTls = TlsOn<Cluster>;
using LongClusterTls = TlsOn<ClusterOnItsOwnServers>;

/// Its short twin has a server that is neither RabbitMQ nor PostgreSQL.
TEST_F(LongClusterTls, AnExpiredCertificateIsRefused) {
  EXPECT_EQ(first_word(tls("localhost", ca_file_)), "connected");
  servers.let_certificates_expire();
  EXPECT_THAT(first_word(tls("localhost", ca_file_)), testing::HasSubstr("peer cert verification failed"));
  const auto expired = robin({"status"}, by_name() + "?sslmode=verify-full&sslrootcert=" + ca_file_);
  EXPECT_EQ(expired.status, 3);
  EXPECT_THAT(expired.error, testing::HasSubstr("certificate verify failed"));
}

TEST_F(ClusterTls, TheBrokerIsReachedOnlyUnderItsNameAndItsAuthority) {
  EXPECT_EQ(first_word(tls("localhost", ca_file_)), "connected");
  EXPECT_THAT(first_word(tls("127.0.0.1", ca_file_)), testing::HasSubstr("hostname"));
  EXPECT_THAT(first_word(tls("localhost", "/etc/ssl/certs/ca-certificates.crt")),
              testing::HasSubstr("peer cert verification failed"));
  EXPECT_THAT(first_word(tls("localhost", "/nowhere")), testing::HasSubstr("certificate authority"));
  EXPECT_THAT(first_word(tls("localhost", "")), testing::HasSubstr("certificate authority"));
  auto plain_port = tls("localhost", ca_file_);
  plain_port.url = amqp_url_by(amqp_port(), "saver");
  plain_port.url.replace(0, 4, "amqps");
  EXPECT_NE(first_word(plain_port), "connected");
}

TEST_F(ClusterTls, TheManagementApiIsReachedOnlyUnderItsNameAndItsAuthority) {
  const auto is_known = [this](const std::string& host, const std::string& ca_file) {
    std::string url = this->rabbitmq_.management_url_of("gateway");
    const std::size_t at = url.find('@');
    url = "https" + url.substr(4, at - 3) + host + ":" + environment("ROBIN_RABBITMQ_MANAGEMENT_TLS_PORT") +
          url.substr(url.find('?'));
    return adapters::read_queue_depth({url, ca_file}, flow::Queue::Blocks, testing_support::patience()).known;
  };
  EXPECT_TRUE(wait_until([&] { return is_known("localhost", ca_file_); })) << "once there are counts of a new queue";
  EXPECT_FALSE(is_known("127.0.0.1", ca_file_));
  EXPECT_FALSE(is_known("localhost", "/etc/ssl/certs/ca-certificates.crt"));
  EXPECT_FALSE(is_known("localhost", ""));
}

TEST_F(ClusterTls, TheDatabaseIsReachedOnlyUnderItsNameAndItsAuthority) {
  const auto status = [this](const std::string& address) { return robin({"status"}, address); };
  const auto good = status(by_name() + "?sslmode=verify-full&sslrootcert=" + ca_file_);
  EXPECT_EQ(good.status, 0) << good.error;
  const auto wrong_name = status(database_.options().url + "?sslmode=verify-full&sslrootcert=" + ca_file_);
  EXPECT_EQ(wrong_name.status, 3);
  EXPECT_THAT(wrong_name.error, testing::HasSubstr("does not match host name"));
  const auto wrong_authority =
      status(by_name() + "?sslmode=verify-full&sslrootcert=/etc/ssl/certs/ca-certificates.crt");
  EXPECT_EQ(wrong_authority.status, 3);
  EXPECT_THAT(wrong_authority.error, testing::HasSubstr("certificate verify failed"));
}

TEST_F(ClusterTls, AnExpiredCertificateIsRefused) {
  const testing_support::ExpiredServer expired;
  const auto look =
      testing_support::run_process({"openssl", "s_client", "-connect", "localhost:" + std::to_string(expired.port()),
                                    "-CAfile", expired.ca_file(), "-verify_return_error", "-brief"});
  EXPECT_THAT(look.error, testing::HasSubstr("certificate has expired")) << "and nothing else is wrong with it";
  auto broker = tls("localhost", expired.ca_file());
  broker.url = testing_support::by_port(broker.url, expired.port());
  EXPECT_THAT(first_word(broker), testing::HasSubstr("peer cert verification failed"));
  const auto database = robin({"status"}, testing_support::by_port(by_name(), expired.postgres_port()) +
                                              "?sslmode=verify-full&sslrootcert=" + expired.ca_file());
  EXPECT_EQ(database.status, 3);
  EXPECT_THAT(database.error, testing::HasSubstr("certificate verify failed"));
}

}  // namespace
}  // namespace robin
