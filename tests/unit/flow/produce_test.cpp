// A producer against a broker and a store that the test watches.

#include "flow/loops/produce.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

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
        produce(*ledger_, *broker_, strategies_, epoch, options_, *log_, stop);
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
  PlanLedger* ledger_ = &store_->plan_ledger();
  ProduceOptions options_{std::nullopt, 100, 4, core::Milliseconds(1), core::Milliseconds(1000)};
};

/// Says what a test says.
class ScriptedWatch final : public PlanWatch {
 public:
  explicit ScriptedWatch(bool is_reliable) : is_reliable_(is_reliable) {}
  std::unique_ptr<Subscription> subscribe(std::function<void()> tell) override {
    const std::scoped_lock lock(mutex_);
    tell_ = std::move(tell);
    return std::make_unique<Scripted>(*this);
  }
  void tell() {
    const std::scoped_lock lock(mutex_);
    if (tell_) {
      tell_();
    }
  }

 private:
  class Scripted final : public Subscription {
   public:
    explicit Scripted(ScriptedWatch& watch) : watch_(watch) {}
    ~Scripted() override {
      const std::scoped_lock lock(watch_.mutex_);
      watch_.tell_ = {};
    }
    bool is_reliable() const override { return watch_.is_reliable_; }

   private:
    ScriptedWatch& watch_;
  };

  bool is_reliable_;
  std::mutex mutex_;
  std::function<void()> tell_;
};

/// Another one whose looks are counted.
class CountedLooks : public PlanLedger {
 public:
  explicit CountedLooks(PlanLedger& inner) : inner_(inner) {}
  [[nodiscard]] int looks() const { return looks_; }

  OpenPlans open_plans() override {
    auto plans = inner_.open_plans();
    ++looks_;
    return plans;
  }
  PlanOutcome plan(Epoch epoch, SearchId search, std::span<const search::Block> blocks) override {
    return inner_.plan(epoch, search, blocks);
  }
  std::vector<Work> pending(std::optional<SearchId> search, std::size_t limit, std::size_t orders_limit,
                            BlockId after) override {
    return inner_.pending(search, limit, orders_limit, after);
  }
  std::size_t mark_queued(Epoch epoch, std::span<const Work> published) override {
    return inner_.mark_queued(epoch, published);
  }
  std::size_t requeue_lost(Epoch epoch) override { return inner_.requeue_lost(epoch); }

 private:
  PlanLedger& inner_;
  std::atomic<int> looks_ = 0;
};

/// Another one, in a fleet whose only consumer reads bundles.
class OfAFleet final : public CountedLooks {
 public:
  using CountedLooks::CountedLooks;
  OpenPlans open_plans() override {
    auto plans = CountedLooks::open_plans();
    plans.consumers = {1, true};
    return plans;
  }
};

/// Of two waits one is far longer than any patience, so that which one is taken shows without a clock.
class ProduceWatching : public ProduceTest {
 protected:
  ProduceWatching() { ledger_ = &counted_; }

  static constexpr core::Milliseconds soon{1};
  static constexpr core::Milliseconds never = std::chrono::hours(24);

  /// The search comes when the producer has nothing to do, and has looked again because the broker was found.
  bool begins(ScriptedWatch& watch, core::Milliseconds poll, core::Milliseconds idle_poll, bool is_told) {
    options_.watch = &watch;
    options_.poll = poll;
    options_.idle_poll = idle_poll;
    const Epoch epoch = *store_->leadership().lead(Role::Producer);
    std::optional<SearchId> search;
    return produce_until(epoch, [&] {
      if (!search && counted_.looks() < 2) {
        return false;
      }
      if (!search) {
        search = store_->search_ledger().add_search({"exhaustive", {{2}, {402}}, parameters()});
      }
      if (is_told) {
        watch.tell();
      }
      return store_->reader().counts(*search).queued == 4;
    });
  }

  CountedLooks counted_{store_->plan_ledger()};
};

TEST_F(ProduceWatching, WhoHasNothingToDoBeginsWhenToldAlthoughNobodyLooks) {
  ScriptedWatch watch(true);
  EXPECT_TRUE(begins(watch, never, never, true));
}

