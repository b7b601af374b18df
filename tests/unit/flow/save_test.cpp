// A saver against a broker and a store that the test watches.

#include "flow/loops/save.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>

#include "adapters/memory/broker.hpp"
#include "adapters/sqlite/store.hpp"
#include "flow/loops/inbox.hpp"
#include "flow/wire/bundle.hpp"
#include "flow/wire/message.hpp"
#include "runtime/error.hpp"
#include "search/sha256.hpp"
#include "support/hooked_store.hpp"
#include "support/parsed.hpp"
#include "support/patience.hpp"

namespace robin::flow {
namespace {

using namespace std::chrono_literals;
using testing_support::parameters;
using testing_support::patience;
using testing_support::wait_until;

bool is_by(const Report& report, const char* worker) { return report.worker == worker; }

/// A batch with a report of a worker with this name takes longer than the store gives it.
void be_slow_over_poison(std::span<const Report> reports) {
  if (std::any_of(reports.begin(), reports.end(), [](const Report& report) { return is_by(report, "poison"); })) {
    throw runtime::Error("the store: canceling statement", runtime::Retry::Yes, runtime::Cause::Slow);
  }
}

/// The message in two parts (WIRE.md).
std::vector<Message> in_two_parts(const Message& message) {
  const auto whole = nlohmann::json::parse(message.body);
  const std::size_t half = message.body.size() / 2;
  std::vector<Message> parts;
  for (const int number : {0, 1}) {
    nlohmann::json part = {{"type", "part"},
                           {"digest_of_whole", search::Sha256::hex_of(message.body)},
                           {"part", number},
                           {"parts", 2},
                           {"text", number == 0 ? message.body.substr(0, half) : message.body.substr(half)}};
    for (const char* field : {"v", "block", "purpose", "run", "attempt", "worker", "strategy", "begin", "end"}) {
      part[field] = whole[field];
    }
    parts.push_back({"part", part.dump(), {}});
  }
  return parts;
}

/// Of a worker with this name the store takes no report.
void refuse_poison(std::span<const Report> reports) {
  if (std::any_of(reports.begin(), reports.end(), [](const Report& report) { return is_by(report, "poison"); })) {
    throw runtime::Error("the store: no such number", runtime::Retry::No, runtime::Cause::Data);
  }
}

class SaveTest : public testing::Test {
 protected:
  /// Blocks, whose results a consumer publishes as below.
  std::vector<Work> planned_blocks(std::uint64_t count) {
    search_ = store_->search_ledger().add_search({"exhaustive", {{2}, {2 + 100 * count}}, parameters()});
    std::vector<search::Block> blocks;
    for (std::uint64_t i = 0; i < count; ++i) {
      blocks.push_back({{2 + 100 * i}, {102 + 100 * i}});
    }
    EXPECT_EQ(store_->plan_ledger().plan(*store_->leadership().lead(Role::Producer), search_, blocks),
              PlanOutcome::Planned);
    return store_->plan_ledger().pending(search_, count);
  }
  Message result_of(const Work& work, const std::string& worker, const std::string& reply_to = {}) {
    const auto result = search::examine(*strategies_.find("exhaustive"), work.block, work.parameters, {});
    const Report report{work.key, work.attempt, worker, work.block, WorkResult{result, 0}, work.provenance};
    return encode(report, work, strategies_, reply_to).front();
  }
  void publish(Link& link, const Work& work, const std::string& worker) {
    link.publish(Exchange::Results, result_of(work, worker));
  }
  /// A saver that saves there until it is told to stop; what it throws is a failure.
  std::jthread saving(Store& store, const SaveOptions& options = {}) {
    return std::jthread([this, &store, options](const std::stop_token& stop) {
      try {
        save(store.save_ledger(), *broker_, strategies_, options, *log_, stop);
      } catch (const runtime::Error& error) {
        ADD_FAILURE() << error.what();
      }
    });
  }
  QueueDepth depth(Queue queue) { return broker_->depth(queue, patience()); }

