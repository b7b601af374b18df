#pragma once

// A child process: started with arguments, options say what it inherits, where its output goes, as whom it runs and
// what becomes of it when whoever started it dies. Process owns one and ends it with itself; launch() starts one that
// is nobody's. Used by the tool that keeps private clusters and by tests. Where it must wait without a deadline of the
// caller's, ProcessOptions::patience is one.

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace robin::cluster {

/// Where what it writes goes: into files of the Process, that is asked for it; to the end of one file (and it reads
/// nothing); or where ours goes.
enum class Streams { Collected, Logged, Ours };

/// Who hears a Ctrl-C at our terminal with it: its own children, the same and for good, or we.
enum class Group { Own, Session, Ours };

struct ProcessOptions {
  std::filesystem::path working_directory = std::filesystem::temp_directory_path();
  std::map<std::string, std::string> environment;
  /// Variables that begin so are not handed on; empty for none.
  std::string forget_prefix;
  /// Greatest size of a file it may write, in bytes; 0 for no limit.
  std::uint64_t file_size_max = 0;
  /// How long run_process() waits for its end. Less than ctest's limit for a test, so that a hang is told.
  std::chrono::seconds patience{45};
  Streams streams = Streams::Collected;
  /// Where stdout goes; empty to collect it.
  std::string stdout_path;
  /// Of Streams::Logged.
  std::string log_path;
  /// What it reads, at most 64 KiB; empty for our own stdin.
  std::string input;
  /// As whom it runs; empty for ourselves.
  std::string user;
  Group group = Group::Own;
  /// What it gets when the thread that started it dies, however that was; 0 for nothing.
  int signal_when_we_die = SIGTERM;
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

/// Starts one that outlives us unless its options say otherwise, with a log and not collected. Returns its id.
pid_t launch(const std::vector<std::string>& arguments, const ProcessOptions& options);

}  // namespace robin::cluster
