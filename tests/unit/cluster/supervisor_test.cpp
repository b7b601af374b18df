#include "cluster/supervisor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <thread>

#include "cluster/topology.hpp"
#include "core/deadline.hpp"
#include "support/temporary_folder.hpp"

namespace robin::cluster {
namespace {

using namespace std::chrono_literals;

class Supervised : public testing::Test {
 protected:
  Supervised()
      : supervisor_({.first = 1ms, .greatest = 1ms},
                    {.started = [this](const auto& member) { say("started " + member.job.name); },
                     .ended =
                         [this](const Supervisor::Ending& ending) {
                           say("ended " + ending.member.job.name + " " + std::to_string(ending.status));
                         },
                     .killed = [this](const auto& member) { say("killed " + member.job.name); },
                     .left = [this](const auto& member) { say("left " + member.job.name); }}) {}

  void say(const std::string& text) { heard_.push_back(text); }

  Job job(const std::string& service, const std::string& script) {
    Job job;
    job.service = service;
    job.name = service + "-1";
    job.command = {"/bin/sh", "-c", script};
    return job;
  }
  /// Stands still when it has said that it hears signals.
  Job sleeper(const std::string& service, const std::string& trap = "trap 'exit 0' TERM;") {
    const std::string file = folder_.file(service);
    return job(service, trap + " : >" + file + "; while :; do sleep 0.01; done");
  }
  bool hears(const std::string& service) { return std::ifstream(folder_.file(service)).good(); }

  template <class Condition>
  bool look_until(Condition condition) {
    const auto deadline = core::Deadline::in(30s);
    while (!condition()) {
      if (deadline.has_passed()) {
        return false;
      }
      supervisor_.look();
      std::this_thread::sleep_for(1ms);  // between two looks at a condition
    }
    return true;
  }
  [[nodiscard]] auto times(const std::string& text) const { return std::count(heard_.begin(), heard_.end(), text); }

