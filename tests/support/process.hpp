#pragma once

// A child process of a test: started with arguments and a working directory, its output collected, ended with the test.

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace robin::testing_support {

struct ProcessOptions {
  std::filesystem::path working_directory = std::filesystem::temp_directory_path();
  std::map<std::string, std::string> environment;
  /// Greatest size of a file it may write, in bytes; 0 for no limit.
  std::uint64_t file_size_max = 0;
  /// How long run_process() waits for its end. Less than ctest's limit for a test, so that a hang is told.
  std::chrono::seconds patience{45};
  /// Where stdout goes; empty to collect it.
  std::string stdout_path;
};

class Process {
 public:
  Process(const std::vector<std::string>& arguments, const ProcessOptions& options);
  /// Kills it if it still runs.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void signal(int number) const;
  [[nodiscard]] pid_t id() const { return pid_; }
  /// To the process and its children that share its group, as a terminal does.
  void signal_group(int number) const;
  /// Waits for its end, at most so long (then it is killed, and the status is -1). The exit status, or 128 + signal.
  int wait(std::chrono::seconds patience = std::chrono::seconds(45));

  /// As wait() says, if it has ended; does not wait. Afterwards it is as after wait().
  [[nodiscard]] std::optional<int> status_if_ended();
  /// Whether it has; nothing else is as after wait().
  [[nodiscard]] bool has_ended() const;

  /// What it wrote; complete after wait().
  [[nodiscard]] std::string standard_output() const;
  [[nodiscard]] std::string standard_error() const;

 private:
  std::filesystem::path output_;
  std::filesystem::path error_;
  /// -1 once its end was waited for.
  pid_t pid_;
  int status_ = -1;
};

struct ProcessResult {
  int status;
  std::string output;
  std::string error;
};

/// Starts, waits, returns all.
ProcessResult run_process(const std::vector<std::string>& arguments, const ProcessOptions& options = {});

}  // namespace robin::testing_support
