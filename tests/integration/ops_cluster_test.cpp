// ./ops/run --cluster from the outside (robin-cluster does its work): a whole cluster that comes, finishes a search,
// mends itself, and goes without a trace.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <regex>

#include "cluster/topology.hpp"
#include "support/http_get.hpp"
#include "support/patience.hpp"
#include "support/process.hpp"
#include "support/temporary_folder.hpp"

namespace robin {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing_support::Process;
using testing_support::ProcessOptions;
using testing_support::wait_until;

/// Empty for a file that cannot be read: a process of /proc may end while it is looked at.
std::string contents(const fs::path& path) {
  std::ifstream file(path);
  try {
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  } catch (const std::ios_base::failure&) {
    return {};
  }
}

/// Whole clusters on servers of their own; Supervise has what the tool does with processes, in moments.
class LongOpsCluster : public testing::Test {
 protected:
  /// Whatever a test that failed left running.
  void TearDown() override {
    if (const fs::path folder = cluster_folder(); !folder.empty()) {
      testing_support::run_process({std::string(ROBIN_BIN) + "/robin-cluster", "stop", folder}, options());
    }
  }

  ProcessOptions options() {
    ProcessOptions options;
    // What a user may have set must not leak into the cluster.
    options.environment = {{"ROBIN_BIN", ROBIN_BIN}, {"TMPDIR", folder_.path().string()}, {"ROBIN_LOG_LEVEL", "x"}};
    return options;
  }
  std::vector<std::string> command(const std::string& end) {
    return {std::string(ROBIN_BIN) + "/robin-cluster",
            "run",
            "--",
            "--strategy",
            "exhaustive",
            "--begin",
            "2",
            "--end",
            end,
            "-o",
            "json"};
  }
  /// Ids of the processes whose command line mentions the cluster's folder and `word`.
  std::vector<pid_t> processes(const std::string& word) {
    std::vector<pid_t> all;
    for (const auto& entry : fs::directory_iterator("/proc")) {
      const std::string name = entry.path().filename();
      if (name.find_first_not_of("0123456789") == std::string::npos) {
        const std::string line = contents(entry.path() / "cmdline");
        if (line.find(folder_.path()) != std::string::npos && line.find(word) != std::string::npos) {
          all.push_back(std::stoi(name));
        }
      }
    }
    return all;
  }
  fs::path cluster_folder() {
    for (const auto& entry : fs::directory_iterator(folder_.path())) {
      if (entry.path().filename().string().starts_with("robin-cluster.")) {
        return entry.path() / "run";
      }
    }
    return {};
  }
  /// Every password of the cluster's addresses.
  std::vector<std::string> secrets() {
    std::vector<std::string> all;
    const std::regex password(":([0-9a-f]{32,})@");
    std::string text = contents(cluster_folder() / "env");
    for (const auto& client : cluster::topology().clients()) {
      text += contents(cluster_folder() / (client.name + ".env"));
    }
    for (std::sregex_iterator match(text.begin(), text.end(), password), end; match != end; ++match) {
      all.push_back((*match)[1]);
    }
    return all;
  }
  void expect_no_secret_in(const std::string& text, const std::string& where) {
    for (const auto& secret : secrets()) {
      EXPECT_EQ(text.find(secret), std::string::npos) << where;
    }
  }
  void expect_no_trace() {
    EXPECT_THAT(processes(""), testing::IsEmpty());
    EXPECT_TRUE(cluster_folder().empty());
  }

  testing_support::TemporaryFolder folder_;
};

TEST_F(LongOpsCluster, FinishesASearchRestartsWhatDiesAndLeavesNothing) {
  fs::permissions(folder_.path(), fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);
  Process cluster(command("1e9"), options());
  ASSERT_TRUE(wait_until([&] { return cluster.has_ended() || processes("consumer-2.log").size() == 1; }))
      << cluster.standard_error();
  ASSERT_TRUE(wait_until(
      [&] { return cluster.has_ended() || cluster.standard_error().find("robin submit") != std::string::npos; }));
  // Secrets stand in files that only their owner reads, not in arguments or logs.
  EXPECT_GE(secrets().size(), 10U);
  for (const pid_t pid : processes("")) {
    expect_no_secret_in(contents("/proc/" + std::to_string(pid) + "/cmdline"), "a command line");
  }
  std::string gateway = contents(cluster_folder() / "gateway.url");
  gateway.resize(gateway.find_last_not_of('\n') + 1);
  EXPECT_EQ(testing_support::http_get(gateway + "/api/v1/status").status, 200) << gateway;
  EXPECT_EQ(fs::status(cluster_folder() / "admin-token").permissions(), fs::perms::owner_read | fs::perms::owner_write);
  std::vector<pid_t> victims;
  ASSERT_TRUE(wait_until([&] { return (victims = processes("consumer-1.log")).size() == 1; }));
  ::kill(victims.front(), SIGKILL);
  EXPECT_TRUE(wait_until([&] {
    return cluster.standard_error().find("consumer-1 ended with status 137: it is started again in 1 s") !=
           std::string::npos;
  })) << cluster.standard_error();
  EXPECT_TRUE(wait_until([&] {
    const auto again = processes("consumer-1.log");
    return again.size() == 1 && again.front() != victims.front();
  }));
  for (const auto& entry : fs::directory_iterator(cluster_folder() / "log")) {
    expect_no_secret_in(contents(entry.path()), entry.path());
  }
  ASSERT_EQ(cluster.wait(120s), 0) << cluster.standard_error();
  const auto result = nlohmann::json::parse(cluster.standard_output());
  EXPECT_EQ(result["candidates"], 999'999'998);
  EXPECT_EQ(result["violations"].size(), 27U);
  EXPECT_EQ(result["blocks_failed"], 0);
  EXPECT_THAT(cluster.standard_error(), testing::ContainsRegex("http://127.0.0.1:[0-9]+/#/queues +login operator"));
  EXPECT_THAT(cluster.standard_error(),
              testing::ContainsRegex("gateway +http://127.0.0.1:[0-9]+ +the dashboard; API under /api/v1"));
  EXPECT_THAT(cluster.standard_error(), testing::HasSubstr("robin.blocks   ready: blocks that wait; unacked: blocks"));
  expect_no_trace();
}

TEST_F(LongOpsCluster, CtrlCStopsEverything) {
  fs::permissions(folder_.path(), fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);
  Process cluster(command("1e12"), options());
  ASSERT_TRUE(wait_until(
      [&] { return cluster.has_ended() || processes("submit").size() + processes("consumer-2.log").size() >= 1; }));
  ASSERT_TRUE(wait_until(
      [&] { return cluster.has_ended() || cluster.standard_error().find("robin submit") != std::string::npos; }));
  // A terminal sends it to the whole foreground group: the script and the command that waits.
  cluster.signal_group(SIGINT);
  EXPECT_EQ(cluster.wait(90s), 130) << cluster.standard_error();
  expect_no_trace();
}

}  // namespace
}  // namespace robin
