// The janitor as a process: blocks that are lost, that fail, that were dead-lettered; and the drain.

#include <gmock/gmock.h>

#include "flow/loops/inbox.hpp"
#include "integration/cluster_fixture.hpp"

namespace robin {
namespace {

using namespace std::chrono_literals;
using flow::SearchId;
using testing::HasSubstr;

class Cleaning : public Cluster {
 protected:
  Process& start_janitor(const std::string& lease_seconds = "90") {
    return start("janitor", {"--period-ms", "300", "--lease-seconds", lease_seconds});
  }
  std::int64_t count(const std::string& sql) {
    adapters::PostgresConnection owner(database_.options());
    return owner.query(sql.c_str()).integer(0, 0);
  }
  nlohmann::json drain(std::vector<std::string> arguments, int status = 0) {
    arguments.insert(arguments.begin(), "drain");
    arguments.insert(arguments.end(), {"-o", "json"});
    const auto result = robin(arguments);
    EXPECT_EQ(result.status, status) << result.error;
    return nlohmann::json::parse(result.output);
  }
};

TEST_F(Cleaning, ABlockWhoseWorkerFrozeIsComputedByAnotherAfterTheLease) {
  start("producer", {"--in-flight", "2", "--block-size", "1000000"});
  start("saver");
  Process& frozen = start_slow_consumer(100ms, {"--threads", "1", "--heartbeat-seconds", "2"});
  const SearchArguments search{"2000002"};
  block_size_ = 1'000'000;
  const SearchId id = submit(search);
  ASSERT_TRUE(wait_until([&] { return store_->reader().counts(id).running >= 1; }));
  frozen.signal(SIGSTOP);
  start_janitor("3");
  start("consumer", {"--threads", "2"});
  ASSERT_TRUE(wait_until([&] { return store_->reader().counts(id).finished == 2; }));
  EXPECT_GE(count("SELECT count(*) FROM failures WHERE error_class = 'lost'"), 1);
  // It wakes late and its results are the same: nothing is doubled.
  frozen.signal(SIGCONT);
  expect_finished_like_embedded(search);
}

class ScaledToZero : public Cleaning {
 protected:
  /// For so long, with a lease of one second.
  void harms_no_block(std::chrono::seconds span);
};

void ScaledToZero::harms_no_block(std::chrono::seconds span) {
  start("producer", {"--in-flight", "4", "--block-size", "1500000"});
  start("saver");
  start_janitor("1");
  Process& first = start_slow_consumer(100ms, {"--threads", "2", "--grace-seconds", "0", "--heard-seconds", "1"});
  const SearchArguments search{"7500002"};
  block_size_ = 1'500'000;
  const SearchId id = submit(search);
  ASSERT_TRUE(wait_until([&] { return store_->reader().counts(id).running == 2; }));
  first.signal(SIGTERM);
  EXPECT_EQ(first.wait(patience()), 0) << first.standard_error();
  forget(first);
  EXPECT_EQ(store_->reader().counts(id).running, 0U) << "what is not being computed does not say so";
  const auto messages = [&] {
    const auto blocks = depth(flow::Queue::Blocks);
    return blocks.known ? std::optional(blocks.ready + blocks.unacked) : std::nullopt;
  };
  ASSERT_TRUE(wait_until(
      [&] { return messages() == store_->reader().counts(id).queued && store_->reader().counts(id).queued == 4; }));
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(wait_until([&] { return std::chrono::steady_clock::now() - begin > span; }));
  EXPECT_EQ(messages(), 4U) << "no copy was published";
  EXPECT_EQ(count("SELECT max(attempt) FROM blocks"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM failures"), 0);
  start("consumer", {"--threads", "1", "--heard-seconds", "1"});
  start("consumer", {"--threads", "1", "--heard-seconds", "1"});
  expect_finished_like_embedded(search, Tiling::Split);
}

TEST_F(ScaledToZero, ForThreeLeasesHarmsNoBlock) { harms_no_block(3s); }

using LongScaledToZero = ScaledToZero;
TEST_F(LongScaledToZero, ForTenLeasesHarmsNoBlock) { harms_no_block(10s); }

TEST_F(Cleaning, ALongBlockKeepsItsLeaseWhileItIsComputed) {
  start("producer", {"--in-flight", "1"});
  start("saver");
  start("consumer", {"--threads", "1", "--heard-seconds", "1"});
  start_janitor("5");
  // It takes longer than a lease on any machine.
  const SearchId id = store_->search_ledger().add_search(
      {flow::synthetic_strategy,
       {{0}, {flow::synthetic_block_positions}},
       {search::Mode::Complete, *core::accepted(math::Decimal::parse("7000")), search::DigestKind::Exact}});
  ASSERT_TRUE(wait_until([&] { return store_->reader().counts(id).finished == 1; }));
  EXPECT_EQ(count("SELECT count(*) FROM failures"), 0) << "it was heard of again and again";
  EXPECT_EQ(count("SELECT attempt FROM blocks"), 1);
}

TEST_F(Cleaning, DeadLettersComeBackAndHostileOnesAreKeptForPeople) {
  const SearchArguments search{"300000"};
  start("producer");
  const SearchId id = submit(search);
  ASSERT_TRUE(wait_until([&] { return store_->reader().counts(id).queued == 2; }));
  // A consumer of this test's own rejects whatever it gets, and says something strange itself.
  flow::Inbox<flow::BrokerEvent> inbox;
  {
    const auto broker = adapters::open_rabbitmq_broker(rabbitmq_.options("consumer"));
    const auto link = broker->connect({flow::Queue::Blocks, 10, false},
                                      [&inbox](flow::BrokerEvents events) { inbox.put_all(std::move(events)); });
    for (int rejected = 0; rejected < 2;) {
      const auto event = inbox.take(testing_support::patience(), {});
      ASSERT_TRUE(event);
      if (const auto* delivered = std::get_if<flow::Delivered>(&*event)) {
        link->reject(delivered->tag);
        ++rejected;
      }
    }
    ASSERT_TRUE(wait_until([&] { return depth(flow::Queue::Dead).ready == 2; }));
  }
  {
    const auto broker = adapters::open_rabbitmq_broker(rabbitmq_.options("operator"));
    const auto link = broker->connect({}, [](const flow::BrokerEvents&) {});
    link->publish(flow::Exchange::Results, {"id", "no report\n\x01", ""});
    start("saver");
    ASSERT_TRUE(wait_until([&] { return depth(flow::Queue::Dead).ready == 3; }));
  }
  start_janitor();
  start("consumer", {"--threads", "1"});
  expect_finished_like_embedded(search);
  EXPECT_EQ(count("SELECT count(*) FROM failures WHERE error_class = 'dead_letter'"), 2);
  EXPECT_EQ(count("SELECT count(*) FROM events WHERE kind = 'dead_letter' AND message LIKE '%no report..%'"), 1);
  EXPECT_TRUE(wait_until([&] { return is_empty(flow::Queue::Dead); }));
}

TEST_F(Cleaning, BlocksThatTheBrokerLostArePublishedAgain) {
  start("producer");
  const SearchArguments search{"300000"};
  const SearchId id = submit(search);
  ASSERT_TRUE(
      wait_until([&] { return depth(flow::Queue::Blocks).ready == 2 && store_->reader().counts(id).queued == 2; }));
  rabbitmq_.request("DELETE", "/api/queues/{v}/robin.blocks/contents", "");
  start_janitor();
  ASSERT_TRUE(wait_until([&] { return depth(flow::Queue::Blocks).ready == 2; })) << "after three looks";
  start("saver");
  start("consumer", {"--threads", "1"});
  expect_finished_like_embedded(search);
  EXPECT_EQ(count("SELECT max(attempt) FROM blocks"), 1) << "nobody had begun them";
}

TEST_F(Cleaning, ADrainEmptiesTheQueuesAndKeepsThemEmptyUntilItEnds) {
  start("producer", {"--in-flight", "4", "--block-size", "100000"});
  start("producer", {"--in-flight", "4", "--block-size", "100000"});
  start("saver");
  Process& slow = start_slow_consumer(50ms, {"--threads", "2"});
  start_janitor();
  block_size_ = 100'000;
  const SearchArguments search{"8000002"};
  const SearchId id = submit(search);
  ASSERT_TRUE(wait_until([&] { return store_->reader().counts(id).finished >= 5; }));
  EXPECT_EQ(drain({"status"})["state"], "WRITABLE");
  const auto drained = drain({"start", "--reason", "a test", "--wait", "--timeout", "80"});
  EXPECT_EQ(drained["state"], "DRAINED");
  EXPECT_EQ(drained["in_flight"], 0);
  const auto finished = store_->reader().counts(id).finished;
  EXPECT_LT(finished, 80U) << "the search is not finished";
  // A late publish is returned, and no count changes.
  {
    flow::Inbox<flow::BrokerEvent> inbox;
    const auto broker = adapters::open_rabbitmq_broker(rabbitmq_.options("producer"));
    const auto link = broker->connect({}, [&inbox](flow::BrokerEvents events) { inbox.put_all(std::move(events)); });
    link->publish(flow::Exchange::Ingress, {"late", "{}", ""});
    for (bool told = false; !told;) {
      const auto event = inbox.take(testing_support::patience(), {});
      ASSERT_TRUE(event);
      if (const auto* confirmed = std::get_if<flow::Confirmed>(&*event)) {
        EXPECT_NE(confirmed->confirm, flow::Confirm::Accepted);
        told = true;
      }
    }
  }
  EXPECT_TRUE(is_empty(flow::Queue::Blocks));
  EXPECT_EQ(store_->reader().counts(id).finished, finished);
  // In its place one that does not wait: the rest is soon done.
  kill(slow);
  start("consumer", {"--threads", "2"});
  EXPECT_EQ(drain({"stop"})["state"], "WRITABLE");
  expect_finished_like_embedded(search);
  EXPECT_EQ(
      count("SELECT count(*) FROM events WHERE kind = 'drain' AND message LIKE 'WRITABLE -> DRAINING by %: a test'"),
      1);
}

TEST_F(Cleaning, WhatCannotBeReadIsUnknownAndNeverDrained) {
  // The server has not counted the messages of a queue that has just been made.
  ASSERT_TRUE(wait_until([this] { return is_empty(flow::Queue::Blocks) && is_empty(flow::Queue::Results); }));
  adapters::PostgresConnection owner(database_.options());
  owner.query("UPDATE control SET state = 'DRAINED'");
  EXPECT_EQ(drain({"status"})["state"], "DRAINED");
  environment_["ROBIN_MANAGEMENT_URL"] = "http://127.0.0.1:1";
  const auto blind = robin({"drain", "status"});
  EXPECT_EQ(blind.status, 3);
  EXPECT_THAT(blind.output, HasSubstr("drain UNKNOWN"));
}

TEST_F(Cleaning, BlocksAreGroupedByTheirErrors) {
  adapters::PostgresConnection owner(database_.options());
  owner.query(
      "INSERT INTO searches (strategy, begin_at, end_at, planned_end, mode, threshold, digest_kind)"
      " VALUES ('exhaustive', 2, 100, 2, 'complete', '1.767', 'exact')");
  owner.query(
      "INSERT INTO blocks (search_id, begin_at, end_at, state, error) SELECT 1, 2 + 10 * i, 12 + 10 * i, 'QUARANTINED',"
      " CASE WHEN i = 2 THEN 'lost: x' ELSE 'strategy_error: boom' END FROM generate_series(0, 3) AS i");
  const auto grouped = robin({"blocks", "list", "--state", "quarantined", "--group-by", "error", "-o", "json"});
  ASSERT_EQ(grouped.status, 0) << grouped.error;
  const auto groups = nlohmann::json::parse(grouped.output);
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0], (nlohmann::json{{"error", "strategy_error: boom"}, {"blocks", 3}, {"ids", {1, 2, 4}}}));
  EXPECT_EQ(groups[1]["blocks"], 1);
  EXPECT_THAT(robin({"blocks", "list", "--group-by", "error"}).output, HasSubstr("strategy_error: boom"));
  const auto retried = robin({"blocks", "retry", "--state", "quarantined", "--all", "--yes"});
  EXPECT_EQ(retried.output, "4 blocks are tried again\n");
  EXPECT_EQ(count("SELECT count(*) FROM blocks WHERE state = 'PENDING' AND attempt = 2"), 4);
}

TEST_F(Cleaning, BadOrdersAreUsageErrors) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{{"drain"},
                                                                     {"drain", "start", "--wait", "--timeout", "0"},
                                                                     {"blocks", "retry"},
                                                                     {"blocks", "list", "--group-by", "worker"},
                                                                     {"blocks", "retry", "x"},
                                                                     {"blocks", "retry", "--state", "finished"},
                                                                     {"blocks", "retry", "--state", "failed"},
                                                                     {"blocks", "retry", "1", "--state", "failed"}}) {
    const auto result = robin(arguments);
    EXPECT_EQ(result.status, 2) << result.error;
    EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1) << result.error;
  }
}

}  // namespace
}  // namespace robin
