#pragma once

// StopSignals: SIGINT and SIGTERM as a stop request. Made first in main, before any thread, so that every thread
// inherits the blocked signals and one thread of its own receives them. A second signal ends the process at once, with
// the same exit status.

#include <atomic>
#include <stop_token>
#include <thread>

namespace robin::runtime {

class StopSignals {
 public:
  /// Throws Error if the system has no descriptor left.
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }
  /// The signal that asked to stop; 0 if none did.
  [[nodiscard]] int signal() const { return signal_.load(); }

 private:
  void watch();

  std::stop_source source_;
  std::atomic<int> signal_ = 0;
  int signals_;  // a signalfd
  int end_;      // an eventfd that ends the watcher
  std::jthread watcher_;
};

}  // namespace robin::runtime
