// A consumer against a saver and a producer that the test plays itself, so that each step of the protocol can go wrong.

#include "flow/loops/compute.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <thread>
#include <utility>

#include "adapters/memory/broker.hpp"
#include "flow/loops/inbox.hpp"
#include "flow/ports/bounds.hpp"
#include "flow/rules/ledger_rules.hpp"
#include "flow/wire/bundle.hpp"
#include "flow/wire/message.hpp"
#include "support/gated_strategy.hpp"
#include "support/parsed.hpp"
#include "support/patience.hpp"
#include "support/wrapped_strategy.hpp"

namespace robin::flow {
namespace {

using namespace std::chrono_literals;
using core::Deadline;
using testing_support::Gate;
using testing_support::parameters;
using testing_support::patience;
using testing_support::required;
using testing_support::wait_until;

/// Blocks that begin here are computed when the test says so.
constexpr search::Block held{{1'000'000}, {2'000'000}};
/// The same, by another gate.
constexpr search::Block busy{{2'000'000}, {9'000'000}};

class ComputeTest : public testing::Test {
 protected:
  ComputeTest() {
    options_.worker = "under test";
    // Nothing is repeated or given up because a machine is slow; what is about that sets its own.
    options_.query_timeout = options_.answer_timeout = options_.abandon_wait = options_.asked_every = 1h;
    saver_ = broker_->connect({Queue::Results, 100, false}, [this](const BrokerEvents& events) { receive(events); });
    producer_ = broker_->connect({}, [](const BrokerEvents&) {});
  }

  /// Whatever has failed: the consumer has nothing left to wait for.
  ~ComputeTest() override {
    abandon_.request_stop();
    held_.open();
    busy_.open();
    static_cast<void>(wait_until([this] {
      while (const auto late = take(Deadline::in(0ms))) {
        received_.push_back(*late);
      }
      for (const Received& one : std::exchange(received_, {})) {
        reply(one, ReplyWord::Saved);
      }
      return !consumer_.joinable() || has_ended_;
    }));
  }

  void start() { start_with_strategies(gated_); }
  void start_with_strategies(const search::Strategies& strategies) {
    consumer_ = std::jthread([this, &strategies] {
      report_ = compute(*broker_, strategies, options_, *log_, stop_.get_token(), abandon_.get_token());
      has_ended_ = true;
    });
  }
  /// Once it has ended by itself.
  ComputeReport ended() {
    const bool has_ended = wait_until([this] { return has_ended_.load(); });
    EXPECT_TRUE(has_ended) << "the consumer does not end";
    return has_ended ? report_ : ComputeReport{};
  }
  ComputeReport stopped() {
    stop_.request_stop();
    return ended();
  }

  Work work(std::int64_t id, search::Block range = {{2}, {5041}}) {
    return {{{id}, Purpose(), 1}, {1}, {1}, "exhaustive", parameters(), range};
  }
  void publish(const Work& ordered) { producer_->publish(Exchange::Ingress, encode(ordered, strategies_)); }

  /// Reports that came as one message, and where their answer goes.
  struct Received {
    std::vector<Report> reports;
    std::vector<Tag> tags;
    std::string reply_to;

