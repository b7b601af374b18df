#pragma once

// A child process: options say what it inherits, where its output goes, as which user it runs, and what becomes of it
// when its starter dies. A Process owns one and ends it in its destructor; launch() starts one that nobody owns. Used
// by the tool that keeps private clusters and by tests. Waits without a deadline of the caller's end after
// ProcessOptions::patience.

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

/// Where the output goes. Collected: into files that Process reads when asked. Logged: to the end of one file (and the
/// process reads nothing). Ours: where our own output goes.
enum class Streams { Collected, Logged, Ours };

/// The process group, which decides who gets a Ctrl-C typed at our terminal. Own: the process has a group of its own
/// with its children. Session: it leaves our terminal for good, in a session of its own. Ours: it gets what we get.
enum class Group { Own, Session, Ours };

struct ProcessOptions {
  std::filesystem::path working_directory = std::filesystem::temp_directory_path();
  std::map<std::string, std::string> environment;
  /// Variables whose names begin with this are not inherited; empty: all are.
  std::string forget_prefix;
  /// The greatest size of a file that it may write, in bytes; 0: no limit.
  std::uint64_t file_size_max = 0;
  /// How long run_process() waits for its end. Less than ctest's limit for a test, so that a process that hangs is
  /// reported.
  std::chrono::seconds patience{45};
  Streams streams = Streams::Collected;
  /// Where stdout goes; empty to collect it.
  std::string stdout_path;
  /// The file of Streams::Logged.
  std::string log_path;
  /// What it reads from stdin, at most 64 KiB; empty: it reads our stdin.
  std::string input;
  /// The user as whom it runs; empty: our own.
  std::string user;
  Group group = Group::Own;
  /// The signal that it gets when the thread that started it dies, for whatever reason; 0: none.
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
  /// Signals the process and its children that share its group, as a terminal does.
  void signal_group(int number) const;
  /// Waits for its end, at most for `patience` (then it is killed, and -1 is returned). Returns the exit status, or 128
  /// + the signal.
  int wait(std::chrono::seconds patience = std::chrono::seconds(45));

  /// What wait() would return, if the process has ended; does not wait. If it has ended, this counts as wait().
  [[nodiscard]] std::optional<int> status_if_ended();
  /// Whether it has ended. Unlike status_if_ended() it changes nothing.
  [[nodiscard]] bool has_ended() const;

  /// What it wrote to stdout and stderr; complete after wait().
  [[nodiscard]] std::string standard_output() const;
  [[nodiscard]] std::string standard_error() const;

 private:
  std::filesystem::path output_;
  std::filesystem::path error_;
  /// The process's id; -1 after wait().
  pid_t pid_;
  int status_ = -1;
};

struct ProcessResult {
  int status;
  std::string output;
  std::string error;
};

/// Starts a process, waits for it, and returns its status and output.
ProcessResult run_process(const std::vector<std::string>& arguments, const ProcessOptions& options = {});

/// Starts a process that outlives us unless its options say otherwise; its output is Logged. Returns its id.
pid_t launch(const std::vector<std::string>& arguments, const ProcessOptions& options);

}  // namespace robin::cluster
