// What takes its time: ./ops/test --long.

#include <gmock/gmock.h>

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

}  // namespace
}  // namespace robin
