// What takes its time: ./ops/test --long.

#include <gmock/gmock.h>

#include <iostream>

#include "integration/cluster_fixture.hpp"

namespace robin {
namespace {

using namespace std::chrono_literals;

TEST_F(Cluster, AMinuteOfComputingOnAllCoresWithAHeartbeatOfTenSecondsDisconnectsNobody) {
  // About two minutes of one core each.
  block_size_ = 10'000'000'000;
  start("producer", {"--block-size", std::to_string(block_size_), "--in-flight", "2"});
  start("saver");
  const Process& consumer = start("consumer", {"--threads", "2", "--heartbeat-seconds", "10"});
  const auto id = submit({"20000000002"});
  ASSERT_TRUE(wait_until([&] { return store_->counts(id).running == 2; }));
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(wait_until([&] { return std::chrono::steady_clock::now() - begin > 61s; }));
  EXPECT_EQ(store_->counts(id).running, 2U) << "the blocks took less than a minute: they should be larger";
  EXPECT_THAT(consumer.standard_error(), testing::Not(testing::HasSubstr("out of reach")));
  const auto blocks = depth(flow::Queue::Blocks);
  EXPECT_TRUE(blocks.known && blocks.unacked == 2 && blocks.ready == 0) << "still held by the same connection";
}

/// A certificate to 3e11, through SIGTERM and SIGKILL of everything at once, servers too.
TEST_F(ClusterOnItsOwnServers, ACertificateTo3e11SurvivesTheEndOfEverythingTwice) {
  const SearchArguments search{"300000000000", "exact", "colossally-abundant"};
  const auto begin = [this] {
    start("producer", {"--in-flight", "16"});
    start("saver");
    start("consumer", {"--threads", "1"});
    start("consumer", {"--threads", "1"});
    start_auditor("1%");
  };
  const auto signal_all = [this](int signal) {
    for (const auto& service : services_) {
      service->signal(signal);
    }
    for (const auto& service : services_) {
      EXPECT_EQ(service->wait(40s), signal == SIGKILL ? 128 + SIGKILL : 0) << service->standard_error();
    }
    services_.clear();
  };
  const auto finished_at_least = [this](flow::SearchId id, std::uint64_t count) {
    return wait_until([&] { return store_->counts(id).finished >= count; });
  };
  begin();
  const auto id = submit(search);
  ASSERT_TRUE(finished_at_least(id, 150));
  signal_all(SIGTERM);
  begin();
  ASSERT_TRUE(finished_at_least(id, 250));
  signal_all(SIGKILL);
  store_.reset();
  servers.restart("rabbitmq", "KILL");
  servers.restart("postgres", "KILL");
  store_ = adapters::open_postgres_store(database_.options(), strategies_);
  begin();
  const auto certificate_of = [this](std::vector<std::string> command) {
    const auto result = robin(std::move(command));
    EXPECT_EQ(result.status, 0) << result.error;
    auto certificate = nlohmann::json::parse(result.output)["certificate"];
    EXPECT_EQ(certificate["holds"], true);
    certificate.erase("versions");
    return certificate;
  };
  auto wait = search.flags();
  wait.insert(wait.begin(), {"submit", "--wait", "--no-progress"});
  const auto interrupted = certificate_of(wait);
  auto run = search.flags();
  run.insert(run.begin(), {"run", "--store", ":memory:", "--no-progress"});
  EXPECT_EQ(interrupted, certificate_of(run));
  EXPECT_EQ(interrupted["prime_count"], 11'818'439'135);
  std::cout << interrupted.dump(2) << "\n";
}

}  // namespace
}  // namespace robin
