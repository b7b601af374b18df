#include "cli/process_watch.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace robin::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds interval{500};
/// The kernel walks through all pages of a process to tell its memory: the first look asks, each fourth after it, and
/// the last.
constexpr std::size_t looks_for_each_weighing = 4;

struct Stat {
  pid_t parent = 0;
  /// Its own, and that of children it waited for.
  double cpu_seconds = 0;
};

/// proc(5), /proc/PID/stat: fields are counted from 1; the second one is a name that may hold anything, so what follows
/// its last parenthesis is read.
bool read_stat(const fs::path& process, Stat& stat) {
  std::ifstream file(process / "stat");
  std::string line;
  if (!std::getline(file, line)) {
    return false;
  }
  std::istringstream rest(line.substr(std::min(line.size(), line.rfind(')') + 1)));
  std::string state;
  rest >> state >> stat.parent;
  double ticks = 0;
  std::string field;
  for (int number = 5; number <= 17 && rest >> field; ++number) {
    if (number >= 14) {
      ticks += std::stod(field);
    }
  }
  stat.cpu_seconds = ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
  return true;
}

/// Of all processes there are.
std::map<pid_t, Stat> all_processes() {
  std::map<pid_t, Stat> all;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
    const std::string name = entry.path().filename();
    if (Stat stat; name.find_first_not_of("0123456789") == std::string::npos && read_stat(entry.path(), stat)) {
      all.emplace(std::stoi(name), stat);
    }
  }
  return all;
}

bool descends_from(const std::map<pid_t, Stat>& all, pid_t process, pid_t ancestor) {
  while (process != ancestor) {
    const auto found = all.find(process);
    if (found == all.end() || found->second.parent == process) {
      return false;
    }
    process = found->second.parent;
  }
  return true;
}

/// Proportional set size; resident pages where that may not be read.
double mebibytes_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/smaps_rollup");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("Pss:")) {
      return std::stod(line.substr(4)) / 1024;
    }
  }
  std::ifstream pages("/proc/" + std::to_string(pid) + "/statm");
  double total = 0;
  double resident = 0;
  pages >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1024 * 1024);
}

int descriptors_of(pid_t pid) {
  std::error_code ignored;
  const auto all = fs::directory_iterator("/proc/" + std::to_string(pid) + "/fd", ignored);
  return static_cast<int>(std::distance(fs::begin(all), fs::end(all)));
}

}  // namespace

double ProcessWatch::Watched::cpu_seconds() const {
  return looks.empty() ? 0 : looks.back().cpu_seconds - looks.front().cpu_seconds;
}

double ProcessWatch::Watched::peak_mebibytes() const {
  double peak = 0;
  for (const Look& look : looks) {
    peak = std::max(peak, look.mebibytes);
  }
  return peak;
}

ProcessWatch::ProcessWatch(std::vector<std::pair<std::string, pid_t>> processes) {
  for (auto& [name, pid] : processes) {
    watched_.push_back({std::move(name), pid});
  }
  look();
  thread_ = std::jthread([this](const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!ended_.wait_for(lock, stop, interval, [&stop] { return stop.stop_requested(); })) {
      look();
    }
  });
}

void ProcessWatch::look(bool is_last) {
  const std::chrono::duration<double> now = std::chrono::steady_clock::now() - begin_;
  const auto all = all_processes();
  for (Watched& watched : watched_) {
    const bool weighs = is_last || watched.looks.size() % looks_for_each_weighing == 0;
    Look look{now.count(), 0, weighs ? 0 : watched.looks.back().mebibytes, descriptors_of(watched.pid)};
    for (const auto& [pid, stat] : all) {
      if (descends_from(all, pid, watched.pid)) {
        look.cpu_seconds += stat.cpu_seconds;
        look.mebibytes += weighs ? mebibytes_of(pid) : 0;
      }
    }
    if (all.contains(watched.pid)) {
      watched.looks.push_back(look);
    }
  }
}

std::vector<ProcessWatch::Watched> ProcessWatch::end() {
  thread_.request_stop();
  thread_.join();
  look(true);
  std::erase_if(watched_, [](const Watched& watched) { return watched.looks.empty(); });
  return std::move(watched_);
}

}  // namespace robin::cli