    [[nodiscard]] const Report& report() const { return reports.front(); }
  };
  /// What came as one is told at once, with one tag but for the part of it.
  void receive(const BrokerEvents& events) {
    std::vector<Delivered> together;
    for (const BrokerEvent& event : events) {
      if (const auto* delivered = std::get_if<Delivered>(&event)) {
        if (!together.empty() && together.front().tag.number != delivered->tag.number) {
          results_.put(std::exchange(together, {}));
        }
        together.push_back(*delivered);
      }
    }
    if (!together.empty()) {
      results_.put(std::move(together));
    }
  }
  /// The next message, of whatever kind.
  std::optional<Received> take(Deadline deadline) {
    const auto together = results_.take(deadline, {});
    if (!together) {
      return std::nullopt;
    }
    Received received{{}, {}, together->front().message.reply_to};
    for (const Delivered& delivered : *together) {
      received.reports.push_back(required(decode_report(delivered.message.body, strategies_)));
      received.tags.push_back(delivered.tag);
    }
    return received;
  }
  /// The next message, which must be of this kind; but `started` may come at any time, and is passed over.
  template <class Content>
  std::optional<Received> next() {
    const auto deadline = patience();
    while (auto received = take(deadline)) {
      received_.push_back(*received);
      const auto& content = received->report().content;
      if (std::holds_alternative<Content>(content)) {
        return received;
      }
      EXPECT_TRUE(std::holds_alternative<Started>(content)) << "another kind of report: number " << content.index();
      ack(*received);
    }
    return std::nullopt;
  }
  /// The next result or Partial, put together where it comes in parts; what brought it is acked.
  std::optional<Received> next_whole() {
    const auto deadline = patience();
    std::map<std::uint32_t, std::string> parts;
    while (auto received = take(deadline)) {
      received_.push_back(*received);
      ack(*received);
      const Report& report = received->report();
      if (const auto* part = std::get_if<Part>(&report.content)) {
        in_parts_ = true;
        parts[part->part] = part->text;
        if (parts.size() == part->parts) {
          std::string whole;
          for (const auto& [number, text] : parts) {
            whole += text;
          }
          received->reports = {assemble(report, whole, strategies_, bounds::of_a_fleet).value()};
          return received;
        }
      } else if (!std::holds_alternative<Started>(report.content)) {
        return received;
      }
    }
    return std::nullopt;
  }
  void reply(const Received& received, ReplyWord word) {
    for (const Report& report : received.reports) {
      saver_->reply(received.reply_to,
                    encode(Reply{report.key, report.attempt, word, 0, saver_reads_bundles_, report.provenance}));
    }
  }
  void ack(const Received& received) {
    for (const Tag tag : received.tags) {
      saver_->ack(tag);
    }
  }
  void answer(const Received& received, ReplyWord word) {
    reply(received, word);
    ack(received);
  }

  void expect_depth(Queue queue, std::uint64_t ready, std::uint64_t unacked) {
    QueueDepth depth;
    static_cast<void>(wait_until([&] {
      depth = broker_->depth(queue, patience());
      return depth.ready == ready && depth.unacked == unacked;
    }));
    EXPECT_EQ(depth.ready, ready);
    EXPECT_EQ(depth.unacked, unacked);
  }
  void expect_blocks(std::uint64_t ready, std::uint64_t unacked) { expect_depth(Queue::Blocks, ready, unacked); }

