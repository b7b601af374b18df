// What a ledger's word that there may be something to plan promises a producer who waits for it: everything that he
// would not find by himself is told, also what happened while the connection was gone; what fleets do by the hundred a
// second is not.

#include "flow/ports/plan_watch.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>

#include "contract/store_openers.hpp"
#include "runtime/error.hpp"
#include "support/parsed.hpp"
#include "support/patience.hpp"
#include "support/tcp_proxy.hpp"

namespace robin::flow {
namespace {

using testing_support::parameters;
using testing_support::wait_until;

class PlanWatchContract : public testing::Test {
 protected:
  PlanWatchContract() : proxy_(testing_support::port_of(database_.options().url)) {
    auto options = database_.options();
    options.url = testing_support::by_port(options.url, proxy_.port()) + "?sslmode=disable";
    by_proxy_ = adapters::open_postgres_store(options, strategies_);
    store_ = adapters::open_postgres_store(database_.options(), strategies_);
    producer_ = *store_->leadership().lead(Role::Producer);
    janitor_ = *store_->leadership().lead(Role::Janitor);
  }

  void subscribe() {
    subscription_ = by_proxy_->plan_watch().subscribe([this] { ++told_; });
    // It is told that it listens, too.
    ASSERT_TRUE(wait_until([this] { return subscription_->is_reliable() && told_ > 0; }));
  }
  void expect_told(const char* what, const std::function<void()>& happens) {
    const int before = told_;
    happens();
    EXPECT_TRUE(wait_until([&] { return told_ > before; })) << what;
  }
  SearchId add_search() { return store_->search_ledger().add_search({"exhaustive", {{2}, {22}}, parameters()}); }
  std::vector<Work> plan(SearchId search) {
    EXPECT_EQ(store_->plan_ledger().plan(producer_, search, std::vector<search::Block>{{{2}, {12}}, {{12}, {22}}}),
              PlanOutcome::Planned);
    return store_->plan_ledger().pending(search, 10);
  }
  template <class Content>
  void save(const Work& work, Content content) {
    const Report report{work.key, work.attempt, "a worker", work.block, std::move(content), work.provenance};
    EXPECT_EQ(store_->save_ledger().save(std::span(&report, 1)).front(), Outcome::Stored);
  }
  void run(const std::string& sql) { adapters::PostgresConnection(database_.options()).execute_script(sql); }

  search::Strategies strategies_;
  testing_support::PostgresDatabase database_;
  testing_support::TcpProxy proxy_;
  std::unique_ptr<ClusterStore> store_;
  std::unique_ptr<ClusterStore> by_proxy_;
  Epoch producer_{0};
  Epoch janitor_{0};
  std::atomic<int> told_ = 0;
  std::unique_ptr<PlanWatch::Subscription> subscription_;
};

TEST_F(PlanWatchContract, WhatAProducerCouldBeWaitingForIsTold) {
  subscribe();
  SearchId search{0};
  expect_told("a new search", [&] { search = add_search(); });
  expect_told("a longer one", [&] { store_->search_ledger().extend_search(search, {32}); });
  const auto control = [&](RunState state) {
    EXPECT_EQ(store_->operator_ledger().control_search(search, {.state = state}, "a person", ""), ControlOutcome::Done);
  };
  control(RunState::Paused);
  expect_told("one that goes on", [&] { control(RunState::Active); });

  const auto works = plan(search);
  ASSERT_EQ(works.size(), 2U);
  ASSERT_EQ(store_->plan_ledger().mark_queued(producer_, works), 2U);
  save(works[0], Failed{"strategy", "a reason"});
  expect_told("a block that is tried again", [&] {
    EXPECT_EQ(store_->janitor_ledger().sweep(janitor_, {core::Milliseconds(60'000), 1}).quarantined, 1U);
    EXPECT_EQ(store_->operator_ledger().retry({{works[0].key.block}, {}}, "a person"), 1U);
  });
  const std::string block = std::to_string(works[1].key.block.value);
  expect_told("an order", [&] {
    run("INSERT INTO orders (block_id, purpose, search_id) VALUES (" + block + ", 'check:1', " +
        std::to_string(search.value) + ")");
  });
  run("UPDATE orders SET state = 'FAILED'");
  expect_told("an order that is given again", [&] { run("UPDATE orders SET state = 'PENDING'"); });
}

TEST_F(PlanWatchContract, NoTransactionOfThoseThatComeByTheHundredNotifies) {
  const SearchId search = add_search();
  run("CREATE OR REPLACE FUNCTION tell_planners() RETURNS trigger LANGUAGE plpgsql AS"
      " $$ BEGIN RAISE EXCEPTION 'this notifies'; END $$");
  EXPECT_THROW(add_search(), runtime::Error);
  const auto works = plan(search);
  ASSERT_EQ(works.size(), 2U);
  EXPECT_EQ(store_->plan_ledger().mark_queued(producer_, works), 2U);
  save(works[0], Started{});
  // Left to others, published again.
  save(works[0], Partial{works[0].block.begin, std::nullopt});
  const auto left = store_->plan_ledger().pending(search, 10);
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(store_->plan_ledger().mark_queued(producer_, left), 1U);
  for (const Work& work : {left[0], works[1]}) {
    save(work, WorkResult{search::examine(*strategies_.find("exhaustive"), work.block, work.parameters, {}), 0});
  }
}

TEST_F(PlanWatchContract, WhoseConnectionBreaksIsToldOfItAndOfWhatMayHaveHappenedMeanwhile) {
  subscribe();
  proxy_.hold(testing_support::TcpProxy::Direction::ToClient);
  expect_told("the break", [this] { proxy_.cut(); });
  EXPECT_TRUE(wait_until([this] { return !subscription_->is_reliable(); }));
  add_search();
  expect_told("that it listens again", [this] { proxy_.hold(testing_support::TcpProxy::Direction::ToClient, false); });
  EXPECT_TRUE(wait_until([this] { return subscription_->is_reliable(); }));
  expect_told("a search that comes then", [this] { add_search(); });
}

TEST_F(PlanWatchContract, AListenerIsNoServiceOfTheFleet) {
  const auto connections = [this] {
    std::uint64_t all = 0;
    for (const ConnectedService& service : store_->fleet_ledger().connected()) {
      all += service.connections;
    }
    return all;
  };
  const auto before = connections();
  subscribe();
  EXPECT_EQ(connections(), before);
}

}  // namespace
}  // namespace robin::flow
