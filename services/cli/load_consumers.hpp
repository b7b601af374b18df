#pragma once

// Consumers for a load test, in a process of their own: as many as asked for, each with its own connections and reply
// address, as if it were a robin-consumer. What their blocks pass, and when, is written to a pipe.

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <stop_token>
#include <thread>
#include <vector>

#include "core/deadline.hpp"
#include "flow/loops/compute.hpp"

namespace robin::cli {

/// What the pipe carries: when a block passed a stage. Block 0 says that the consumers are connected.
struct Passage {
  std::int64_t block;
  std::int64_t microseconds;  // since 1970
  std::int32_t consumer;
  flow::Moment moment;
};

/// Options of the consumers. Their broker is the one that ROBIN_AMQP_URL names.
struct LoadConsumers {
  unsigned consumers = 0;
  /// How many results of each consumer may wait to be saved.
  unsigned awaiting = 2;
  /// The time over which the consumers begin, one after the other, as a fleet does. They count as connected once the
  /// first is. (Blocks that all begin at one moment all end at one moment, too.)
  core::Milliseconds ramp{0};
};

/// What the consumers' process does: it works until stop is requested and writes to standard output. Returns the exit
/// status.
[[nodiscard]] int serve_load(const LoadConsumers& options, const std::stop_token& stop);

/// The process of the consumers, seen from the one that measures. A thread of its own reads what it writes.
class LoadProcess {
 public:
  /// Starts this very program once more; throws runtime::Error if that fails.
  explicit LoadProcess(const LoadConsumers& options);
  /// Kills it if it still runs.
  ~LoadProcess();
  LoadProcess(const LoadProcess&) = delete;
  LoadProcess& operator=(const LoadProcess&) = delete;

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  /// Waits until all consumers are connected, or the first if they begin over a time. Throws runtime::Error if that
  /// takes longer than the deadline, or stop is requested.
  void wait_until_connected(core::Deadline deadline, const std::stop_token& stop) const;
  /// Tells the process to stop, waits for it, and returns all that passed.
  [[nodiscard]] std::vector<Passage> end();

 private:
  void read_all();

  pid_t pid_ = -1;
  int pipe_ = -1;
  std::atomic<bool> connected_ = false;
  std::vector<Passage> passages_;
  std::jthread reader_;
};

}  // namespace robin::cli