  Gate held_;
  Gate busy_;
  search::Strategies strategies_;
  search::Strategies gated_ = testing_support::gated_strategies(strategies_, {{held, &held_}, {busy, &busy_}});
  search::Strategies poisoned_ = testing_support::poisoned_strategies(strategies_, 1000);
  std::unique_ptr<runtime::Log> log_ = runtime::Log::silent();
  std::unique_ptr<Broker> broker_ = adapters::open_memory_broker();
  Inbox<std::vector<Delivered>> results_;
  std::vector<Received> received_;
  std::unique_ptr<Link> saver_;
  std::unique_ptr<Link> producer_;
  ComputeOptions options_;
  ComputeReport report_;
  bool saver_reads_bundles_ = false;
  /// Whether something came so.
  bool in_parts_ = false;
  std::stop_source stop_;
  std::stop_source abandon_;
  std::atomic<bool> has_ended_ = false;
  std::jthread consumer_;
};

TEST_F(ComputeTest, ABlockIsAckedOnlyWhenItIsSaved) {
  start();
  publish(work(1));
  const auto result = next<WorkResult>();
  ASSERT_TRUE(result);
  EXPECT_EQ(result->report().worker, "under test");
  // By the time that another one is computed it has dealt with everything about the first.
  publish(work(2));
  const auto other = next<WorkResult>();
  ASSERT_TRUE(other);
  expect_blocks(0, 2);
  answer(*result, ReplyWord::Saved);
  expect_blocks(0, 1);
  answer(*other, ReplyWord::Saved);
  expect_blocks(0, 0);
  EXPECT_EQ(stopped().saved, 2U);
}

TEST_F(ComputeTest, WithoutAnAnswerTheSameReportComesAgain) {
  options_.answer_timeout = 200ms;
  start();
  publish(work(1));
  const auto first = next<WorkResult>();
  ASSERT_TRUE(first);
  ack(*first);
  const auto second = next<WorkResult>();
  ASSERT_TRUE(second);
  EXPECT_EQ(std::get<WorkResult>(second->report().content), std::get<WorkResult>(first->report().content));
  answer(*second, ReplyWord::Saved);
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
  const auto query = next<Query>();
  ASSERT_TRUE(query);
  answer(*query, ReplyWord::Saved);
  expect_blocks(0, 0);
  stopped();
  expect_depth(Queue::Results, 0, 0);
  EXPECT_FALSE(take(Deadline::in(0ms))) << "nothing was computed";
}

TEST_F(ComputeTest, ARedeliveredBlockIsComputedOnGo) {
  Work second_attempt = work(1);
  second_attempt.attempt = {2};
  start();
  publish(second_attempt);
  const auto query = next<Query>();
  ASSERT_TRUE(query);
  answer(*query, ReplyWord::Go);
  const auto result = next<WorkResult>();
  ASSERT_TRUE(result);
  answer(*result, ReplyWord::Saved);
  expect_blocks(0, 0);
  stopped();
}

TEST_F(ComputeTest, WhatNobodyWantsAnyMoreIsLetGoAndWhatIsOfTheSameSearchAskedAbout) {
  options_.started_after = options_.asked_every = 1ms;
  const auto asked_about = [this](std::int64_t block) {
    auto query = next<Query>();
    while (query && query->report().key.block.value != block) {
      ack(*query);
      query = next<Query>();
    }
    return query;
  };
  start();
  publish(work(1, held));
  // Of one search, and waiting for the slot.
  publish(work(2));
  const auto query = asked_about(1);
  ASSERT_TRUE(query);
  answer(*query, ReplyWord::Go);
  const auto again = asked_about(1);
  ASSERT_TRUE(again) << "as long as it is computed";
  answer(*again, ReplyWord::Saved);
  const auto of_second = asked_about(2);
  ASSERT_TRUE(of_second);
  answer(*of_second, ReplyWord::Saved);
  held_.open();
  expect_blocks(0, 0);
  publish(work(3));
  const auto of_third = asked_about(3);
  ASSERT_TRUE(of_third) << "before it is begun";
  answer(*of_third, ReplyWord::Go);
  // It may be asked about while it is computed, too.
  std::optional<Received> result;
  do {
    result = take(patience());
    ASSERT_TRUE(result);
    ack(*result);
  } while (!std::holds_alternative<WorkResult>(result->report().content));
  EXPECT_EQ(result->report().key.block, BlockId{3}) << "nothing of the others was reported";
  reply(*result, ReplyWord::Saved);
  expect_blocks(0, 0);
  EXPECT_EQ(stopped().saved, 3U);
}

TEST_F(ComputeTest, ACheckThatThisWorkerShouldAvoidIsLeftToOthers) {
  options_.avoid_wait = 10ms;
  start();
  Work check = work(1);
  check.key.purpose = Purpose::check(1);
  check.avoid = {"somebody", "under test"};
  publish(check);
  for (const ReplyWord word : {ReplyWord::Go, ReplyWord::Saved}) {
    // `go`: too early, the ledger does not know yet that it is QUEUED.
    const auto left = next<Partial>();
    ASSERT_TRUE(left) << "it is not computed";
    EXPECT_FALSE(std::get<Partial>(left->report().content).prefix);
    answer(*left, word);
  }
  expect_blocks(0, 0);
  const ComputeReport report = stopped();
  EXPECT_EQ(report.left, 1U);
  EXPECT_EQ(report.handed_back, 0U) << "that would count as a delivery";
}

TEST_F(ComputeTest, ACheckToBeLeftGoesBackWhenTheConsumerStops) {
  options_.avoid_wait = 1h;
  start();
  Work check = work(1);
  check.key.purpose = Purpose::check(1);
  check.avoid = {"under test"};
  publish(check);
  expect_blocks(0, 1);
  EXPECT_EQ(stopped().handed_back, 1U);
  expect_blocks(1, 0);
}

TEST_F(ComputeTest, ACheckOfSomebodyElsesResultIsComputed) {
  start();
  Work check = work(1);
  check.key.purpose = Purpose::check(1);
  check.avoid = {"somebody"};
  publish(check);
  const auto result = next<WorkResult>();
  ASSERT_TRUE(result);
  EXPECT_EQ(result->report().key, check.key);
  answer(*result, ReplyWord::Saved);
  expect_blocks(0, 0);
  EXPECT_EQ(stopped().saved, 1U);
}

TEST_F(ComputeTest, ALongBlockReportsThatItStarted) {
  options_.started_after = 0ms;
  start();
  publish(work(1, held));
  const auto started = next<Started>();
  ASSERT_TRUE(started);
  ack(*started);
  held_.open();
  const auto result = next<WorkResult>();
  ASSERT_TRUE(result);
  answer(*result, ReplyWord::Saved);
  stopped();
}

TEST_F(ComputeTest, AStrategyThatThrowsIsReportedAndAckedWhenThatIsSaved) {
  start_with_strategies(poisoned_);
  publish(work(1));
  const auto report = next<Failed>();
  ASSERT_TRUE(report);
  EXPECT_EQ(std::get<Failed>(report->report().content).error_class, "strategy_error");
  EXPECT_EQ(std::get<Failed>(report->report().content).message, "poisoned at 1000");
  expect_blocks(0, 1);
  answer(*report, ReplyWord::Saved);
  expect_blocks(0, 0);
  EXPECT_EQ(stopped().failed, 1U);
}

TEST_F(ComputeTest, WhatIsNoBlockIsDeadLetteredAndGoodOnesPass) {
  start();
  producer_->publish(Exchange::Ingress, {"bad", "not JSON", {}});
  publish(work(1));
  const auto result = next<WorkResult>();
  ASSERT_TRUE(result);
  answer(*result, ReplyWord::Saved);
  expect_blocks(0, 0);
  expect_depth(Queue::Dead, 1, 0);
  EXPECT_EQ(stopped().rejected, 1U);
}

TEST_F(ComputeTest, UnknownAndRefusedAreDeadLettered) {
  start();
  for (const ReplyWord word : {ReplyWord::Unknown, ReplyWord::Refused}) {
    publish(work(1 + static_cast<int>(word)));
    const auto result = next<WorkResult>();
    ASSERT_TRUE(result);
    answer(*result, word);
  }
  expect_blocks(0, 0);
  expect_depth(Queue::Dead, 2, 0);
  stopped();
}

TEST_F(ComputeTest, AReportNamesTheLedgerAndTheSearchOfItsWorkAndNoneWhereThatNamesNone) {
  options_.started_after = 0ms;
  start();
  for (const Provenance& provenance : {Provenance{"a ledger", "a search"}, Provenance{}}) {
    Work ordered = work(1);
    ordered.attempt = {2};
    ordered.provenance = provenance;
    publish(ordered);
    const auto query = next<Query>();
    ASSERT_TRUE(query);
    EXPECT_EQ(query->report().provenance, provenance);
    answer(*query, ReplyWord::Go);
    const auto result = next<WorkResult>();
    ASSERT_TRUE(result);
    EXPECT_EQ(result->report().provenance, provenance);
    answer(*result, ReplyWord::Saved);
    expect_blocks(0, 0);
  }
  EXPECT_EQ(stopped().saved, 2U);
}

TEST_F(ComputeTest, WhatIsAnsweredOfAnotherLedgerSaysNothingOfTheBlockWithTheSameIds) {
  options_.slots = 2;
  Work old = work(1);
  old.provenance = {"lost", "a search"};
  Work now = work(1);
  now.provenance = {"restored", "a search"};
  start();
  publish(old);
  const auto of_old = next<WorkResult>();
  publish(now);
  const auto of_now = next<WorkResult>();
  ASSERT_TRUE(of_old && of_now);
  ASSERT_EQ(of_now->report().provenance, now.provenance);
  answer(*of_old, ReplyWord::Refused);
  expect_depth(Queue::Dead, 1, 0);
  expect_blocks(0, 1);
  answer(*of_now, ReplyWord::Saved);
  expect_blocks(0, 0);
  const ComputeReport report = stopped();
  EXPECT_EQ(report.rejected, 1U);
  EXPECT_EQ(report.saved, 1U);
}

TEST_F(ComputeTest, ASaverOfTheVersionBeforeNamesNothingAndIsHeard) {
  Work ordered = work(1);
  ordered.provenance = {"a ledger", "a search"};
  start();
  publish(ordered);
  auto result = next<WorkResult>();
  ASSERT_TRUE(result);
  for (Report& report : result->reports) {
    report.provenance = {};
  }
  answer(*result, ReplyWord::Saved);
  expect_blocks(0, 0);
  EXPECT_EQ(stopped().saved, 1U);
}

TEST_F(ComputeTest, StoppingFinishesWhatWasBegunAndHandsBackTheRest) {
  options_.awaiting = 5;
  options_.started_after = 0ms;
  start();
  for (int id = 1; id <= 4; ++id) {
    publish(work(id, held));
  }
  expect_blocks(0, 4);
  ASSERT_TRUE(next<Started>());
  stop_.request_stop();
  expect_blocks(3, 1);
  held_.open();
  const auto result = next<WorkResult>();
  ASSERT_TRUE(result);
  answer(*result, ReplyWord::Saved);
  const ComputeReport report = ended();
  EXPECT_EQ(report.saved, 1U);
  EXPECT_EQ(report.handed_back, 3U);
  expect_blocks(3, 0);
}

class BundlingTest : public ComputeTest {
 protected:
  /// The consumer has had an answer. Then a slot is busy until the end, and so will be the other one after
  /// `short_blocks`, the first of which is computed once all the others are here.
  void start_with(std::int64_t short_blocks, std::int64_t busy_behind = 0) {
    options_.slots = 2;
    options_.awaiting = 200;
    options_.abandon_wait = 0ms;
    options_.started_after = 1h;
    start();
    publish(short_work(1));
    const auto first = next<WorkResult>();
    ASSERT_TRUE(first);
    answer(*first, ReplyWord::Saved);
    expect_blocks(0, 0);
    publish(work(2, busy));
    publish(work(3, held));
    std::int64_t id = 4;
    for (; id < 3 + short_blocks; ++id) {
      publish(short_work(id));
    }
    for (const std::int64_t last = id + busy_behind; id < last; ++id) {
      publish(work(id, busy));
    }
    expect_blocks(0, static_cast<std::uint64_t>(1 + short_blocks + busy_behind));
    held_.open();
  }
  /// No report goes because time has passed.
  void wait_for_the_others_only() {
    saver_reads_bundles_ = true;
    options_.linger = 1h;
  }
  /// Where numbers are large enough that few are looked at closely.
  Work short_work(std::int64_t id) { return work(id, {{10'000'000}, {10'001'000}}); }

