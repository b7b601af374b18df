// The pipeline as a whole over each pair of broker and store, while both go wrong: every block is finished once, and
// the result is that of a run in peace.

#include <gtest/gtest.h>

#include <atomic>
#include <list>
#include <map>
#include <mutex>
#include <thread>

#include "adapters/memory/broker.hpp"
#include "adapters/rabbitmq/broker.hpp"
#include "contract/store_openers.hpp"
#include "flow/loops/clean.hpp"
#include "flow/loops/compute.hpp"
#include "flow/loops/produce.hpp"
#include "flow/loops/save.hpp"
#include "flow/rules/fold.hpp"
#include "runtime/error.hpp"
#include "search/sha256.hpp"
#include "support/fault_broker.hpp"
#include "support/fault_store.hpp"
#include "support/gated_strategy.hpp"
#include "support/parsed.hpp"
#include "support/patience.hpp"
#include "support/rabbitmq_server.hpp"
#include "support/random.hpp"

namespace robin::flow {
namespace {

using namespace std::chrono_literals;
using testing_support::FaultBroker;
using testing_support::FaultRates;
using testing_support::FaultStore;
using testing_support::parameters;
using testing_support::patience;
using testing_support::StoreFaultRates;
using testing_support::wait_until;

/// How often a message may come back, where a test does not say otherwise.
constexpr std::uint32_t usual_limit = 20;

struct Pair {
  const char* name;
  std::function<std::unique_ptr<Broker>(std::uint32_t delivery_limit)> open_broker;
  Implementation store;
  friend std::ostream& operator<<(std::ostream& out, const Pair& pair) { return out << pair.name; }
};

std::unique_ptr<Broker> open_empty_rabbitmq(std::uint32_t delivery_limit) {
  return testing_support::open_empty_rabbitmq(delivery_limit, 100'000);
}

class PipelineContract : public testing::TestWithParam<Pair> {
 protected:
  static constexpr std::uint64_t size = 600;
  static constexpr std::uint64_t blocks = testing_support::extent(100U, 20U);
  static constexpr std::uint64_t end = 2 + size * blocks;

  /// Searches [2, end) with one producer, two consumers, two savers and a janitor, each over faults of its own.
  void search_under(const FaultRates& faults, const StoreFaultRates& store_faults) {
    search_ = store_->search_ledger().add_search({"exhaustive", {{2}, {end}}, parameters()});
    std::list<FaultBroker> brokers;
    std::list<FaultStore> stores;
    const auto broker = [&]() -> Broker& { return brokers.emplace_back(*broker_, faults, random_.between(0, ~0ULL)); };
    const auto store = [&]() -> Store& {
      return stores.emplace_back(*store_, store_faults, random_.between(0, ~0ULL)).store();
    };
    std::list<std::jthread> services;
    const auto serve = [&services](auto body) {
      services.emplace_back([body](const std::stop_token& stop) { body(stop); });
    };
    serve([&, &own = broker()](const std::stop_token& stop) { produce_blocks(own, stop); });
    for (int i = 0; i < 2; ++i) {
      serve([&, &own = broker(), i](const std::stop_token& stop) { compute_blocks(own, i, stop); });
      serve([&, &own = broker(), &kept = store()](const std::stop_token& stop) {
        SaveOptions options;
        options.retry_wait = 5ms;
        save(kept.save_ledger(), own, strategies_, options, *log_, stop);
      });
    }
    // A file has no janitor: what it would take back does not happen to a run in one process.
    if (auto* cluster = dynamic_cast<ClusterStore*>(store_.get())) {
      serve([&, cluster, &own = broker()](const std::stop_token& stop) {
        CleanOptions options;
        options.period = 100ms;
        clean(cluster->janitor_ledger(), cluster->monitor_ledger(), own, strategies_,
              *cluster->leadership().lead(Role::Janitor), options, *log_, stop);
      });
    }
    // However slow the machine is: as long as it goes on.
    for (std::uint64_t finished = 0, before = 0; finished < blocks; before = finished) {
      const bool goes_on = testing_support::wait_until([&] {
        finished = store_->reader().counts(search_).finished;
        return finished > before;
      });
      if (!goes_on) {
        ADD_FAILURE() << "it stands still at " << finished << " blocks";
        break;
      }
    }
    for (auto& service : services) {
      service.request_stop();
    }
  }

  void expect_all_finished_once() {
    const auto counts = store_->reader().counts(search_);
    EXPECT_EQ(counts.finished, blocks);
    EXPECT_EQ(counts.disputed + counts.failed + counts.quarantined, 0U);
    std::string lines;
    std::vector<search::Witness> violations;
    for (std::uint64_t at = 2; at < end; at += size) {
      auto alone = search::examine(*strategies_.find("exhaustive"), {{at}, {at + size}}, parameters(), {});
      lines += alone.digest + "\n";
      violations.insert(violations.end(), alone.findings.violations.begin(), alone.findings.violations.end());
    }
    Fold fold(record_of(store_->reader(), search_));
    fold.advance(store_->reader());
    EXPECT_EQ(fold.frontier(), search::Position{end});
    EXPECT_EQ(fold.digest(), search::Sha256::hex_of(lines));
    EXPECT_EQ(store_->reader().findings(search_, Finding::Violation, 1000), violations);
  }

  testing_support::Random random_;

 private:
  void produce_blocks(Broker& broker, const std::stop_token& stop) {
    const auto epoch = store_->leadership().lead(Role::Producer);
    ProduceOptions options;
    options.block_size = size;
    options.in_flight_max = 24;
    options.confirm_timeout = 300ms;
    options.poll = 10ms;
    produce(store_->plan_ledger(), broker, strategies_, *epoch, options, *log_, stop);
  }

  void compute_blocks(Broker& broker, int number, const std::stop_token& stop) {
    ComputeOptions options;
    options.worker = "worker " + std::to_string(number);
    options.slots = 2;
    options.awaiting = 4;
    options.query_timeout = 100ms;
    options.answer_timeout = 300ms;
    options.publish_retry = 10ms;
    options.abandon_wait = 0ms;
    std::stop_source abandon;
    const std::stop_callback at_once(stop, [&abandon] { abandon.request_stop(); });
    compute(broker, strategies_, options, *log_, stop, abandon.get_token());
  }

  search::Strategies strategies_;
  std::unique_ptr<runtime::Log> log_ = runtime::Log::silent();
  std::unique_ptr<Broker> broker_ = GetParam().open_broker(usual_limit);
  std::unique_ptr<Opener> opener_ = GetParam().store.make();
  std::unique_ptr<Store> store_ = opener_->open(strategies_);
  SearchId search_{0};
};

TEST_P(PipelineContract, EveryMessageThreeTimesMakesOneRowEach) {
  SCOPED_TRACE(random_.seed());
  FaultRates thrice;
  thrice.duplicate = 1;
  StoreFaultRates twice;
  twice.duplicate = 1;
  search_under(thrice, twice);
  expect_all_finished_once();
}

TEST_P(PipelineContract, WhatIsLostIsSentAgain) {
  SCOPED_TRACE(random_.seed());
  FaultRates faults;
  faults.drop = 0.1;
  StoreFaultRates store_faults;
  store_faults.refuse = 0.1;
  store_faults.lose_answer = 0.1;
  search_under(faults, store_faults);
  expect_all_finished_once();
}

TEST_P(PipelineContract, BrokenConnectionsAndMessagesInAnyOrder) {
  SCOPED_TRACE(random_.seed());
  FaultRates faults;
  faults.delay = 0.5;
  faults.hand_back = 0.05;
  faults.disconnect = 0.01;
  StoreFaultRates store_faults;
  store_faults.delay = 0.1;
  search_under(faults, store_faults);
  expect_all_finished_once();
}

TEST_P(PipelineContract, EverythingAtOnce) {
  SCOPED_TRACE(random_.seed());
  for (std::uint64_t round = 0; round < testing_support::rounds(1); ++round) {
    search_under({0.05, 0.1, 3, 0.3, 0.05, 0.01}, {0.05, 0.05, 0.1, 0.1});
    expect_all_finished_once();
    if (HasFailure()) {
      break;
    }
  }
}

/// One block keeps the only slot busy, while others wait behind it for much longer than a consumer holds them, with a
/// broker that lets a message come back but twice.
class WaitingContract : public testing::TestWithParam<Pair> {
 protected:
  static constexpr std::uint32_t delivery_limit = 2;
  static constexpr std::uint64_t rounds_of_waiting = 10;
  static constexpr std::uint64_t blocks = 4;
  static constexpr std::uint64_t size = 1000;

  /// How often the block was delivered that was delivered most.
  std::uint64_t deliveries_of_one() {
    const std::scoped_lock lock(mutex_);
    std::uint64_t most = 0;
    for (const auto& [block, times] : deliveries_) {
      most = std::max(most, times);
    }
    return most;
  }
  [[nodiscard]] std::uint64_t dead() const {
    const auto depth = broker_->depth(Queue::Dead, patience());
    return depth.known ? depth.ready + depth.unacked : 0;
  }

  void produce_blocks(const std::stop_token& stop) {
    const auto epoch = store_->leadership().lead(Role::Producer);
    ProduceOptions options;
    options.block_size = size;
    options.poll = 5ms;
    produce(store_->plan_ledger(), *broker_, strategies_, *epoch, options, *log_, stop);
  }
  void compute_blocks(const std::stop_token& stop) {
    ComputeOptions options;
    options.worker = "the only one";
    options.awaiting = blocks;
    options.hold = 20ms;
    options.on_moment = [this](BlockId block, Moment moment, std::chrono::system_clock::time_point) {
      if (moment == Moment::Delivered) {
        const std::scoped_lock lock(mutex_);
        ++deliveries_[block];
      }
    };
    compute(*broker_, strategies_, options, *log_, stop, {});
  }

  /// The first block takes as long as the test likes.
  testing_support::Gate gate_;
  search::Strategies all_;
  search::Strategies strategies_ = testing_support::gated_strategies(all_, {{{{2}, {2 + size}}, &gate_}});
  std::mutex mutex_;
  std::map<BlockId, std::uint64_t> deliveries_;
  std::unique_ptr<runtime::Log> log_ = runtime::Log::silent();
  std::unique_ptr<Broker> broker_ = GetParam().open_broker(delivery_limit);
  std::unique_ptr<Opener> opener_ = GetParam().store.make();
  std::unique_ptr<Store> store_ = opener_->open(strategies_);
};

TEST_P(WaitingContract, WhatWaitsForASlotIsNeverDeadLetteredAndCostsNoAttempt) {
  const SearchId search = store_->search_ledger().add_search({"exhaustive", {{2}, {2 + size * blocks}}, parameters()});
  {
    std::jthread producer([this](const std::stop_token& stop) { produce_blocks(stop); });
    std::jthread saver([this](const std::stop_token& stop) {
      save(store_->save_ledger(), *broker_, strategies_, SaveOptions(), *log_, stop);
    });
    std::jthread consumer([this](const std::stop_token& stop) { compute_blocks(stop); });
    static_cast<void>(wait_until([&] { return deliveries_of_one() >= rounds_of_waiting || dead() > 0; }));
    EXPECT_GE(deliveries_of_one(), rounds_of_waiting);
    gate_.open();
    static_cast<void>(wait_until([&] { return store_->reader().counts(search).finished == blocks || dead() > 0; }));
  }
  EXPECT_EQ(dead(), 0U);
  EXPECT_EQ(store_->reader().counts(search).finished, blocks);
  for (const auto& block : store_->reader().blocks({search, {}, {0}}, blocks)) {
    EXPECT_EQ(block.attempt, Attempt{1});
  }
}

const auto pairs = testing::Values(Pair{"memory_sqlite",
                                        [](std::uint32_t delivery_limit) {
                                          adapters::MemoryBrokerOptions options;
                                          options.delivery_limit = delivery_limit;
                                          return adapters::open_memory_broker(options);
                                        },
                                        sqlite_memory},
                                   Pair{"rabbitmq_postgres", open_empty_rabbitmq, postgres});

INSTANTIATE_TEST_SUITE_P(All, PipelineContract, pairs, name_of);
INSTANTIATE_TEST_SUITE_P(All, WaitingContract, pairs, name_of);

}  // namespace
}  // namespace robin::flow
