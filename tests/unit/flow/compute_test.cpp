// A consumer against a saver and a producer that the test plays itself, so that each step of the protocol can go wrong.

#include "flow/compute.hpp"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "adapters/memory_broker.hpp"
#include "flow/inbox.hpp"
#include "flow/message.hpp"
#include "support/parsed.hpp"
#include "support/wrapped_strategy.hpp"

namespace robin::flow {
namespace {

using namespace std::chrono_literals;
using runtime::Deadline;
using testing_support::parameters;
using testing_support::required;

constexpr auto patience = 60s;

class ComputeTest : public testing::Test {
 protected:
  ComputeTest() {
    options_.worker = "under test";
    options_.answer_timeout = 200ms;
    saver_ = broker_->connect({Queue::Results, 100, false},
                              [this](BrokerEvents events) { results_.put_all(std::move(events)); });
    producer_ = broker_->connect({}, [](const BrokerEvents&) {});
  }

  ~ComputeTest() override { abandon_.request_stop(); }

  void start() {
    consumer_ = std::jthread(
        [this] { report_ = compute(*broker_, strategies_, options_, *log_, stop_.get_token(), abandon_.get_token()); });
  }
  ComputeReport stopped() {
    stop_.request_stop();
    consumer_.join();
    return report_;
  }

  Work work(std::int64_t id, std::uint64_t end = 5041) {
    return {{{id}, purpose_search, 1}, {1}, {1}, "exhaustive", parameters(), {{2}, {end}}};
  }
  void publish(const Work& ordered) { producer_->publish(Exchange::Ingress, encode(ordered, strategies_)); }

  /// The next report, and where its answer goes.
  struct Received {
    Report report;
    Tag tag;
    std::string reply_to;
  };
  std::optional<Received> next_report(std::chrono::steady_clock::duration wait = patience) {
    const auto deadline = Deadline::in(wait);
    while (auto event = results_.take(deadline, {})) {
      if (const auto* delivered = std::get_if<Delivered>(&*event)) {
        return Received{required(decode_report(delivered->message.body, strategies_)), delivered->tag,
                        delivered->message.reply_to};
      }
    }
    return std::nullopt;
  }
  void answer(const Received& received, const char* word) {
    saver_->reply(received.reply_to,
                  encode(Reply{received.report.key, received.report.attempt, word, 0, saver_reads_bundles_}));
    saver_->ack(received.tag);
  }
  void expect_blocks(std::uint64_t ready, std::uint64_t unacked) {
    const auto deadline = Deadline::in(patience);
    QueueDepth depth;
    do {
      depth = broker_->depth(Queue::Blocks, deadline);
    } while ((depth.ready != ready || depth.unacked != unacked) && !deadline.has_passed());
    EXPECT_EQ(depth.ready, ready);
    EXPECT_EQ(depth.unacked, unacked);
  }

