// An outbox whose broker and clock are the test.

#include "flow/loops/report_outbox.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace robin::flow {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class ReportOutboxTest : public testing::Test {
 protected:
  ReportOutboxTest() { outbox_.set_reply_address("here"); }

  /// What was published since the last call, by id.
  std::vector<std::string> published() {
    std::vector<std::string> ids;
    for (const Message& message : std::exchange(published_, {})) {
      ids.push_back(message.id);
    }
    return ids;
  }
  static std::vector<Message> parts(std::initializer_list<const char*> ids) {
    std::vector<Message> messages;
    for (const char* id : ids) {
      messages.push_back({id, "{}", {}});
    }
    return messages;
  }
  std::optional<JobNumber> settle(std::uint64_t ticket, Confirm confirm = Confirm::Accepted) {
    return outbox_.settle({{ticket}, confirm}, now_);
  }

  core::SteadyTime now_{1h};
  std::uint64_t tickets_ = 0;
  std::vector<Message> published_;
  std::vector<Travel> travels_;
  ReportOutbox outbox_{{200ms, 30s}, [this](Message message, Travel travel) {
                         published_.push_back(std::move(message));
                         travels_.push_back(travel);
                         return Ticket{++tickets_};
                       }};
};

TEST_F(ReportOutboxTest, AReportIsTakenWhenAllOfItIsConfirmed) {
  outbox_.publish(7, parts({"a", "b"}), Travel::Waiting, 30s, now_);
  EXPECT_EQ(published_.front().reply_to, "here");
  EXPECT_THAT(published(), ElementsAre("a", "b"));
  EXPECT_EQ(settle(2), std::nullopt);
  EXPECT_EQ(settle(1), 7U);
  EXPECT_EQ(settle(1), std::nullopt) << "once";
  EXPECT_EQ(settle(99), std::nullopt) << "what is not ours";
}

TEST_F(ReportOutboxTest, WhatTheBrokerDidNotTakeIsPublishedAgainAfterAWhile) {
  for (const Confirm confirm : {Confirm::Nacked, Confirm::Returned, Confirm::Lost}) {
    tickets_ = 0;
    outbox_.publish(7, parts({"a", "b"}), Travel::Waiting, 30s, now_);
    settle(1, confirm);
    EXPECT_EQ(settle(2), std::nullopt);
    published();
    EXPECT_EQ(outbox_.next_due(), now_ + 200ms);
    EXPECT_THAT(outbox_.repeat(now_ + 199ms), IsEmpty());
    EXPECT_THAT(published(), IsEmpty());
    EXPECT_THAT(outbox_.repeat(now_ + 200ms), IsEmpty()) << "an answer was not due";
    EXPECT_THAT(published(), ElementsAre("a")) << "and no more than that";
    EXPECT_EQ(settle(3), 7U);
    outbox_.forget(7);
    now_ += 1h;
    outbox_.repeat(now_);
  }
}

TEST_F(ReportOutboxTest, WithoutAnAnswerAllOfItIsPublishedAgainWithLongerAndLongerWaits) {
  outbox_.publish(7, parts({"a", "b"}), Travel::Waiting, 10s, now_);
  settle(1);
  published();
  EXPECT_THAT(std::exchange(travels_, {}), ElementsAre(Travel::Waiting, Travel::Waiting));
  for (const auto wait : {10s, 20s, 30s, 30s}) {
    EXPECT_THAT(outbox_.repeat(now_ + wait - 1ms), IsEmpty());
    EXPECT_THAT(published(), IsEmpty());
    now_ += wait;
    EXPECT_EQ(outbox_.next_due(), now_);
    outbox_.set_reply_address("there");
    EXPECT_THAT(outbox_.repeat(now_), ElementsAre(7U));
    EXPECT_EQ(published_.front().reply_to, "there");
    EXPECT_THAT(published(), ElementsAre("a", "b"));
    EXPECT_THAT(std::exchange(travels_, {}), ElementsAre(Travel::Alone, Travel::Alone));
  }
}

TEST_F(ReportOutboxTest, TheWaitForAnAnswerBeginsAnewWhenTheBrokerHasTheReport) {
  outbox_.publish(7, parts({"a"}), Travel::Waiting, 10s, now_);
  now_ += 9s;
  settle(1);
  EXPECT_THAT(outbox_.repeat(now_ + 9s), IsEmpty());
  EXPECT_THAT(outbox_.repeat(now_ + 10s), ElementsAre(7U));
}

TEST_F(ReportOutboxTest, AConfirmOfWhatWasPublishedBeforeSaysNothingOfItsRepetition) {
  outbox_.publish(7, parts({"a"}), Travel::Waiting, 10s, now_);
  outbox_.repeat(now_ + 10s);
  EXPECT_EQ(settle(1), std::nullopt);
  EXPECT_EQ(settle(2), 7U);
  outbox_.publish(7, parts({"b"}), Travel::Waiting, 10s, now_);
  outbox_.publish(7, parts({"c"}), Travel::Waiting, 10s, now_);
  EXPECT_EQ(settle(3), std::nullopt);
  EXPECT_EQ(settle(4), 7U);
}

TEST_F(ReportOutboxTest, WhatIsForgottenIsNotRepeatedAndItsConfirmIsIgnored) {
  outbox_.publish(7, parts({"a"}), Travel::Waiting, 10s, now_);
  outbox_.publish(8, parts({"b"}), Travel::Waiting, 10s, now_);
  published();
  outbox_.forget(7);
  EXPECT_EQ(settle(1), std::nullopt);
  EXPECT_THAT(outbox_.repeat(now_ + 10s), ElementsAre(8U));
  EXPECT_THAT(published(), ElementsAre("b"));
  outbox_.forget(8);
  outbox_.repeat(now_ + 1h);
  EXPECT_EQ(outbox_.next_due(), core::SteadyTime::max()) << "nothing to wait for";
}

}  // namespace
}  // namespace robin::flow
