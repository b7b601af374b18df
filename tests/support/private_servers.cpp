#include "support/private_servers.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <vector>

#include "support/process.hpp"

namespace robin::testing_support {
namespace {

void servers(const std::vector<std::string>& arguments) {
  std::vector<std::string> command = {ROBIN_SERVERS_SCRIPT};
  command.insert(command.end(), arguments.begin(), arguments.end());
  ProcessOptions options;
  options.patience = std::chrono::seconds(150);
  if (const auto result = run_process(command, options); result.status != 0) {
    throw std::runtime_error("ops/servers " + arguments.front() + ": " + result.error);
  }
}

}  // namespace

PrivateServers::PrivateServers() {
  namespace fs = std::filesystem;
  // The servers run as users of their own and must get through to their folders.
  fs::permissions(folder_.path(), fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);
  servers({"start", folder_.file("run")});
  std::ifstream file(folder_.file("run/env"));
  for (std::string line; std::getline(file, line);) {
    const auto equals = line.find('=');
    const std::string name = line.substr(0, equals);
    // NOLINTBEGIN(concurrency-mt-unsafe): the test has one thread here
    const char* before = std::getenv(name.c_str());
    before_[name] = before == nullptr ? "" : before;
    setenv(name.c_str(), line.substr(equals + 1).c_str(), 1);
    // NOLINTEND(concurrency-mt-unsafe)
  }
}

PrivateServers::~PrivateServers() {
  for (const auto& [name, value] : before_) {
    setenv(name.c_str(), value.c_str(), 1);  // NOLINT(concurrency-mt-unsafe): the test has one thread here
  }
  try {
    servers({"stop", folder_.file("run")});
  } catch (const std::runtime_error&) {  // NOLINT(bugprone-empty-catch): nothing more can be done here
  }
}

void PrivateServers::rabbitmqctl(const std::vector<std::string>& arguments) const {
  std::vector<std::string> all = {"rabbitmqctl", folder_.file("run")};
  all.insert(all.end(), arguments.begin(), arguments.end());
  servers(all);
}

void PrivateServers::let_certificates_expire() const { servers({"expire", folder_.file("run")}); }

void PrivateServers::restart(const std::string& server, const std::string& signal) const {
  servers({"restart", folder_.file("run"), server, signal});
}

}  // namespace robin::testing_support
