#include "runtime/stop.hpp"

#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <ctime>

namespace robin::runtime {
namespace {

constexpr long watch_interval_ns = 100'000'000;
constexpr int signal_exit_base = 128;

sigset_t stopping_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

StopSignals::StopSignals() {
  const sigset_t set = stopping_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  // A reader that went away and a file that may not grow are errors of a write, not reasons to die.
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  static_cast<void>(std::signal(SIGXFSZ, SIG_IGN));
  watcher_ = std::jthread([this](const std::stop_token& end) { watch(end); });
}

StopSignals::~StopSignals() = default;

void StopSignals::watch(const std::stop_token& end) {
  const sigset_t set = stopping_signals();
  const timespec interval{0, watch_interval_ns};
  while (!end.stop_requested()) {
    const int received = sigtimedwait(&set, nullptr, &interval);
    if (received <= 0) {
      continue;
    }
    if (signal_.exchange(received) != 0) {
      _exit(signal_exit_base + received);
    }
    source_.request_stop();
  }
}

}  // namespace robin::runtime
