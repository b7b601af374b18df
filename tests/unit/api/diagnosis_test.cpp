#include "api/diagnosis.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace robin::api {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class DiagnosisTest : public testing::Test {
 protected:
  DiagnosisTest() {
    facts_.services = {{"robin-auditor", 1}, {"robin-janitor", 1}, {"robin-producer", 1}, {"robin-saver", 1}};
    facts_.blocks = {{3, 2, true}, 2, {}, {}};
    facts_.results = {{0, 0, true}, 1, {}, {}};
    facts_.dead = {{0, 0, true}, 0, {}, {}};
    facts_.counts.pending = 5;
    facts_.counts.queued = 3;
    facts_.counts.running = 2;
    facts_.counts.finished = 7;
    facts_.open_searches = 1;
    facts_.silent_seconds = 1;
  }
  [[nodiscard]] std::vector<std::string> places() const {
    std::vector<std::string> all;
    for (const auto& problem : diagnose(facts_)) {
      EXPECT_FALSE(problem.message.empty());
      EXPECT_FALSE(problem.next.empty());
      all.push_back(problem.where);
    }
    return all;
  }
  [[nodiscard]] std::string message() const { return diagnose(facts_).at(0).message; }

  ClusterFacts facts_;
};

TEST_F(DiagnosisTest, AClusterAtWorkHasNoProblem) { EXPECT_THAT(places(), IsEmpty()); }

TEST_F(DiagnosisTest, AMissingServiceIsNamedWhereThereIsWorkForIt) {
  facts_.services->erase("robin-producer");
  EXPECT_THAT(places(), ElementsAre("producer"));
  facts_.counts.pending = 0;
  EXPECT_THAT(places(), IsEmpty()) << "all blocks are out";
  facts_.is_planning = true;
  EXPECT_THAT(places(), ElementsAre("producer"));
  facts_.services->clear();
  EXPECT_THAT(places(), ElementsAre("producer", "saver", "auditor", "janitor"));
  facts_.services.reset();
  EXPECT_THAT(places(), IsEmpty()) << "a file cannot tell who is connected";
}

TEST_F(DiagnosisTest, NoConsumerIsToldByHowManyBlocksWait) {
  facts_.blocks.consumers = 0;
  EXPECT_THAT(places(), ElementsAre("consumers"));
  EXPECT_THAT(message(), HasSubstr("5 blocks wait"));
  facts_.counts.running = 0;
  facts_.counts.queued = 1;
  EXPECT_THAT(message(), HasSubstr("1 block waits"));
  facts_.counts.queued = 0;
  EXPECT_THAT(places(), IsEmpty());
}

TEST_F(DiagnosisTest, AQueueThatCannotBeLookedAtIsNotAnEmptyOne) {
  facts_.blocks = {};
  EXPECT_THAT(places(), ElementsAre("blocks"));
}

TEST_F(DiagnosisTest, SilentWorkersAreToldOnlyWhereOneShouldReport) {
  facts_.silent_seconds = 600;
  EXPECT_THAT(places(), ElementsAre("consumers"));
  EXPECT_THAT(message(), HasSubstr("10 min"));
  facts_.counts.queued = facts_.counts.running = 0;
  EXPECT_THAT(places(), IsEmpty());
}

TEST_F(DiagnosisTest, WhatFailedAndWhatIsDisputedIsTold) {
  facts_.counts.failed = 1;
  EXPECT_THAT(message(), HasSubstr("1 block failed and will be tried again"));
  facts_.counts.quarantined = 2;
  EXPECT_THAT(message(), HasSubstr("2 blocks failed too often and are tried no more"));
  facts_.counts.disputed = 1;
  facts_.dead.depth.ready = 1;
  facts_.results.depth.ready = 5000;
  facts_.objections[4] = "a reason";
  EXPECT_THAT(places(), ElementsAre("results", "dead", "searches", "searches", "auditor"));
  EXPECT_THAT(diagnose(facts_), Contains(testing::Field(&Hindrance::message, HasSubstr("search 4"))));
}

TEST_F(DiagnosisTest, ADrainIsNoFault) {
  facts_.control = flow::ControlState::Draining;
  EXPECT_THAT(places(), ElementsAre("drain"));
  EXPECT_FALSE(diagnose(facts_).front().is_fault);
  EXPECT_THAT(message(), HasSubstr("5 blocks in flight"));
  facts_.control = flow::ControlState::Drained;
  EXPECT_THAT(message(), HasSubstr("nothing is in flight"));
}

}  // namespace
}  // namespace robin::api
