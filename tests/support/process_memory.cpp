#include "support/process_memory.hpp"

#include <fstream>
#include <string>

namespace robin::testing_support {
namespace {

std::uint64_t kib_of(pid_t process, const std::string& mark) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(mark)) {
      return std::stoull(line.substr(mark.size()));
    }
  }
  return 0;
}

}  // namespace

std::uint64_t resident_memory_kib(pid_t process) { return kib_of(process, "VmRSS:"); }
std::uint64_t greatest_memory_mib(pid_t process) { return kib_of(process, "VmHWM:") / 1024; }

}  // namespace robin::testing_support
