#include "adapters/rabbitmq/outstanding_deliveries.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace robin::adapters {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class OutstandingDeliveriesTest : public testing::Test {
 protected:
  OutstandingDeliveriesTest() {
    for (std::uint64_t tag = 1; tag <= 6; ++tag) {
      deliveries_.add(tag);
    }
  }
  OutstandingDeliveries::Acks ack(std::vector<std::uint64_t> tags) { return deliveries_.ack(tags); }

  OutstandingDeliveries deliveries_;
};

TEST_F(OutstandingDeliveriesTest, WhatLiesBeforeAllThatIsOutIsAckedAsOne) {
  const auto acks = ack({3, 1, 2});
  EXPECT_EQ(acks.up_to, 3U);
  EXPECT_THAT(acks.alone, IsEmpty());
}

TEST_F(OutstandingDeliveriesTest, WhatLiesAmidWhatIsOutIsAckedAlone) {
  const auto amid = ack({1, 3, 5});
  EXPECT_EQ(amid.up_to, 1U);
  EXPECT_THAT(amid.alone, ElementsAre(3U, 5U));
  const auto gap = ack({2});
  EXPECT_EQ(gap.up_to, 2U);
  EXPECT_THAT(gap.alone, IsEmpty());
  const auto last = ack({6, 4});
  EXPECT_EQ(last.up_to, 6U) << "nothing is out any more";
}

TEST_F(OutstandingDeliveriesTest, WhatWasAnsweredOtherwiseIsOutNoMore) {
  deliveries_.remove(1);
  const auto acks = ack({2});
  EXPECT_EQ(acks.up_to, 2U);
  EXPECT_THAT(acks.alone, IsEmpty());
}

TEST_F(OutstandingDeliveriesTest, NothingToAckIsNoAck) {
  const auto acks = ack({});
  EXPECT_EQ(acks.up_to, 0U);
  EXPECT_THAT(acks.alone, IsEmpty());
}

TEST_F(OutstandingDeliveriesTest, ANewChannelKnowsNothingOfTheOneBefore) {
  deliveries_.clear();
  deliveries_.add(2);
  deliveries_.add(3);
  const auto acks = ack({2});
  EXPECT_EQ(acks.up_to, 2U);
}

}  // namespace
}  // namespace robin::adapters