  ComputeReport ended_at_once() {
    abandon_.request_stop();
    busy_.open();
    return ended();
  }
};

TEST_F(BundlingTest, ReportsOfShortBlocksTravelAsOneAndSoDoTheirReplies) {
  wait_for_the_others_only();
  // With one behind them, so that no slot has nothing to do.
  ASSERT_NO_FATAL_FAILURE(start_with(bundle_length_max, 1));
  const auto received = next<WorkResult>();
  ASSERT_TRUE(received);
  EXPECT_EQ(received->reports.size(), bundle_length_max);
  expect_depth(Queue::Results, 0, 1);
  answer(*received, ReplyWord::Saved);
  expect_blocks(0, 2);
  EXPECT_EQ(ended_at_once().saved, 1 + bundle_length_max);
}

TEST_F(BundlingTest, AReportGoesAtOnceIfASlotHasNothingToDo) {
  wait_for_the_others_only();
  ASSERT_NO_FATAL_FAILURE(start_with(1));
  const auto received = next<WorkResult>();
  ASSERT_TRUE(received);
  EXPECT_EQ(received->reports.size(), 1U);
  ack(*received);
  ended_at_once();
}

TEST_F(BundlingTest, WhatIsNotAnsweredIsReportedAgainAlone) {
  wait_for_the_others_only();
  options_.answer_timeout = 3s;
  ASSERT_NO_FATAL_FAILURE(start_with(20));
  std::set<std::int64_t> again;
  std::size_t bundles = 0;
  while (again.size() < 20) {
    const auto received = next<WorkResult>();
    ASSERT_TRUE(received);
    if (received->reports.size() > 1) {
      ++bundles;
      saver_->reject(received->tags.front());
      std::for_each(received->tags.begin() + 1, received->tags.end(), [this](Tag tag) { saver_->ack(tag); });
    } else {
      again.insert(received->report().key.block.value);
      answer(*received, ReplyWord::Saved);
    }
  }
  EXPECT_GT(bundles, 0U);
  expect_depth(Queue::Dead, bundles, 0);
  expect_blocks(0, 1);
  ended_at_once();
}

TEST_F(BundlingTest, ASaverThatDoesNotSayItReadsBundlesGetsNone) {
  options_.linger = 1h;
  ASSERT_NO_FATAL_FAILURE(start_with(10));
  for (int i = 0; i < 10; ++i) {
    const auto received = next<WorkResult>();
    ASSERT_TRUE(received);
    EXPECT_EQ(received->reports.size(), 1U);
    ack(*received);
  }
  ended_at_once();
}

TEST_F(BundlingTest, ABlockAloneIsReportedAtOnce) {
  wait_for_the_others_only();
  start();
  for (std::int64_t id = 1; id <= 3; ++id) {
    publish(short_work(id));
    const auto received = next<WorkResult>();
    ASSERT_TRUE(received);
    ASSERT_EQ(received->reports.size(), 1U);
    answer(*received, ReplyWord::Saved);
    expect_blocks(0, 0);
  }
  stopped();
}

/// Exhaustive, and what it says beside its findings is long.
class TalkativeStrategy final : public testing_support::WrappedStrategy {
 public:
  explicit TalkativeStrategy(const search::Strategies& all) : WrappedStrategy(*all.find("exhaustive")) {}
  void conclude(const search::Block& block, const search::Parameters& asked, const search::Tally& tally,
                search::Findings& findings) const override {
    WrappedStrategy::conclude(block, asked, tally, findings);
    findings.extras["talk"] = std::string(bounds::part_bytes, 'x');
  }
};

class PiecesTest : public ComputeTest {
 protected:
  PiecesTest() {
    whole_.parameters = parameters("1.2");
    all_ = search::examine(*strategies_.find("exhaustive"), whole_.block, whole_.parameters, {});
  }

