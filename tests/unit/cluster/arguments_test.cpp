#include "cluster/arguments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

namespace robin::cluster {
namespace {

using Command = Arguments::Command;

Arguments accepted(const std::vector<std::string>& words) {
  const auto parsed = parse(words);
  EXPECT_TRUE(std::holds_alternative<Arguments>(parsed)) << testing::PrintToString(words);
  return std::holds_alternative<Arguments>(parsed) ? std::get<Arguments>(parsed) : Arguments{};
}

/// Why it is refused; "usage" for whoever needs that.
std::string refused(const std::vector<std::string>& words) {
  const auto parsed = parse(words);
  if (!std::holds_alternative<Refusal>(parsed)) {
    return "accepted";
  }
  const auto& why = std::get<Refusal>(parsed).why;
  return why.empty() ? "usage" : why;
}

TEST(ClusterArguments, RunKnowsItsFlagsAndHandsTheSearchOn) {
  const auto plain = accepted({"run"});
  EXPECT_EQ(plain.command, Command::Run);
  EXPECT_EQ(plain.count, 2U);
  EXPECT_FALSE(plain.keep);
  EXPECT_THAT(plain.rest, testing::IsEmpty());
  const auto all = accepted({"run", "--keep", "--consumers", "12", "--", "--begin", "2", "--keep"});
  EXPECT_EQ(all.count, 12U);
  EXPECT_TRUE(all.keep);
  EXPECT_THAT(all.rest, testing::ElementsAre("--begin", "2", "--keep"));
  EXPECT_EQ(accepted({"run", "--help"}).command, Command::Help);
}

TEST(ClusterArguments, CountsAreSmallNumbers) {
  for (const char* count : {"", "0", "-1", "x", "1x", "1000", "99999999999999999999"}) {
    EXPECT_THAT(refused({"run", "--consumers", count}), testing::HasSubstr("is no number from 1 to 999")) << count;
  }
  EXPECT_THAT(refused({"run", "--consumers"}), testing::HasSubstr("is no number from 1 to 999"));
  EXPECT_EQ(accepted({"start", "folder", "0"}).count, 0U);
  EXPECT_THAT(refused({"start", "folder", "many"}), testing::HasSubstr("is no number of consumers"));
}

TEST(ClusterArguments, ScaleTakesConsumersOrAnotherService) {
  const auto consumers = accepted({"scale", "folder", "4"});
  EXPECT_EQ(consumers.folder, "folder");
  EXPECT_EQ(consumers.service, "consumer");
  EXPECT_EQ(consumers.count, 4U);
  const auto savers = accepted({"scale", "folder", "saver=0"});
  EXPECT_EQ(savers.service, "saver");
  EXPECT_EQ(savers.count, 0U);
  for (const char* wanted : {"", "x", "saver", "saver=", "saver=x", "nobody=2", "=2", "-1", "saver=1000"}) {
    EXPECT_THAT(refused({"scale", "folder", wanted}), testing::HasSubstr("is neither a number of consumers nor"))
        << wanted;
  }
}

TEST(ClusterArguments, ServersAreRestartedByASignal) {
  const auto plain = accepted({"servers", "restart", "folder", "postgres"});
  EXPECT_EQ(plain.server, Server::Postgres);
  EXPECT_EQ(plain.signal, 0);
  const auto killed = accepted({"servers", "restart", "folder", "rabbitmq", "KILL"});
  EXPECT_EQ(killed.server, Server::Rabbitmq);
  EXPECT_EQ(killed.signal, SIGKILL);
  EXPECT_THAT(refused({"servers", "restart", "folder", "mysql"}), testing::HasSubstr("there is no server 'mysql'"));
  EXPECT_THAT(refused({"servers", "restart", "folder", "postgres", "STOP"}), testing::HasSubstr("'STOP' is no signal"));
  EXPECT_EQ(refused({"servers", "restart", "folder"}), "usage");
}

TEST(ClusterArguments, OnlyTestsDoWithoutTheDisk) {
  EXPECT_EQ(accepted({"servers", "start", "folder"}).durability, Durability::Disk);
  EXPECT_EQ(accepted({"servers", "start", "folder", "--no-fsync"}).durability, Durability::Kernel);
}

TEST(ClusterArguments, WhatItDoesNotKnowIsRefused) {
  EXPECT_EQ(refused({}), "usage");
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{"start"},
                                                                                     {"stop"},
                                                                                     {"stop", "a", "b"},
                                                                                     {"begin", "folder"},
                                                                                     {"servers"},
                                                                                     {"servers", "start"},
                                                                                     {"servers", "start", "a", "b"},
                                                                                     {"servers", "stop", "a", "b"},
                                                                                     {"scale", "folder"}}) {
    EXPECT_EQ(refused(words), "usage") << testing::PrintToString(words);
  }
  EXPECT_EQ(refused({"run", "--fast"}), "unknown argument --fast (see robin-cluster --help)");
  EXPECT_THAT(accepted({"servers", "rabbitmqctl", "folder", "eval", "1 + 1."}).rest,
              testing::ElementsAre("eval", "1 + 1."));
}

}  // namespace
}  // namespace robin::cluster
