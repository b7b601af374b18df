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

/// One moment of one block, as it travels through the pipe. Of block 0: the consumers are connected.
struct Passage {
  std::int64_t block;
  std::int64_t microseconds;  // since 1970
  std::int32_t consumer;
  flow::Moment moment;
};

/// The broker is the one that ROBIN_AMQP_URL names.
struct LoadConsumers {
  unsigned consumers = 0;
  /// Results of each that may wait to be saved.
  unsigned awaiting = 2;
  /// They begin one after the other over so long, as a fleet does, and count as connected once the first is: blocks
  /// that are all begun at one moment all end at one, too.
  core::Milliseconds ramp{0};
};

/// In the process of the consumers: works until stop is requested and writes to standard output. The exit status.
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
  /// Until all consumers are connected, with a ramp the first; throws runtime::Error if that takes longer, or stop is
  /// requested.
  void wait_until_connected(core::Deadline deadline, const std::stop_token& stop) const;
  /// Tells it to stop, waits, and returns all that passed.
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
