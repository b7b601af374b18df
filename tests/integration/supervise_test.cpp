// The process that keeps a cluster's services alive, from the outside, with scripts in place of the services: they need
// no servers.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "cluster/files.hpp"
#include "core/deadline.hpp"
#include "support/process.hpp"
#include "support/temporary_folder.hpp"

namespace robin {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using cluster::line_of;
using cluster::text_of;
using testing_support::Process;

/// A service that says when it hears signals, notes that it stops, and does.
constexpr const char* obedient = R"(trap 'echo "$0" >>"$TEST_STOPS"; exit 0' TERM
: >"$TEST_READY.$$"
while :; do sleep 0.02; done
)";
/// One process, that only SIGKILL ends.
constexpr const char* stubborn = "trap '' TERM INT HUP\nexec sleep 600\n";

class Supervise : public testing::Test {
 protected:
  Supervise() {
    fs::create_directories(cluster_);
    fs::create_directories(bin_);
    // As every folder of servers has it.
    std::ofstream(cluster_ / "env") << "";
    options_.environment = {{"TEST_STOPS", stops_}, {"TEST_READY", folder_.file("ready")}};
  }

  void make(const std::string& service, const std::string& script) {
    const fs::path file = bin_ / ("robin-" + service);
    std::ofstream(file) << "#!/bin/sh\n" << script;
    fs::permissions(file, fs::perms::owner_all);
  }
  testing_support::ProcessResult tool(const std::vector<std::string>& arguments) {
    std::vector<std::string> command = {std::string(ROBIN_BIN) + "/robin-cluster"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return testing_support::run_process(command, options_);
  }
  void start() {
    supervisor_.emplace(
        std::vector<std::string>{std::string(ROBIN_BIN) + "/robin-cluster", "supervise", cluster_, bin_}, options_);
    // The socket's name alone says nothing: one that was killed leaves it behind.
    ASSERT_TRUE(wait_until([&] {
      return tool({"scale", cluster_, "gateway=0"}).status == 0;
    })) << supervisor_->standard_error();
  }
  void scale(const std::string& wanted) {
    const auto result = tool({"scale", cluster_, wanted});
    ASSERT_EQ(result.status, 0) << result.error;
  }
  template <class Condition>
  static bool wait_until(Condition condition) {
    const auto deadline = core::Deadline::in(30s);
    while (!condition()) {
      if (deadline.has_passed()) {
        return false;
      }
      std::this_thread::sleep_for(5ms);  // between two looks at a condition
    }
    return true;
  }
  pid_t id_of(const std::string& name) {
    std::string text;
    EXPECT_TRUE(wait_until([&] { return !(text = line_of(cluster_ / "pids" / name)).empty(); })) << name;
    return text.empty() ? 0 : std::stoi(text);
  }
  static bool is_alive(pid_t id) {
    const std::string status = text_of("/proc/" + std::to_string(id) + "/status");
    return !status.empty() && status.find("State:\tZ") == std::string::npos;
  }
  bool is_ready(const std::string& name) {
    return fs::exists(folder_.file("ready") + "." + std::to_string(id_of(name)));
  }
  std::vector<std::string> members() {
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator(cluster_ / "pids")) {
      all.push_back(entry.path().filename());
    }
    return all;
  }

  testing_support::TemporaryFolder folder_;
  /// Longer than the address of a socket may be.
  fs::path cluster_ = folder_.path() / std::string(120, 'x') / "run";
  fs::path bin_ = folder_.path() / "bin";
  std::string stops_ = folder_.file("stops");
  testing_support::ProcessOptions options_;
  std::optional<Process> supervisor_;
};

TEST_F(Supervise, StartsAgainWhatEndsAndWaitsLongerEachTime) {
  make("consumer", "exit 3\n");
  start();
  scale("1");
  const std::string log = (cluster_ / "log/cluster.log").string();
  const std::string note = "Z consumer-1 ended with status 3: it is started again in ";
  const std::string where = " s (log " + (cluster_ / "log/consumer-1.log").string() + ")\n";
  EXPECT_TRUE(wait_until([&] { return text_of(log).find(note + "2" + where) != std::string::npos; })) << text_of(log);
  EXPECT_NE(text_of(log).find(note + "1" + where), std::string::npos) << text_of(log);
  // While it waits it has no process.
  EXPECT_EQ(text_of(cluster_ / "pids/consumer-1"), "");
}

