#include "runtime/stop.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include "runtime/error.hpp"

namespace robin::runtime {
namespace {

constexpr int signal_exit_base = 128;

int checked(int descriptor, const char* what) {
  if (descriptor < 0) {
    throw Error(std::string(what) + ": " + std::generic_category().message(errno));
  }
  return descriptor;
}

/// Blocks the stopping signals for this thread, and so for every thread it starts, and returns where they are read.
int open_signals(StopSignals::Receiver receiver) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  if (receiver == StopSignals::Receiver::Service) {
    sigaddset(&set, SIGQUIT);
  }
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return checked(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd");
}

}  // namespace

StopSignals::StopSignals(Receiver receiver)
    : receiver_(receiver), signals_(open_signals(receiver)), end_(checked(eventfd(0, EFD_CLOEXEC), "eventfd")) {
  // A reader that went away and a file that may not grow are errors of a write, not reasons to die.
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  static_cast<void>(std::signal(SIGXFSZ, SIG_IGN));
  watcher_ = std::jthread([this] { watch(); });
}

StopSignals::~StopSignals() {
  eventfd_write(end_, 1);
  watcher_.join();
  close(signals_);
  close(end_);
}

void StopSignals::watch() {
  std::array<pollfd, 2> waiting = {{{signals_, POLLIN, 0}, {end_, POLLIN, 0}}};
  while (true) {
    poll(waiting.data(), waiting.size(), -1);
    if (waiting[1].revents != 0) {
      return;
    }
    signalfd_siginfo received{};
    if (read(signals_, &received, sizeof received) != sizeof received) {
      continue;
    }
    const auto signal = static_cast<int>(received.ssi_signo);
    const bool again = signal_.exchange(signal) != 0;
    if (again && (receiver_ == Receiver::Command || urgent_.stop_requested())) {
      _exit(signal_exit_base + signal);
    }
    if (again || signal == SIGQUIT) {
      urgent_.request_stop();
    }
    source_.request_stop();
  }
}

}  // namespace robin::runtime