TEST_F(ProduceWatching, WhoHasNothingToDoLooksAllTheSameNowAndThen) {
  ScriptedWatch watch(true);
  EXPECT_TRUE(begins(watch, never, soon, false));
}

TEST_F(ProduceWatching, AWatchThatMissesChangesIsNotReliedOn) {
  ScriptedWatch watch(false);
  EXPECT_TRUE(begins(watch, soon, never, false));
}

TEST_F(ProduceWatching, WhoHasBlocksInFlightLooksByHimself) {
  // All of it fits: nothing is left to plan.
  const SearchId search = store_->search_ledger().add_search({"exhaustive", {{2}, {402}}, parameters()});
  ScriptedWatch watch(true);
  options_.watch = &watch;
  options_.idle_poll = never;
  const Epoch epoch = *store_->leadership().lead(Role::Producer);
  bool is_one_left = false;
  EXPECT_TRUE(produce_until(epoch, [&] {
    if (!is_one_left && counted_.looks() > 4 && store_->reader().counts(search).queued == 4) {
      const auto block = store_->reader().blocks({search, {BlockState::Queued}, {0}}, 1).front();
      report(block, Partial{block.block.begin, std::nullopt});
      is_one_left = true;
    }
    return ready() == 5;
  })) << "a block that a worker left to others is not told";
}

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

/// Some blocks are in flight and one of them is finished, so that the search's blocks are known to be short.
class ProduceBundles : public ProduceTest {
 protected:
  ProduceBundles() {
    ledger_ = &ledger_of_fleet_;
    options_.in_flight_max = 64;
    options_.mark_every = std::chrono::hours(24);
    EXPECT_TRUE(produce_until(epoch_, [&] { return ready() == 8; })) << "nothing is known: alone";
    finish(store_->reader().blocks({search_, {BlockState::Queued}, {0}}, 1).front());
  }
  BlockCounts counts() { return store_->reader().counts(search_); }

  OfAFleet ledger_of_fleet_{store_->plan_ledger()};
  SearchId search_ = store_->search_ledger().add_search({"exhaustive", {{2}, {10'002}}, parameters()});
  Epoch epoch_ = *store_->leadership().lead(Role::Producer);
};

TEST_F(ProduceBundles, TravelTogetherAndAreCountedAsInFlightThoughTheyAreNotMarked) {
  std::optional<int> looks;
  EXPECT_TRUE(produce_until(epoch_, [&] {
    if (!looks && ready() == 12) {
      EXPECT_EQ(counts().pending, 57U);
      looks = ledger_of_fleet_.looks();
    }
    return looks && ledger_of_fleet_.looks() > *looks + 5;
  }));
  EXPECT_EQ(ready(), 12U) << "57 blocks in bundles of 16, and not again";
  EXPECT_EQ(counts().queued, 64U) << "who ends leaves them marked";
  EXPECT_EQ(counts().pending, 0U);
}

TEST_F(ProduceBundles, ArePublishedAgainByWhoTakesOverBeforeTheyWereMarked) {
  std::optional<Epoch> next;
  EXPECT_TRUE(produce_until(epoch_, [&] {
    if (ready() == 12) {
      store_->leadership().release(Role::Producer);
      next = store_->leadership().lead(Role::Producer);
    }
    return next.has_value();
  }));
  ASSERT_TRUE(next);
  EXPECT_EQ(counts().pending, 57U) << "an old leader marks nothing";
  EXPECT_TRUE(produce_until(*next, [&] { return ready() == 16; })) << "one copy of each";
  EXPECT_EQ(counts().queued, 64U);
  EXPECT_EQ(counts().pending, 0U);
}

TEST_F(ProduceBundles, AreMarkedAfterAWhileSoThatWhatIsLeftIsSeen) {
  options_.mark_every = core::Milliseconds(1);
  bool are_left = false;
  EXPECT_TRUE(produce_until(epoch_, [&] {
    if (!are_left && counts().queued == 64) {
      for (const auto& block : store_->reader().blocks({search_, {BlockState::Queued}, {0}}, 2)) {
        report(block, Partial{block.block.begin, std::nullopt});
      }
      are_left = true;
    }
    return ready() == 13;
  })) << "both in one message";
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
