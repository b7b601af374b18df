// robin loadtest as people meet it: against the services on real servers, with consumers of its own and with the
// cluster's.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "integration/cluster_fixture.hpp"
#include "support/temporary_folder.hpp"

namespace robin {
namespace {

class LoadTest : public Cluster {
 protected:
  LoadTest() {
    start("producer");
    start("saver");
    environment_["ROBIN_AMQP_URL"] = rabbitmq_.options("consumer").url;
  }
  nlohmann::json measured(std::vector<std::string> flags) {
    flags.insert(flags.begin(), {"loadtest", "-o", "json"});
    const auto result = robin(flags);
    EXPECT_EQ(result.status, 0) << result.error;
    return nlohmann::json::parse(result.output);
  }

  testing_support::TemporaryFolder folder_;
};

TEST_F(LoadTest, SaysWhereEachBlockSpentItsTime) {
  const std::string page = folder_.file("load.html");
  const auto report = measured({"--blocks", "60", "--consumers", "3", "--work-ms", "20", "--report", page});
  EXPECT_EQ(report["blocks"], 60);
  EXPECT_GT(report["blocks_per_second"].get<double>(), 0);
  for (const char* stage : {"queued", "delivered", "computed", "saved", "acked", "whole"}) {
    EXPECT_EQ(report["stages"][stage]["blocks"], 60) << stage;
  }
  EXPECT_GE(report["stages"]["overhead"]["blocks"], 57) << "one fewer for each consumer than it computed";
  EXPECT_GE(report["stages"]["computed"]["p50"].get<double>(), 0.02) << "a block waits for what it was told";
  EXPECT_EQ(report["processes"].size(), 1U) << "its own consumers are watched";
  EXPECT_GT(report["processes"][0]["peak_mebibytes"].get<double>(), 1);
  std::ifstream file(page);
  std::stringstream html;
  html << file.rdbuf();
  EXPECT_THAT(html.str(), testing::HasSubstr("<svg"));
  EXPECT_THAT(html.str(), testing::Not(testing::HasSubstr("src="))) << "it needs nothing else";
  expect_each_block_finished_once();
  // Any synthetic search has the same digests: nothing in them depends on time.
  adapters::PostgresConnection database(database_.options());
  const auto again = measured({"--blocks", "60", "--consumers", "1"});
  EXPECT_EQ(
      database
          .query("SELECT count(*) FROM results a JOIN results b ON a.begin_at = b.begin_at AND a.block_id < b.block_id"
                 " WHERE a.digest = b.digest")
          .integer(0, 0),
      60);
  EXPECT_EQ(again["search"].get<int>(), report["search"].get<int>() + 1);
}

TEST_F(LoadTest, ConsumersOfARampBeginOneAfterTheOther) {
  // The second of two begins after 60 s: all blocks are the first one's, and the test does not wait for it.
  const auto report = measured({"--blocks", "20", "--consumers", "2", "--ramp-ms", "120000"});
  EXPECT_EQ(report["stages"]["computed"]["blocks"], 20);
  EXPECT_EQ(report["stages"]["overhead"]["blocks"], 19) << "from begin to begin of one consumer";
}

TEST_F(LoadTest, MeasuresTheConsumersThatAreThere) {
  auto& consumer = start("consumer");
  environment_.erase("ROBIN_AMQP_URL");
  const auto report =
      measured({"--blocks", "20", "--repeat", "2", "--watch", "consumer=" + std::to_string(consumer.id())});
  EXPECT_EQ(report["blocks"], 40);
  EXPECT_EQ(report["stages"]["whole"]["blocks"], 40);
  EXPECT_EQ(report["stages"]["computed"]["blocks"], 0) << "what the ledger does not know is not invented";
  EXPECT_EQ(report["processes"][0]["name"], "consumer");
}

TEST_F(LoadTest, AConsumerThatWaitsTakesLessThan20MiB) {
  auto& consumer = start("consumer");
  environment_.erase("ROBIN_AMQP_URL");
  measured({"--blocks", "20"});
  EXPECT_LT(testing_support::resident_memory_kib(consumer.id()), 20 * 1024);
}

TEST_F(LoadTest, ItsInterruptionHasTheStatusOfTheContract) {
  ProcessOptions options;
  options.environment = {{"ROBIN_DATABASE_URL", database_.options_as("operator").url}};
  Process loadtest({std::string(ROBIN_BIN) + "/robin", "loadtest", "--blocks", "5"}, options);
  // Nobody consumes: it waits.
  ASSERT_TRUE(wait_until([this] { return !store_->reader().searches().empty(); }));
  loadtest.signal(SIGINT);
  EXPECT_EQ(loadtest.wait(), 130);
  EXPECT_THAT(loadtest.standard_error(), testing::HasSubstr("goes on"));
}

TEST_F(LoadTest, BadFlagsAreUsageErrorsInOneLine) {
  for (const std::vector<std::string>& flags : {std::vector<std::string>{"--blocks", "0"},
                                                {"--work-ms", "fast"},
                                                {"--work-ms", "1e9"},
                                                {"--watch", "saver"},
                                                {"--watch", "saver=x"},
                                                {"--savers", "2"},
                                                {"--consumers", "-1"},
                                                {"-o", "yaml"}}) {
    auto arguments = flags;
    arguments.insert(arguments.begin(), "loadtest");
    const auto result = robin(arguments);
    EXPECT_EQ(result.status, 2) << testing::PrintToString(flags) << result.error;
    EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1) << result.error;
  }
  const auto late = robin({"loadtest", "--blocks", "5", "--timeout", "1"});
  EXPECT_EQ(late.status, 1);
  EXPECT_THAT(late.error, testing::HasSubstr("0 of 5 blocks were finished"));
}

}  // namespace
}  // namespace robin