  /// The block is computed, its rest as a block of its own, and so on: the findings in order, and how many reports.
  std::pair<search::Findings, std::size_t> computed_to_its_end() {
    std::pair<search::Findings, std::size_t> together;
    Work rest = whole_;
    for (bool is_over = false; !is_over; ++rest.key.block.value) {
      publish(rest);
      const auto received = next_whole();
      if (!received) {
        ADD_FAILURE() << "no report";
        return together;
      }
      const Report& report = received->report();
      EXPECT_EQ(report.block, rest.block);
      ++together.second;
      if (const auto* piece = std::get_if<Partial>(&report.content)) {
        EXPECT_TRUE((Grid{*strategies_.find("exhaustive"), rest.parameters}).has(rest.block, piece->cut));
        EXPECT_GE(piece->prefix.value().result.findings.witnesses.size(), options_.witnesses_a_result);
        append(together.first, search::Findings(piece->prefix->result.findings));
        rest.block.begin = piece->cut;
      } else {
        append(together.first, search::Findings(std::get<WorkResult>(report.content).result.findings));
        is_over = true;
      }
      reply(*received, ReplyWord::Saved);
    }
    expect_blocks(0, 0);
    return together;
  }

  Work whole_ = work(1, {{2}, {100'000}});
  search::BlockResult all_;
};

TEST_F(PiecesTest, ABlockWithManyWitnessesIsFinishedInPiecesAndNothingIsLost) {
  options_.witnesses_a_result = 100;
  start();
  const auto [findings, reports] = computed_to_its_end();
  EXPECT_EQ(reports, 4U) << "each slice has enough";
  EXPECT_TRUE(in_parts_) << "and the first one more than a message should hold";
  EXPECT_EQ(findings.witnesses, all_.findings.witnesses);
  EXPECT_EQ(findings.violations, all_.findings.violations);
  EXPECT_EQ(findings.candidates, all_.findings.candidates);
  const ComputeReport report = stopped();
  EXPECT_EQ(report.saved, reports) << "a piece is no block that was given up";
  EXPECT_EQ(report.split, 0U);
}

TEST_F(PiecesTest, WhereTheLedgerDoesNotSplitABlockIsComputedWhole) {
  options_.witnesses_a_result = 100;
  options_.splits = false;
  start();
  const auto [findings, reports] = computed_to_its_end();
  EXPECT_EQ(reports, 1U);
  EXPECT_EQ(findings.witnesses, all_.findings.witnesses);
  stopped();
}

TEST_F(PiecesTest, ACheckIsComputedWhole) {
  options_.witnesses_a_result = 100;
  whole_.key.purpose = Purpose::check(1);
  start();
  EXPECT_EQ(computed_to_its_end().second, 1U);
  stopped();
}

TEST_F(PiecesTest, WhatNoLedgerWouldTakeIsAFailureThatSaysWhatToDo) {
  options_.result_max = {all_.findings.witnesses.size() - 1};
  options_.witnesses_a_result = SIZE_MAX;
  start();
  publish(whole_);
  const auto received = next<Failed>();
  ASSERT_TRUE(received);
  const auto& failed = std::get<Failed>(received->report().content);
  EXPECT_EQ(failed.error_class, "limit_exceeded");
  EXPECT_NE(failed.message.find("raise the threshold or make blocks smaller"), std::string::npos) << failed.message;
  answer(*received, ReplyWord::Saved);
  EXPECT_EQ(stopped().failed, 1U);
}

TEST_F(PiecesTest, SoIsAResultOfTooManyBytes) {
  std::vector<std::unique_ptr<const search::Strategy>> table;
  table.push_back(std::make_unique<TalkativeStrategy>(strategies_));
  const search::Strategies talkative(std::move(table));
  options_.result_max = {bounds::part_bytes / bounds::witness_bytes};
  whole_.block = {{2}, {5041}};
  start_with_strategies(talkative);
  publish(whole_);
  const auto received = next<Failed>();
  ASSERT_TRUE(received);
  EXPECT_EQ(std::get<Failed>(received->report().content).error_class, "limit_exceeded");
  answer(*received, ReplyWord::Saved);
  EXPECT_EQ(stopped().failed, 1U);
}

class AbandoningTest : public ComputeTest {
 protected:
  /// The first slice of a block is being computed, and the consumer is told to abandon the block.
  void abandon_a_long_block(std::string_view threshold = "1.767") {
    options_.started_after = 0ms;
    options_.heard_every = 100ms;
    start();
    work_.parameters = parameters(threshold);
    publish(work_);
    for (int i = 0; i < 2; ++i) {
      const auto started = next<Started>();
      ASSERT_TRUE(started);
      ack(*started);
    }
    ASSERT_TRUE(wait_until([this] { return busy_.is_waited_for(); }));
    abandon_.request_stop();
    busy_.open();
  }

  Work work_ = work(1, busy);
};

TEST_F(AbandoningTest, WhatWasFoundIsReportedAndTheBlockAckedOnceThatIsSaved) {
  ASSERT_NO_FATAL_FAILURE(abandon_a_long_block());
  const auto received = next<Partial>();
  ASSERT_TRUE(received);
  const auto& content = std::get<Partial>(received->report().content);
  // The slice at hand is finished.
  ASSERT_TRUE(content.prefix);
  EXPECT_EQ(received->report().block, work_.block);
  EXPECT_LT(content.cut, work_.block.end);
  EXPECT_EQ(content.prefix->result,
            search::examine(*strategies_.find("exhaustive"), {work_.block.begin, content.cut}, parameters(), {}));
  expect_blocks(0, 1);
  answer(*received, ReplyWord::Saved);
  const ComputeReport report = ended();
  EXPECT_EQ(report.split, 1U);
  EXPECT_EQ(report.handed_back, 0U);
  expect_blocks(0, 0);
}

TEST_F(AbandoningTest, WithoutAPrefixTheBlockIsLeftToOthers) {
  options_.splits = false;
  ASSERT_NO_FATAL_FAILURE(abandon_a_long_block());
  const auto received = next<Partial>();
  ASSERT_TRUE(received);
  EXPECT_FALSE(std::get<Partial>(received->report().content).prefix);
  expect_blocks(0, 1);
  answer(*received, ReplyWord::Saved);
  const ComputeReport report = ended();
  EXPECT_EQ(report.left, 1U);
  EXPECT_EQ(report.handed_back, 0U) << "that would count as a delivery";
  expect_blocks(0, 0);
}

TEST_F(AbandoningTest, APrefixTooLargeForOneMessageTravelsInParts) {
  options_.witnesses_a_result = SIZE_MAX;
  ASSERT_NO_FATAL_FAILURE(abandon_a_long_block("0.9"));
  const auto received = next_whole();
  ASSERT_TRUE(received);
  EXPECT_TRUE(in_parts_);
  const auto& content = std::get<Partial>(received->report().content);
  ASSERT_TRUE(content.prefix);
  EXPECT_EQ(content.prefix->result,
            search::examine(*strategies_.find("exhaustive"), {work_.block.begin, content.cut}, parameters("0.9"), {}));
  reply(*received, ReplyWord::Saved);
  EXPECT_EQ(ended().split, 1U);
  expect_blocks(0, 0);
}

TEST_F(AbandoningTest, WithoutAnAnswerTheBlockGoesBackAfterAWhile) {
  options_.abandon_wait = 300ms;
  ASSERT_NO_FATAL_FAILURE(abandon_a_long_block());
  const ComputeReport report = ended();
  EXPECT_EQ(report.split, 0U);
  EXPECT_EQ(report.handed_back, 1U);
  expect_blocks(1, 0);
}

TEST_F(AbandoningTest, AResultThatIsAlreadyPublishedMayStillBeSaved) {
  start();
  publish(work(1));
  const auto result = next<WorkResult>();
  ASSERT_TRUE(result);
  abandon_.request_stop();
  answer(*result, ReplyWord::Saved);
  EXPECT_EQ(ended().saved, 1U);
  expect_blocks(0, 0);
}

/// A slot is busy until the test says so, and a second block waits for it.
class WaitingTest : public ComputeTest {
 protected:
  void let_a_block_wait() {
    options_.hold = 50ms;
    options_.awaiting = 1;
    options_.abandon_wait = 0ms;
    start();
    publish(work(1, held));
    expect_blocks(0, 1);
    publish(work(2));
  }
  /// The next report leaves the block that waits to others.
  std::optional<Received> next_left() {
    auto received = next<Partial>();
    if (received) {
      EXPECT_FALSE(std::get<Partial>(received->report().content).prefix);
      EXPECT_EQ(received->report().key.block.value, 2);
    }
    return received;
  }
  /// What is being computed is handed back.
  ComputeReport abandoned() {
    abandon_.request_stop();
    held_.open();
    return ended();
  }
};

TEST_F(WaitingTest, ABlockThatWaitsTooLongForASlotIsLeftToOthers) {
  let_a_block_wait();
  const auto left = next_left();
  ASSERT_TRUE(left);
  expect_blocks(0, 2);
  answer(*left, ReplyWord::Saved);
  expect_blocks(0, 1);
  const ComputeReport report = abandoned();
  EXPECT_EQ(report.left, 1U);
  EXPECT_EQ(report.handed_back, 1U) << "what was being computed, and no more: that counts as a delivery";
}

TEST_F(WaitingTest, ABlockThatCannotBeLeftYetGoesOnWaiting) {
  let_a_block_wait();
  for (const ReplyWord word : {ReplyWord::Go, ReplyWord::Saved}) {
    const auto left = next_left();
    ASSERT_TRUE(left);
    answer(*left, word);
  }
  expect_blocks(0, 1);
  EXPECT_EQ(abandoned().left, 1U);
}

TEST_F(WaitingTest, WithoutAnAnswerItIsLeftAgain) {
  options_.query_timeout = 200ms;
  let_a_block_wait();
  const auto left = next_left();
  ASSERT_TRUE(left);
  ack(*left);
  const auto again = next_left();
  ASSERT_TRUE(again);
  answer(*again, ReplyWord::Saved);
  expect_blocks(0, 1);
  EXPECT_EQ(abandoned().left, 1U);
}

}  // namespace
}  // namespace robin::flow
