#pragma once

// StopSignals: SIGINT and SIGTERM as a stop request. Made first in main, before any thread, so that every thread
// inherits the blocked signals and one thread of its own receives them. For a command a second signal ends the process
// at once, with the same exit status. For a service it says that the stop is urgent, as SIGQUIT does by itself; a third
// one ends the process.

#include <atomic>
#include <stop_token>
#include <thread>

namespace robin::runtime {

class StopSignals {
 public:
  /// Which kind of program receives the signals.
  enum class Receiver { Command, Service };

  /// Throws Error if the process can open no more files.
  explicit StopSignals(Receiver receiver = Receiver::Command);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }
  /// Requested when there is no time to finish: what is not done is handed back.
  [[nodiscard]] std::stop_token urgent() const { return urgent_.get_token(); }
  /// The signal that asked to stop; 0 if none did.
  [[nodiscard]] int signal() const { return signal_.load(); }

 private:
  void watch();

  Receiver receiver_;
  std::stop_source source_;
  std::stop_source urgent_;
  std::atomic<int> signal_ = 0;
  int signals_;  // a signalfd
  int end_;      // an eventfd that ends the watcher
  std::jthread watcher_;
};

}  // namespace robin::runtime