TEST_F(Supervise, ScalesBothWaysAndStopsInOrder) {
  for (const char* service : {"producer", "consumer", "saver"}) {
    make(service, obedient);
  }
  start();
  scale("producer=1");
  scale("saver=1");
  scale("consumer=3");
  EXPECT_THAT(members(),
              testing::UnorderedElementsAre("producer-1", "saver-1", "consumer-1", "consumer-2", "consumer-3"));
  const pid_t third = id_of("consumer-3");
  for (const auto& name : members()) {
    ASSERT_TRUE(wait_until([&] { return is_ready(name); })) << name;
  }
  const pid_t first = id_of("consumer-1");
  scale("consumer=1");
  EXPECT_THAT(members(), testing::UnorderedElementsAre("producer-1", "saver-1", "consumer-1"));
  EXPECT_FALSE(is_alive(third));
  EXPECT_EQ(id_of("consumer-1"), first) << "it was left alone";
  fs::remove(stops_);
  const auto begin = std::chrono::steady_clock::now();
  const auto result = tool({"stop", cluster_});
  EXPECT_EQ(result.status, 0) << result.error;
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 20s) << "nobody was waited for until a deadline";
  const std::string bin = bin_.string();
  EXPECT_EQ(text_of(stops_), bin + "/robin-producer\n" + bin + "/robin-consumer\n" + bin + "/robin-saver\n");
  EXPECT_EQ(supervisor_->wait(20s), 0);
  EXPECT_FALSE(is_alive(first));
  EXPECT_FALSE(fs::exists(cluster_));
}

TEST_F(Supervise, NothingIsLeftWhenItIsKilled) {
  make("consumer", stubborn);
  start();
  scale("2");
  const std::vector<pid_t> ids = {id_of("consumer-1"), id_of("consumer-2")};
  // Each runs, and hears nothing but SIGKILL.
  for (const pid_t id : ids) {
    ASSERT_TRUE(wait_until([&] { return text_of("/proc/" + std::to_string(id) + "/comm") == "sleep\n"; }));
  }
  supervisor_->signal(SIGKILL);
  EXPECT_EQ(supervisor_->wait(20s), 128 + SIGKILL);
  for (const pid_t id : ids) {
    EXPECT_TRUE(wait_until([&] { return !is_alive(id); }));
  }
  // Its folder can be stopped all the same, or supervised again.
  EXPECT_EQ(tool({"scale", cluster_, "1"}).error,
            "robin-cluster: no cluster runs in " + cluster_.string() + " (robin-cluster start begins one)\n");
  start();
  scale("1");
  EXPECT_TRUE(is_alive(id_of("consumer-1")));
  supervisor_->signal(SIGKILL);
  supervisor_->wait(20s);
  EXPECT_EQ(tool({"stop", cluster_}).status, 0);
  EXPECT_FALSE(fs::exists(cluster_));
}

TEST_F(Supervise, SigtermStopsItToo) {
  make("saver", obedient);
  start();
  scale("saver=1");
  ASSERT_TRUE(wait_until([&] { return is_ready("saver-1"); }));
  const pid_t saver = id_of("saver-1");
  supervisor_->signal(SIGTERM);
  EXPECT_EQ(supervisor_->wait(20s), 0);
  EXPECT_FALSE(is_alive(saver));
  EXPECT_NE(text_of(stops_), "") << "it was told, not killed";
}

TEST_F(Supervise, AProcessThatBearsAnIdOfOursIsLeftAlone) {
  Process stranger({"sleep", "600"}, {});
  const std::string id = std::to_string(stranger.id());
  // As a folder looks after its processes are gone and their ids have become somebody else's.
  fs::create_directories(cluster_ / "pids");
  fs::create_directories(cluster_ / "rabbitmq");
  fs::create_directories(cluster_ / "postgres/data");
  for (const char* file : {"postgres.pid", "rabbitmq.pid", "epmd.pid"}) {
    std::ofstream(cluster_ / file) << id << " 1\n";
  }
  for (const char* file : {"pids/consumer-1", "supervisor.pid", "rabbitmq/pid", "postgres/data/postmaster.pid"}) {
    std::ofstream(cluster_ / file) << id << "\n";
  }
  const auto result = tool({"stop", cluster_});
  EXPECT_EQ(result.status, 0) << result.error;
  EXPECT_FALSE(fs::exists(cluster_));
  EXPECT_FALSE(stranger.status_if_ended());
}

TEST_F(Supervise, AFolderHasOneSupervisorAndKnowsItsOrders) {
  make("saver", obedient);
  start();
  scale("saver=1");
  const auto second = tool({"supervise", cluster_, bin_});
  EXPECT_EQ(second.status, 1);
  EXPECT_THAT(second.error, testing::HasSubstr("a supervisor runs already in"));
  const auto again = tool({"start", cluster_});
  EXPECT_EQ(again.status, 1);
  EXPECT_EQ(again.error, "robin-cluster: " + cluster_.string() +
                             " is in use: name another folder, or stop what was started there\n");
  EXPECT_TRUE(is_alive(id_of("saver-1"))) << "whoever is refused stops nothing";
}

TEST_F(Supervise, AFolderOfSomethingElseIsNotRemoved) {
  fs::remove(cluster_ / "env");
  const auto result = tool({"stop", cluster_});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.error, testing::HasSubstr("no servers were started in"));
  EXPECT_TRUE(fs::exists(cluster_));
}

}  // namespace
}  // namespace robin
