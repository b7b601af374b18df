#include "chaos/interruption.hpp"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <stdexcept>

namespace robin::chaos {
namespace {

std::atomic<bool> interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler writes it");

}  // namespace

void check_interrupted() {
  if (interrupted) {
    throw std::runtime_error("interrupted");
  }
}

int run_interruptibly(const char* name, int (*run)(int, char**), int argc, char** argv) {
  for (const int signal : {SIGINT, SIGTERM}) {
    std::signal(signal, [](int) { interrupted = true; });
  }
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", name, error.what());
    return 1;
  }
}

}  // namespace robin::chaos