  search::Strategies strategies_;
  std::unique_ptr<runtime::Log> log_ = runtime::Log::silent();
  std::unique_ptr<Broker> broker_ = adapters::open_memory_broker();
  Inbox<BrokerEvent> results_;
  std::unique_ptr<Link> saver_;
  std::unique_ptr<Link> producer_;
  ComputeOptions options_;
  ComputeReport report_;
  bool saver_reads_bundles_ = false;
  std::stop_source stop_;
  std::stop_source abandon_;
  std::jthread consumer_;
};

TEST_F(ComputeTest, ABlockIsAckedOnlyWhenItIsSaved) {
  start();
  publish(work(1));
  const auto result = next_report();
  ASSERT_TRUE(result);
  EXPECT_TRUE(std::holds_alternative<WorkResult>(result->report.content));
  EXPECT_EQ(result->report.worker, "under test");
  expect_blocks(0, 1);
  answer(*result, "saved");
  expect_blocks(0, 0);
  EXPECT_EQ(stopped().saved, 1U);
}

TEST_F(ComputeTest, WithoutAnAnswerTheSameReportComesAgain) {
  start();
  publish(work(1));
  const auto first = next_report();
  saver_->ack(first->tag);
  const auto second = next_report();
  ASSERT_TRUE(second);
  EXPECT_EQ(std::get<WorkResult>(second->report.content), std::get<WorkResult>(first->report.content));
  answer(*second, "saved");
  expect_blocks(0, 0);
  EXPECT_EQ(stopped().saved, 1U);
}

TEST_F(ComputeTest, ARedeliveredBlockIsAskedAboutAndNotComputedIfItIsDone) {
  publish(work(1));
  {
    Inbox<BrokerEvent> inbox;
    const auto dies = broker_->connect({Queue::Blocks, 1, false},
                                       [&inbox](BrokerEvents events) { inbox.put_all(std::move(events)); });
    expect_blocks(0, 1);
  }
  start();
  const auto query = next_report();
  ASSERT_TRUE(query);
  EXPECT_TRUE(std::holds_alternative<Query>(query->report.content));
  answer(*query, "saved");
  expect_blocks(0, 0);
  EXPECT_FALSE(next_report(50ms)) << "nothing was computed";
  stopped();
}

TEST_F(ComputeTest, ARedeliveredBlockIsComputedOnGo) {
  Work second_attempt = work(1);
  second_attempt.attempt = {2};
  start();
  publish(second_attempt);
  const auto query = next_report();
  ASSERT_TRUE(std::holds_alternative<Query>(query->report.content));
  answer(*query, "go");
  const auto result = next_report();
  ASSERT_TRUE(std::holds_alternative<WorkResult>(result->report.content));
  answer(*result, "saved");
  expect_blocks(0, 0);
  stopped();
}

TEST_F(ComputeTest, ACheckThatThisWorkerShouldAvoidIsLeftToOthers) {
  options_.avoid_wait = 10ms;
  start();
  Work check = work(1);
  check.key.purpose = "check:1";
  check.avoid = {"somebody", "under test"};
  publish(check);
  for (const char* const word : {"go", "saved"}) {
    // `go`: too early, the ledger does not know yet that it is QUEUED.
    const auto left = next_report();
    ASSERT_TRUE(left && std::holds_alternative<Partial>(left->report.content)) << "it is not computed";
    EXPECT_FALSE(std::get<Partial>(left->report.content).prefix);
    answer(*left, word);
  }
  expect_blocks(0, 0);
  const ComputeReport report = stopped();
  EXPECT_EQ(report.left, 1U);
  EXPECT_EQ(report.handed_back, 0U) << "that would count as a delivery";
}

TEST_F(ComputeTest, ACheckToBeLeftGoesBackWhenTheConsumerStops) {
  options_.avoid_wait = 10min;
  start();
  Work check = work(1);
  check.key.purpose = "check:1";
  check.avoid = {"under test"};
  publish(check);
  expect_blocks(0, 1);
  EXPECT_EQ(stopped().handed_back, 1U);
  expect_blocks(1, 0);
}

TEST_F(ComputeTest, ACheckOfSomebodyElsesResultIsComputed) {
  start();
  Work check = work(1);
  check.key.purpose = "check:1";
  check.avoid = {"somebody"};
  publish(check);
  const auto result = next_report();
  ASSERT_TRUE(result && std::holds_alternative<WorkResult>(result->report.content));
  EXPECT_EQ(result->report.key, check.key);
  answer(*result, "saved");
  expect_blocks(0, 0);
  EXPECT_EQ(stopped().saved, 1U);
}

TEST_F(ComputeTest, ALongBlockReportsThatItStarted) {
  options_.started_after = 0ms;
  start();
  publish(work(1, 30'000'000));
  const auto started = next_report();
  ASSERT_TRUE(started);
  EXPECT_TRUE(std::holds_alternative<Started>(started->report.content));
  saver_->ack(started->tag);
  const auto result = next_report();
  ASSERT_TRUE(std::holds_alternative<WorkResult>(result->report.content));
  answer(*result, "saved");
  stopped();
}

TEST_F(ComputeTest, AStrategyThatThrowsIsReportedAndAckedWhenThatIsSaved) {
  const auto poisoned = testing_support::poisoned_strategies(strategies_, 1000);
  consumer_ = std::jthread([this, &poisoned] {
    report_ = compute(*broker_, poisoned, options_, *log_, stop_.get_token(), abandon_.get_token());
  });
  publish(work(1));
  const auto report = next_report();
  ASSERT_TRUE(std::holds_alternative<Failed>(report->report.content));
  EXPECT_EQ(std::get<Failed>(report->report.content).error_class, "strategy_error");
  EXPECT_EQ(std::get<Failed>(report->report.content).message, "poisoned at 1000");
  expect_blocks(0, 1);
  answer(*report, "saved");
  expect_blocks(0, 0);
  EXPECT_EQ(stopped().failed, 1U);
}

TEST_F(ComputeTest, WhatIsNoBlockIsDeadLetteredAndGoodOnesPass) {
  start();
  producer_->publish(Exchange::Ingress, {"bad", "not JSON", {}});
  publish(work(1));
  const auto result = next_report();
  ASSERT_TRUE(result);
  answer(*result, "saved");
  expect_blocks(0, 0);
  EXPECT_EQ(broker_->depth(Queue::Dead, Deadline::in(patience)).ready, 1U);
  EXPECT_EQ(stopped().rejected, 1U);
}

TEST_F(ComputeTest, UnknownAndRefusedAreDeadLettered) {
  start();
  for (const char* word : {"unknown", "refused"}) {
    publish(work(word[0]));
    answer(*next_report(), word);
  }
  expect_blocks(0, 0);
  const auto deadline = Deadline::in(patience);
  while (broker_->depth(Queue::Dead, deadline).ready != 2 && !deadline.has_passed()) {
  }
  EXPECT_EQ(broker_->depth(Queue::Dead, deadline).ready, 2U);
  stopped();
}

TEST_F(ComputeTest, StoppingFinishesWhatWasBegunAndHandsBackTheRest) {
  options_.awaiting = 5;
  options_.answer_timeout = 10s;
  options_.started_after = 0ms;
  start();
  for (int id = 1; id <= 4; ++id) {
    publish(work(id, 30'000'000));
  }
  expect_blocks(0, 4);
  const auto started = next_report();
  ASSERT_TRUE(started);
  ASSERT_TRUE(std::holds_alternative<Started>(started->report.content));
  stop_.request_stop();
  const auto result = next_report();
  ASSERT_TRUE(result);
  answer(*result, "saved");
  consumer_.join();
  EXPECT_EQ(report_.saved, 1U);
  EXPECT_EQ(report_.handed_back, 3U);
  expect_blocks(3, 0);
}

class BundlingTest : public ComputeTest {
 protected:
  /// A slot is busy for minutes, another one for moments with each of `short_blocks`, longest with the first, so that
  /// the others are there by then; before them the consumer had an answer.
  void start_with(std::int64_t short_blocks) {
    options_.slots = 2;
    options_.awaiting = 200;
    options_.abandon_wait = 0ms;
    start();
    publish(short_work(1));
    answer(*next_report(), "saved");
    expect_blocks(0, 0);
    publish(work(2, 20'000'000'000));
    publish(short_work(3, 20'000'000));
    for (std::int64_t id = 4; id < 3 + short_blocks; ++id) {
      publish(short_work(id));
    }
  }
  /// No report goes because time has passed.
  void wait_for_the_others_only() {
    saver_reads_bundles_ = true;
    options_.linger = 1h;
    options_.answer_timeout = 1h;
  }
  /// Where numbers are large enough that few are looked at closely.
  Work short_work(std::int64_t id, std::uint64_t end = 10'100'000) {
    Work ordered = work(id);
    ordered.block = {{10'000'000}, {end}};
    return ordered;
  }
  /// The reports of the next message but for `started`.
  std::vector<Report> next_reports() {
    const auto deadline = Deadline::in(patience);
    while (auto event = results_.take(deadline, {})) {
      if (const auto* delivered = std::get_if<Delivered>(&*event)) {
        auto reports = required(decode_reports(delivered->message.body, strategies_));
        if (!std::holds_alternative<Started>(reports.front().content)) {
          message_ = *delivered;
          return reports;
        }
        saver_->ack(delivered->tag);
      }
    }
    return {};
  }
  void answer_all(const std::vector<Report>& reports) {
    std::vector<Message> replies;
    for (const Report& report : reports) {
      replies.push_back(encode(Reply{report.key, report.attempt, "saved", 0}));
    }
    saver_->reply(message_.message.reply_to, bundle(replies));
    saver_->ack(message_.tag);
  }
  void stop_at_once() {
    abandon_.request_stop();
    consumer_.join();
  }

  Delivered message_{};
};

TEST_F(BundlingTest, ReportsOfShortBlocksTravelAsOneAndSoDoTheirReplies) {
  wait_for_the_others_only();
  start_with(bundle_length_max);
  // Behind them, so that no slot has nothing to do.
  publish(work(3 + bundle_length_max, 20'000'000'000));
  const auto reports = next_reports();
  EXPECT_EQ(reports.size(), bundle_length_max);
  answer_all(reports);
  expect_blocks(0, 2);
  stop_at_once();
  EXPECT_EQ(report_.saved, 1 + bundle_length_max);
}

TEST_F(BundlingTest, AReportGoesAtOnceIfASlotHasNothingToDo) {
  wait_for_the_others_only();
  start_with(1);
  EXPECT_EQ(next_reports().size(), 1U);
  saver_->ack(message_.tag);
  stop_at_once();
}

TEST_F(BundlingTest, WhatIsNotAnsweredIsReportedAgainAlone) {
  saver_reads_bundles_ = true;
  options_.linger = 1s;
  options_.answer_timeout = 3s;
  start_with(20);
  std::set<std::int64_t> again;
  std::size_t bundles = 0;
  while (again.size() < 20) {
    const auto reports = next_reports();
    ASSERT_FALSE(reports.empty());
    if (reports.size() > 1) {
      ++bundles;
      saver_->reject(message_.tag);
    } else {
      again.insert(reports.front().key.block.value);
      answer_all(reports);
    }
  }
  EXPECT_GT(bundles, 0U);
  expect_blocks(0, 1);
  stop_at_once();
}

TEST_F(BundlingTest, ASaverThatDoesNotSayItReadsBundlesGetsNone) {
  options_.linger = 10s;
  options_.answer_timeout = 30s;
  start_with(10);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(next_reports().size(), 1U);
    saver_->ack(message_.tag);
  }
  stop_at_once();
}

TEST_F(BundlingTest, ABlockAloneIsReportedAtOnce) {
  wait_for_the_others_only();
  start();
  for (std::int64_t id = 1; id <= 3; ++id) {
    publish(short_work(id));
    const auto reports = next_reports();
    ASSERT_EQ(reports.size(), 1U);
    answer_all(reports);
    expect_blocks(0, 0);
  }
  stopped();
}

class AbandoningTest : public ComputeTest {
 protected:
  /// A block that takes minutes is being computed, and the consumer is told to abandon it.
  void abandon_a_long_block(std::string_view threshold = "1.767") {
    options_.started_after = 0ms;
    options_.heard_every = 300ms;
    start();
    work_ = work(1, 20'000'000'000);
    work_.parameters = parameters(threshold);
    publish(work_);
    for (int i = 0; i < 2; ++i) {
      const auto started = next_report();
      ASSERT_TRUE(started);
      saver_->ack(started->tag);
    }
    abandon_.request_stop();
  }
  /// The next report that is a partial.
  std::optional<Received> partial() {
    auto received = next_report();
    while (received && !std::holds_alternative<Partial>(received->report.content)) {
      saver_->ack(received->tag);
      received = next_report();
    }
    return received;
  }

  Work work_ = work(1);
};

TEST_F(AbandoningTest, WhatWasFoundIsReportedAndTheBlockAckedOnceThatIsSaved) {
  abandon_a_long_block();
  const auto received = partial();
  ASSERT_TRUE(received);
  const auto& content = std::get<Partial>(received->report.content);
  // The slice at hand is finished.
  ASSERT_TRUE(content.prefix);
  EXPECT_EQ(received->report.block, work_.block);
  EXPECT_LT(content.cut, work_.block.end);
  EXPECT_EQ(content.prefix->result,
            search::examine(*strategies_.find("exhaustive"), {work_.block.begin, content.cut}, parameters(), {}));
  expect_blocks(0, 1);
  answer(*received, "saved");
  consumer_.join();
  EXPECT_EQ(report_.split, 1U);
  EXPECT_EQ(report_.handed_back, 0U);
  expect_blocks(0, 0);
}

TEST_F(AbandoningTest, WithoutAPrefixTheBlockIsLeftToOthers) {
  options_.splits = false;
  abandon_a_long_block();
  const auto received = partial();
  ASSERT_TRUE(received);
  EXPECT_FALSE(std::get<Partial>(received->report.content).prefix);
  expect_blocks(0, 1);
  answer(*received, "saved");
  consumer_.join();
  EXPECT_EQ(report_.left, 1U);
  EXPECT_EQ(report_.handed_back, 0U) << "that would count as a delivery";
  expect_blocks(0, 0);
}

TEST_F(AbandoningTest, APrefixTooLargeForOneMessageIsNotSaved) {
  abandon_a_long_block("0");
  const auto received = partial();
  ASSERT_TRUE(received);
  EXPECT_FALSE(std::get<Partial>(received->report.content).prefix);
  answer(*received, "saved");
  consumer_.join();
  EXPECT_EQ(report_.left, 1U);
  expect_blocks(0, 0);
}

TEST_F(AbandoningTest, WithoutAnAnswerTheBlockGoesBackAfterAWhile) {
  options_.abandon_wait = 300ms;
  abandon_a_long_block();
  consumer_.join();
  EXPECT_EQ(report_.split, 0U);
  EXPECT_EQ(report_.handed_back, 1U);
  expect_blocks(1, 0);
}

TEST_F(AbandoningTest, AResultThatIsAlreadyPublishedMayStillBeSaved) {
  start();
  publish(work(1));
  const auto result = next_report();
  ASSERT_TRUE(result);
  abandon_.request_stop();
  answer(*result, "saved");
  consumer_.join();
  EXPECT_EQ(report_.saved, 1U);
  expect_blocks(0, 0);
}

/// A slot is busy for minutes, and a second block waits for it.
class WaitingTest : public ComputeTest {
 protected:
  void let_a_block_wait() {
    options_.hold = 50ms;
    options_.awaiting = 1;
    options_.started_after = 1h;
    options_.abandon_wait = 0ms;
    options_.query_timeout = 200ms;
    start();
    publish(work(1, 20'000'000'000));
    expect_blocks(0, 1);
    publish(work(2));
  }
  /// The next report leaves the block that waits to others.
  std::optional<Received> next_left() {
    auto received = next_report();
    if (received) {
      const auto* partial = std::get_if<Partial>(&received->report.content);
      EXPECT_TRUE(partial != nullptr && !partial->prefix);
      EXPECT_EQ(received->report.key.block.value, 2);
    }
    return received;
  }
  void end() {
    abandon_.request_stop();
    consumer_.join();
  }
};

TEST_F(WaitingTest, ABlockThatWaitsTooLongForASlotIsLeftToOthers) {
  let_a_block_wait();
  const auto left = next_left();
  ASSERT_TRUE(left);
  expect_blocks(0, 2);
  answer(*left, "saved");
  expect_blocks(0, 1);
  end();
  EXPECT_EQ(report_.left, 1U);
  EXPECT_EQ(report_.handed_back, 1U) << "what was being computed, and no more: that counts as a delivery";
}

TEST_F(WaitingTest, ABlockThatCannotBeLeftYetGoesOnWaiting) {
  let_a_block_wait();
  for (const char* const word : {"go", "saved"}) {
    const auto left = next_left();
    ASSERT_TRUE(left);
    answer(*left, word);
  }
  expect_blocks(0, 1);
  end();
  EXPECT_EQ(report_.left, 1U);
}

TEST_F(WaitingTest, WithoutAnAnswerItIsLeftAgain) {
  let_a_block_wait();
  saver_->ack(next_left()->tag);
  const auto again = next_left();
  ASSERT_TRUE(again);
  answer(*again, "saved");
  expect_blocks(0, 1);
  end();
}

}  // namespace
}  // namespace robin::flow
