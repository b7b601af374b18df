#include "cluster/process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <thread>

#include "cluster/files.hpp"
#include "runtime/error.hpp"
#include "support/temporary_folder.hpp"

namespace robin::cluster {
namespace {

using std::chrono::seconds;

ProcessResult shell(const std::string& script, const ProcessOptions& options = {}) {
  return run_process({"/bin/sh", "-c", script}, options);
}

TEST(Process, TellsHowItEndedAndWhatItWrote) {
  const auto result = shell("echo out; echo error >&2; exit 7");
  EXPECT_EQ(result.status, 7);
  EXPECT_EQ(result.output, "out\n");
  EXPECT_EQ(result.error, "error\n");
  EXPECT_EQ(shell("kill -KILL $$").status, 137);
  EXPECT_EQ(run_process({"/no/such/program"}).status, 127);
}

TEST(Process, OneThatDoesNotEndInTimeIsKilled) {
  Process process({"sleep", "600"}, {});
  EXPECT_FALSE(process.status_if_ended());
  EXPECT_EQ(process.wait(seconds(0)), -1);
}

TEST(Process, EnvironmentAndInputAreWhatTheOptionsSay) {
  setenv("ROBIN_TEST_OF_PROCESS", "ours", 1);  // NOLINT(concurrency-mt-unsafe): the test has one thread here
  ProcessOptions options;
  options.environment = {{"ADDED", "yes"}};
  options.input = "a secret\n";
  EXPECT_EQ(shell("cat; echo $ADDED $ROBIN_TEST_OF_PROCESS", options).output, "a secret\nyes ours\n");
  options.forget_prefix = "ROBIN_";
  EXPECT_EQ(shell("echo $ADDED $ROBIN_TEST_OF_PROCESS", options).output, "yes\n");
  unsetenv("ROBIN_TEST_OF_PROCESS");  // NOLINT(concurrency-mt-unsafe): the test has one thread here
}

TEST(Process, ALogIsAppendedTo) {
  const testing_support::TemporaryFolder folder;
  ProcessOptions options;
  options.streams = Streams::Logged;
  options.log_path = folder.file("log");
  shell("echo first", options);
  shell("echo second >&2; cat", options);
  EXPECT_EQ(text_of(folder.file("log")), "first\nsecond\n");
}

TEST(Process, NobodyIsThereWithoutItsUser) {
  ProcessOptions options;
  options.user = "nobody-of-that-name";
  EXPECT_THROW(shell("true", options), runtime::Error);
}

TEST(Process, EndsWithTheThreadThatStartedIt) {
  std::unique_ptr<Process> process;
  std::thread([&process] {
    ProcessOptions options;
    options.signal_when_we_die = SIGKILL;
    process = std::make_unique<Process>(std::vector<std::string>{"sleep", "600"}, options);
    // Until it runs: before that it may not have asked for the signal, and ends by itself.
    while (text_of("/proc/" + std::to_string(process->id()) + "/comm") != "sleep\n") {
      std::this_thread::yield();
    }
  }).join();
  EXPECT_EQ(process->wait(seconds(30)), 128 + SIGKILL);
}

}  // namespace
}  // namespace robin::cluster
