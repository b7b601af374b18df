// A producer against a broker and a store that the test watches.

#include "flow/loops/produce.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "adapters/memory/broker.hpp"
#include "adapters/sqlite/store.hpp"
#include "flow/loops/inbox.hpp"
#include "flow/rules/fair_turns.hpp"
#include "flow/wire/message.hpp"
#include "support/parsed.hpp"
#include "support/patience.hpp"

namespace robin::flow {
namespace {

using testing_support::parameters;
using testing_support::patience;
using testing_support::wait_until;

class ProduceTest : public testing::Test {
 protected:
  /// Runs a producer under `epoch` until it ends by itself or `done` says so.
  template <class Condition>
  bool produce_until(Epoch epoch, Condition done) {
    std::atomic<bool> ended = false;
    const std::jthread producer([&](const std::stop_token& stop) {
      try {
        produce(store_->plan_ledger(), *broker_, strategies_, epoch, options_, *log_, stop);
      } catch (const Fenced&) {
        // That is an end, too.
      }
      ended = true;
    });
    return wait_until([&] { return done() || ended; });
  }
  /// As a worker does.
  template <class Content>
  void report(const BlockRecord& block, Content content) {
    const Report report{{block.id, Purpose(), 1}, block.attempt, "a worker", block.block, std::move(content)};
    EXPECT_EQ(store_->save_ledger().save(std::span(&report, 1)).front(), Outcome::Stored);
  }
  void finish(const BlockRecord& block) {
    report(block, WorkResult{search::examine(*strategies_.find("exhaustive"), block.block, parameters(), {}), 0});
  }
  std::uint64_t ready() { return broker_->depth(Queue::Blocks, patience()).ready; }

  search::Strategies strategies_;
  std::unique_ptr<runtime::Log> log_ = runtime::Log::silent();
  std::unique_ptr<Broker> broker_ = adapters::open_memory_broker();
  std::unique_ptr<Store> store_ = adapters::open_sqlite_store(":memory:", strategies_);
  ProduceOptions options_{std::nullopt, 100, 4, core::Milliseconds(1), core::Milliseconds(1000)};
};

TEST_F(ProduceTest, BlocksInFlightStayAtTheTarget) {
  const SearchId search = store_->search_ledger().add_search({"exhaustive", {{2}, {10'002}}, parameters()});
  const Epoch epoch = *store_->leadership().lead(Role::Producer);
  EXPECT_TRUE(produce_until(epoch, [&] { return store_->reader().counts(search).queued == 4; }));
  EXPECT_EQ(ready(), 4U);
  EXPECT_EQ(store_->reader().counts(search).in_flight(), 4U);
  EXPECT_EQ(store_->reader().counts(search).pending, 0U);
}

TEST_F(ProduceTest, RoomIsFilledWhenThereIsSomeAndAtOnceWhereFewBlocksWait) {
  options_.in_flight_max = 64;
  const SearchId search = store_->search_ledger().add_search({"exhaustive", {{2}, {10'002}}, parameters()});
  options_.search = search;
  const Epoch epoch = *store_->leadership().lead(Role::Producer);
  EXPECT_TRUE(produce_until(epoch, [&] { return store_->reader().counts(search).queued == 64; }));
  const std::vector<BlockRecord> queued = store_->reader().blocks({search, {BlockState::Queued}, {0}}, 64);
  ASSERT_EQ(queued.size(), 64U);
  finish(queued[0]);
  finish(queued[1]);
  EXPECT_TRUE(produce_until(epoch, [&] { return store_->reader().counts(search).queued == 64; }));
  // One is too little to look after, unless consumers could run out of blocks.
  for (std::size_t i = 2; i < 42; ++i) {
    report(queued[i], Started{});
  }
  finish(queued[42]);
  EXPECT_TRUE(produce_until(epoch, [&] { return store_->reader().counts(search).in_flight() == 64; }));
}

TEST_F(ProduceTest, WhatABrokerDoesNotAcceptStaysPendingAndIsPublishedLater) {
  const SearchId search = store_->search_ledger().add_search({"exhaustive", {{2}, {402}}, parameters()});
  const Epoch epoch = *store_->leadership().lead(Role::Producer);
  broker_->set_ingress_open(false, patience());
  EXPECT_TRUE(produce_until(epoch, [&] { return store_->reader().counts(search).pending == 4; }));
  EXPECT_EQ(ready(), 0U);
  broker_->set_ingress_open(true, patience());
  EXPECT_TRUE(produce_until(epoch, [&] { return store_->reader().counts(search).queued == 4; }));
  EXPECT_EQ(ready(), 4U);
}

TEST_F(ProduceTest, AFencedProducerEndsInsteadOfPublishingTheSameBlocksForEver) {
  // Everything is planned already, so that only marking can tell it that another one leads.
  const SearchId search = store_->search_ledger().add_search({"exhaustive", {{2}, {402}}, parameters()});
  const Epoch old = *store_->leadership().lead(Role::Producer);
  ASSERT_EQ(store_->plan_ledger().plan(old, search, std::vector<search::Block>{{{2}, {202}}, {{202}, {402}}}),
            PlanOutcome::Planned);
  store_->leadership().release(Role::Producer);
  ASSERT_TRUE(store_->leadership().lead(Role::Producer));
  EXPECT_TRUE(produce_until(old, [] { return false; })) << "it must end by itself";
  EXPECT_EQ(ready(), 2U) << "one copy of each at most";
  EXPECT_EQ(store_->reader().counts(search).pending, 2U);
}

TEST_F(ProduceTest, FewBlocksWaitAsLongAsNobodyKnowsHowLongTheyTake) {
  options_.in_flight_max = 64;
  const SearchId search = store_->search_ledger().add_search({"exhaustive", {{2}, {10'002}}, parameters()});
  const Epoch epoch = *store_->leadership().lead(Role::Producer);
  EXPECT_TRUE(produce_until(epoch, [&] { return ready() == 8; }));
  const auto queued = store_->reader().blocks({search, {BlockState::Queued}, {0}}, 64);
  ASSERT_EQ(queued.size(), 8U);
  for (std::size_t i = 0; i < 3; ++i) {
    report(queued[i], Started{});
  }
  EXPECT_TRUE(produce_until(epoch, [&] { return store_->reader().counts(search).queued == 12; })) << "four for each";
  finish(queued[3]);
  EXPECT_TRUE(produce_until(epoch, [&] { return store_->reader().counts(search).in_flight() == 64; }))
      << "they take no time";
}

TEST_F(ProduceTest, TwoSearchesShareTheRoomAndTakeTurns) {
  options_.in_flight_max = 64;
  const Epoch epoch = *store_->leadership().lead(Role::Producer);
  const SearchId large = store_->search_ledger().submit({"exhaustive", {{2}, {10'002}}, parameters()}, {{}, 3}).id;
  const SearchId small = store_->search_ledger().submit({"exhaustive", {{10'002}, {20'002}}, parameters()}, {{}, 1}).id;
  // Nothing is known of either, so a few of each are tried; then they are known to be alike.
  EXPECT_TRUE(produce_until(epoch, [&] { return ready() == 2 * FairTurns::unknown_in_flight; }));
  for (const SearchId search : {large, small}) {
    finish(store_->reader().blocks({search, {BlockState::Queued}, {0}}, 1).front());
  }
  EXPECT_TRUE(produce_until(epoch, [&] {
    return store_->reader().counts(large).in_flight() + store_->reader().counts(small).in_flight() == 64;
  }));
  EXPECT_NEAR(static_cast<double>(store_->reader().counts(large).in_flight()), 48, 1);
}

}  // namespace
}  // namespace robin::flow