  search::Strategies strategies_;
  std::unique_ptr<runtime::Log> log_ = runtime::Log::silent();
  std::unique_ptr<Broker> broker_ = adapters::open_memory_broker();
  std::unique_ptr<Store> store_ = adapters::open_sqlite_store(":memory:", strategies_);
  SearchId search_{0};
};

TEST_F(SaveTest, AReportThatTheStoreRefusesIsDeadLetteredAndTheOthersOfItsBatchAreSaved) {
  const auto works = planned_blocks(2);
  HookedStore picky(*store_, refuse_poison);
  const auto link = broker_->connect({}, [](const BrokerEvents&) {});
  publish(*link, works[0], "poison");
  publish(*link, works[1], "a worker");
  publish(*link, works[0], "another worker");
  const std::jthread saver = saving(picky);
  EXPECT_TRUE(wait_until([&] { return store_->reader().counts(search_).finished == 2; }));
  EXPECT_TRUE(wait_until([&] {
    const auto results = depth(Queue::Results);
    return results.ready + results.unacked == 0 && depth(Queue::Dead).ready == 1;
  }));
}

TEST_F(SaveTest, AReportThatAlwaysTakesTooLongIsDeadLetteredAndTheOthersOfItsBatchAreSaved) {
  const auto works = planned_blocks(3);
  HookedStore slow(*store_, be_slow_over_poison);
  const auto link = broker_->connect({}, [](const BrokerEvents&) {});
  const std::vector<Message> both = {result_of(works[0], "poison"), result_of(works[1], "a worker")};
  link->publish(Exchange::Results, bundle(both));
  publish(*link, works[2], "another worker");
  SaveOptions options;
  options.retry_wait = core::Milliseconds(1);
  const std::jthread saver = saving(slow, options);
  EXPECT_TRUE(wait_until([&] { return store_->reader().counts(search_).finished == 2; }));
  EXPECT_TRUE(wait_until([&] {
    const auto results = depth(Queue::Results);
    return results.ready + results.unacked == 0 && depth(Queue::Dead).ready == 1;
  }));
}

TEST_F(SaveTest, WhatTookTooLongOnceIsTriedAgain) {
  const auto works = planned_blocks(2);
  int failures_left = 1;
  HookedStore slow_at_first(*store_, [&failures_left](auto) {
    if (failures_left-- > 0) {
      throw runtime::Error("the store: canceling statement", runtime::Retry::Yes, runtime::Cause::Slow);
    }
  });
  const auto link = broker_->connect({}, [](const BrokerEvents&) {});
  publish(*link, works[0], "a worker");
  SaveOptions options;
  options.retry_wait = core::Milliseconds(1);
  const std::jthread saver = saving(slow_at_first, options);
  EXPECT_TRUE(wait_until([&] { return store_->reader().counts(search_).finished == 1; }));
  EXPECT_EQ(depth(Queue::Dead).ready, 0U);
}

TEST_F(SaveTest, PartsAreSavedWithNothingButThoseOfTheirResult) {
  const auto works = planned_blocks(3);
  std::vector<std::vector<std::int64_t>> batches;
  HookedStore watched(*store_, [&batches](std::span<const Report> reports) {
    for (const Report& report : reports) {
      EXPECT_EQ(std::holds_alternative<Part>(report.content), std::holds_alternative<Part>(reports.front().content));
    }
    batches.emplace_back();
    for (const Report& report : reports) {
      batches.back().push_back(report.key.block.value);
    }
  });
  const auto link = broker_->connect({}, [](const BrokerEvents&) {});
  const auto first = in_two_parts(result_of(works[0], "w"));
  const auto second = in_two_parts(result_of(works[1], "w"));
  // What comes as one is at hand at once.
  const std::vector<Message> all = {first[0], second[0], result_of(works[2], "w"), first[1], second[1]};
  link->publish(Exchange::Results, bundle(all));
  std::jthread saver = saving(watched);
  EXPECT_TRUE(wait_until([&] { return store_->reader().counts(search_).finished == 3; }));
  EXPECT_TRUE(wait_until([&] { return depth(Queue::Results).unacked == 0; }));
  saver.request_stop();
  saver.join();
  const auto id = [&works](std::size_t i) { return works[i].key.block.value; };
  EXPECT_EQ(batches, (std::vector<std::vector<std::int64_t>>{{id(2)}, {id(0), id(0)}, {id(1), id(1)}}))
      << "what is small first";
}

TEST_F(SaveTest, ABatchEndsWhereItsReportsHoldEnoughFindings) {
  const auto works = planned_blocks(3);
  std::vector<std::size_t> batches;
  HookedStore watched(*store_, [&batches](auto reports) { batches.push_back(reports.size()); });
  const auto link = broker_->connect({}, [](const BrokerEvents&) {});
  // The numbers up to 101 have findings, those from 202 on have few.
  const std::vector<Message> all = {result_of(works[0], "w"), result_of(works[2], "w"), result_of(works[1], "w")};
  link->publish(Exchange::Results, bundle(all));
  SaveOptions options;
  options.batch_findings = 20;
  std::jthread saver = saving(watched, options);
  EXPECT_TRUE(wait_until([&] { return store_->reader().counts(search_).finished == 3; }));
  saver.request_stop();
  saver.join();
  EXPECT_EQ(batches, (std::vector<std::size_t>{1, 2}));
}

TEST_F(SaveTest, ABundleIsSavedAndAnsweredAsOne) {
  const auto works = planned_blocks(2);
  Inbox<BrokerEvent> events;
  const auto link = broker_->connect({{}, 1, true}, [&events](BrokerEvents told) { events.put_all(std::move(told)); });
  const auto connected = events.take(patience(), {});
  const std::string address = std::get<Connected>(connected.value()).reply_address;
  const std::vector<Message> both = {result_of(works[0], "w", address), result_of(works[1], "w", address)};
  link->publish(Exchange::Results, bundle(both));
  const std::jthread saver = saving(*store_);
  std::vector<Reply> replies;
  const auto deadline = patience();
  while (auto event = events.take(deadline, {})) {
    if (const auto* replied = std::get_if<Replied>(&*event)) {
      replies.push_back(testing_support::required(decode_reply(replied->message.body)));
      if (replies.size() == 2) {
        break;
      }
    }
  }
  ASSERT_EQ(replies.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(replies[i].key, works[i].key);
    EXPECT_EQ(replies[i].word, ReplyWord::Saved);
    EXPECT_TRUE(replies[i].reads_bundles);
  }
  EXPECT_EQ(store_->reader().counts(search_).finished, 2U);
  EXPECT_TRUE(wait_until([&] { return depth(Queue::Results).unacked == 0; }));
}

TEST_F(SaveTest, AReportAboutAnotherLedgerIsRefusedAndTheAnswerSaysOfWhich) {
  const auto works = planned_blocks(2);
  Inbox<BrokerEvent> events;
  const auto link = broker_->connect({{}, 1, true}, [&events](BrokerEvents told) { events.put_all(std::move(told)); });
  const auto connected = events.take(patience(), {});
  const std::string address = std::get<Connected>(connected.value()).reply_address;
  Work old = works[0];
  old.provenance.ledger = "lost";
  link->publish(Exchange::Results, result_of(old, "w", address));
  const std::jthread saver = saving(*store_);
  std::optional<Reply> reply;
  const auto deadline = patience();
  while (auto event = events.take(deadline, {})) {
    if (const auto* replied = std::get_if<Replied>(&*event)) {
      reply = testing_support::required(decode_reply(replied->message.body));
      break;
    }
  }
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->word, ReplyWord::Refused);
  EXPECT_EQ(reply->provenance, old.provenance);
  publish(*link, works[0], "w");
  EXPECT_TRUE(wait_until([&] { return store_->reader().counts(search_).finished == 1; })) << "the block is open still";
}

TEST_F(SaveTest, AReportThatComesAloneIsSavedAtOnce) {
  const auto works = planned_blocks(2);
  const auto link = broker_->connect({}, [](const BrokerEvents&) {});
  SaveOptions options;
  options.batch_wait = 1h;
  const std::jthread saver = saving(*store_, options);
  for (std::size_t i = 0; i < 2; ++i) {
    publish(*link, works[i], "a worker");
    EXPECT_TRUE(wait_until([&] { return store_->reader().counts(search_).finished == i + 1; }));
  }
}

TEST_F(SaveTest, WhereReportsComeCloseTogetherTheyWaitForOneAnother) {
  const auto works = planned_blocks(4);
  std::vector<std::size_t> batches;
  HookedStore watched(*store_, [&batches](auto reports) { batches.push_back(reports.size()); });
  const auto link = broker_->connect({}, [](const BrokerEvents&) {});
  SaveOptions options;
  options.batch_max = 2;
  options.batch_wait = 1h;
  const std::vector<Message> both = {result_of(works[0], "w"), result_of(works[1], "w")};
  link->publish(Exchange::Results, bundle(both));
  std::jthread saver = saving(watched, options);
  EXPECT_TRUE(wait_until([&] { return store_->reader().counts(search_).finished == 2; }));
  publish(*link, works[2], "w");
  // What comes behind it is turned down at once: by then it was taken, and nothing was left to do but to wait.
  link->publish(Exchange::Results, {"bad", "not JSON", {}});
  EXPECT_TRUE(wait_until([&] { return depth(Queue::Dead).ready == 1; }));
  EXPECT_EQ(store_->reader().counts(search_).finished, 2U) << "it waits";
  publish(*link, works[3], "w");
  EXPECT_TRUE(wait_until([&] { return store_->reader().counts(search_).finished == 4; }));
  saver.request_stop();
  saver.join();
  EXPECT_EQ(batches, (std::vector<std::size_t>{2, 2}));
}

TEST_F(SaveTest, ABundleWithAReportThatTheStoreRefusesIsDeadLetteredAndTheOthersInItAreSaved) {
  const auto works = planned_blocks(2);
  HookedStore picky(*store_, refuse_poison);
  const auto link = broker_->connect({}, [](const BrokerEvents&) {});
  const std::vector<Message> both = {result_of(works[0], "poison"), result_of(works[1], "a worker")};
  link->publish(Exchange::Results, bundle(both));
  const std::jthread saver = saving(picky);
  EXPECT_TRUE(wait_until([&] { return depth(Queue::Dead).ready == 1; }));
  EXPECT_EQ(store_->reader().counts(search_).finished, 1U);
}

TEST_F(SaveTest, AStoreThatIsOutOfOrderIsTriedAgainUntilItWorks) {
  const auto works = planned_blocks(2);
  int failures_left = 3;
  HookedStore flaky(*store_, [&failures_left](auto) {
    if (failures_left-- > 0) {
      throw runtime::Error("the store: out of reach", runtime::Retry::Yes, runtime::Cause::Unreachable);
    }
  });
  const auto link = broker_->connect({}, [](const BrokerEvents&) {});
  publish(*link, works[0], "a worker");
  SaveOptions options;
  options.retry_wait = core::Milliseconds(1);
  std::jthread saver = saving(flaky, options);
  EXPECT_TRUE(wait_until([&] { return store_->reader().counts(search_).finished == 1; }));
  saver.request_stop();
  saver.join();
  EXPECT_LT(failures_left, 0);
}

TEST_F(SaveTest, WhatIsNotCommittedIsNeitherAckedNorAnswered) {
  const auto works = planned_blocks(2);
  std::atomic<int> attempts = 0;
  HookedStore broken(*store_, [&attempts](auto) {
    ++attempts;
    throw runtime::Error("the store: out of reach", runtime::Retry::Yes, runtime::Cause::Unreachable);
  });
  const auto link = broker_->connect({}, [](const BrokerEvents&) {});
  publish(*link, works[0], "a worker");
  SaveOptions options;
  options.retry_wait = core::Milliseconds(1);
  std::jthread saver = saving(broken, options);
  EXPECT_TRUE(wait_until([&] { return attempts >= 3; }));
  EXPECT_EQ(depth(Queue::Results).unacked, 1U);
  saver.request_stop();
  saver.join();
  EXPECT_EQ(depth(Queue::Results).ready, 1U) << "the next saver gets it";
}

}  // namespace
}  // namespace robin::flow
