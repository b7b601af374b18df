#pragma once

// ProcessWatch: what processes take while something is measured: CPU time and memory, of each with all its descendants,
// looked at twice a second by a thread of its own (proc(5)). Any thread may call.

#include <sys/types.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace robin::cli {

class ProcessWatch {
 public:
  struct Look {
    double at_seconds;  // since the watch began
    double cpu_seconds;
    double mebibytes;  // memory shared by several processes is divided among them
    int descriptors;   // open files, of the process itself
  };
  struct Watched {
    std::string name;
    pid_t pid;
    std::vector<Look> looks = {};

    /// CPU time since the first look.
    [[nodiscard]] double cpu_seconds() const;
    [[nodiscard]] double peak_mebibytes() const;
  };

  explicit ProcessWatch(std::vector<std::pair<std::string, pid_t>> processes);
  ~ProcessWatch() = default;
  ProcessWatch(const ProcessWatch&) = delete;
  ProcessWatch& operator=(const ProcessWatch&) = delete;

  /// Looks once more, ends the watch, and returns what was seen. Processes that had gone before are left out.
  [[nodiscard]] std::vector<Watched> end();

 private:
  /// Memory, which is slow to ask for, is asked for at some looks and at the last one; in between the value of before
  /// is repeated.
  void look(bool is_last = false);

  std::vector<Watched> watched_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::mutex mutex_;
  std::condition_variable_any ended_;
  std::jthread thread_;
};

}  // namespace robin::cli