  testing_support::TemporaryFolder folder_;
  std::vector<std::string> heard_;
  Supervisor supervisor_;
};

TEST_F(Supervised, WhatEndsIsStartedAgain) {
  supervisor_.add(job("consumer", "exit 3"));
  EXPECT_TRUE(look_until([&] { return times("ended consumer-1 3") >= 3; })) << testing::PrintToString(heard_);
  EXPECT_GE(times("started consumer-1"), 3);
}

TEST_F(Supervised, ItWaitsBeforeItStartsAgain) {
  Supervisor patient({}, {});
  patient.add(job("consumer", "exit 3"));
  const auto deadline = core::Deadline::in(30s);
  while (patient.members().front().is_running() && !deadline.has_passed()) {
    patient.look();
  }
  ASSERT_TRUE(patient.next_look());
  EXPECT_GT(*patient.next_look(), Supervisor::Clock::now());
  patient.look();
  EXPECT_FALSE(patient.members().front().is_running());
  // One that waits has nothing to end.
  patient.end("consumer-1", SIGTERM, 30s, Afterwards::Leave);
  patient.look();
  EXPECT_TRUE(patient.members().empty());
}

TEST_F(Supervised, WhoIsToldToLeaveLeaves) {
  supervisor_.add(sleeper("consumer"));
  ASSERT_TRUE(look_until([&] { return hears("consumer"); }));
  supervisor_.end("consumer-1", SIGTERM, 30s, Afterwards::Leave);
  EXPECT_TRUE(look_until([&] { return supervisor_.members().empty(); }));
  EXPECT_THAT(heard_, testing::ElementsAre("started consumer-1", "ended consumer-1 0", "left consumer-1"));
}

TEST_F(Supervised, WhoIsToldToEndIsStartedAgain) {
  supervisor_.add(sleeper("consumer"));
  ASSERT_TRUE(look_until([&] { return hears("consumer"); }));
  supervisor_.end("consumer-1", SIGTERM, 30s, Afterwards::Restart);
  EXPECT_EQ(supervisor_.members().front().told, SIGTERM);
  EXPECT_TRUE(look_until([&] { return times("started consumer-1") == 2; }));
  EXPECT_EQ(supervisor_.members().front().told, 0);
}

TEST_F(Supervised, WhoDoesNotStopInTimeIsKilled) {
  supervisor_.add(sleeper("consumer", "trap '' TERM;"));
  ASSERT_TRUE(look_until([&] { return hears("consumer"); }));
  supervisor_.end("consumer-1", SIGTERM, 50ms, Afterwards::Leave);
  EXPECT_TRUE(look_until([&] { return supervisor_.members().empty(); }));
  EXPECT_THAT(heard_, testing::ElementsAre("started consumer-1", "killed consumer-1", "ended consumer-1 137",
                                           "left consumer-1"));
}

TEST_F(Supervised, WhoStandsStillHearsThatItIsToEnd) {
  supervisor_.add(sleeper("consumer"));
  ASSERT_TRUE(look_until([&] { return hears("consumer"); }));
  supervisor_.send(supervisor_.members().front(), SIGSTOP);
  supervisor_.end("consumer-1", SIGTERM, 30s, Afterwards::Leave);
  EXPECT_TRUE(look_until([&] { return supervisor_.members().empty(); }));
  EXPECT_EQ(times("killed consumer-1"), 0);
}

TEST_F(Supervised, ProducersStopFirstAndSaversLast) {
  for (const char* service : {"saver", "consumer", "producer"}) {
    supervisor_.add(sleeper(service));
  }
  ASSERT_TRUE(look_until([&] { return hears("saver") && hears("consumer") && hears("producer"); }));
  heard_.clear();
  supervisor_.stop(services_by_stop(), 30s);
  EXPECT_TRUE(look_until([&] { return supervisor_.members().empty(); }));
  EXPECT_THAT(heard_, testing::ElementsAre("ended producer-1 0", "left producer-1", "ended consumer-1 0",
                                           "left consumer-1", "ended saver-1 0", "left saver-1"));
}

TEST_F(Supervised, WhoWaitsToBeStartedAgainKeepsNobodyFromStopping) {
  Supervisor patient({}, {});
  patient.add(job("producer", "exit 3"));
  patient.add(job("consumer", "exit 3"));
  patient.add(job("saver", "exit 3"));
  const auto deadline = core::Deadline::in(30s);
  const auto waits = [](const auto& member) { return !member.is_running(); };
  while (!std::all_of(patient.members().begin(), patient.members().end(), waits) && !deadline.has_passed()) {
    patient.look();
  }
  patient.stop(services_by_stop(), 30s);
  // No child's end and no time will call for a second look.
  patient.look();
  EXPECT_TRUE(patient.members().empty());
}

TEST_F(Supervised, ASaverThatDiesWhileConsumersStopIsStartedAgain) {
  supervisor_.add(sleeper("saver"));
  supervisor_.add(sleeper("consumer", "trap '' TERM;"));
  ASSERT_TRUE(look_until([&] { return hears("saver") && hears("consumer"); }));
  supervisor_.stop(services_by_stop(), 200ms);
  for (const auto& member : supervisor_.members()) {
    if (member.job.service == "saver") {
      supervisor_.send(member, SIGKILL);
    }
  }
  EXPECT_TRUE(look_until([&] { return times("started saver-1") == 2; })) << testing::PrintToString(heard_);
  EXPECT_TRUE(look_until([&] { return supervisor_.members().empty(); }));
}

TEST(StopOrder, TheFirstServiceThatIsThereHasItsTurn) {
  std::list<Supervisor::Member> members;
  const auto add = [&members](const char* service, const char* name) {
    Job job;
    job.service = service;
    job.name = name;
    members.push_back({.job = job,
                       .backoff = core::Backoff({}),
                       .process = nullptr,
                       .started = {},
                       .starts_at = {},
                       .ends_until = {}});
  };
  const std::vector<std::string> order = {"producer", "consumer", "saver"};
  EXPECT_THAT(next_to_stop(order, members), testing::IsEmpty());
  add("other", "other-1");
  EXPECT_THAT(next_to_stop(order, members), testing::ElementsAre("other-1")) << "whoever is not named comes last";
  add("saver", "saver-1");
  EXPECT_THAT(next_to_stop(order, members), testing::ElementsAre("saver-1"));
  add("consumer", "consumer-1");
  add("consumer", "consumer-2");
  EXPECT_THAT(next_to_stop(order, members), testing::ElementsAre("consumer-1", "consumer-2"));
}

}  // namespace
}  // namespace robin::cluster
