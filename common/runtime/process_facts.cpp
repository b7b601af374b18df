#include "runtime/process_facts.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string_view>
#include <thread>

#include "runtime/log.hpp"

namespace robin::runtime {
namespace {

std::string user_name() {
  const passwd* entry = getpwuid(geteuid());  // NOLINT(concurrency-mt-unsafe): called once, before other threads work
  return entry == nullptr ? std::to_string(geteuid()) : entry->pw_name;
}

std::string addresses() {
  ifaddrs* raw = nullptr;
  if (getifaddrs(&raw) != 0) {
    return {};
  }
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> list(raw, &freeifaddrs);
  std::vector<std::string> found;
  for (const ifaddrs* entry = list.get(); entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr) {
      continue;
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* address = nullptr;
    if (entry->ifa_addr->sa_family == AF_INET) {
      address = &reinterpret_cast<const sockaddr_in*>(entry->ifa_addr)->sin_addr;  // NOLINT: the sockets API
    } else if (entry->ifa_addr->sa_family == AF_INET6) {
      address = &reinterpret_cast<const sockaddr_in6*>(entry->ifa_addr)->sin6_addr;  // NOLINT: the sockets API
    } else {
      continue;
    }
    if (inet_ntop(entry->ifa_addr->sa_family, address, text.data(), text.size()) != nullptr) {
      found.emplace_back(text.data());
    }
  }
  return joined(found);
}

std::string cpu_model() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name")) {
      return line.substr(line.find(':') + 2);
    }
  }
  return "unknown";
}

/// What changes how the program behaves: its own variables, PostgreSQL's, locale and time zone.
std::string relevant_environment() {
  std::vector<std::string> found;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view line(*entry);
    const std::size_t equals = line.find('=');
    const std::string_view name = line.substr(0, equals);
    if (name.starts_with("ROBIN_") || name.starts_with("PG") || name.starts_with("LC_") || name == "LANG" ||
        name == "TZ") {
      found.push_back(std::string(name) + "=" +
                      mask_secrets(name, equals == std::string_view::npos ? "" : line.substr(equals + 1)));
    }
  }
  return joined(found);
}

}  // namespace

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

std::vector<std::pair<std::string, std::string>> process_facts(int argc, const char* const* argv) {
  std::vector<std::string> arguments;
  arguments.reserve(static_cast<std::size_t>(argc));
  for (int i = 0; i < argc; ++i) {
    arguments.push_back(mask_secrets("", argv[i]));
  }
  std::error_code ignored;
  return {{"argv", joined(arguments)},
          {"working_directory", std::filesystem::current_path(ignored).string()},
          {"user", user_name()},
          {"host", host_name()},
          {"addresses", addresses()},
          {"cpu", cpu_model()},
          {"cores", std::to_string(std::thread::hardware_concurrency())},
          {"pid", std::to_string(getpid())},
          {"environment", relevant_environment()}};
}

}  // namespace robin::runtime
