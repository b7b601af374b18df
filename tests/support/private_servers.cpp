#include "support/private_servers.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace robin::testing_support {
namespace {

namespace fs = std::filesystem;

const fs::path& passable(const fs::path& folder) {
  // The servers run as users of their own and must get through to their folders.
  fs::permissions(folder, fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);
  return folder;
}

}  // namespace

PrivateServers::PrivateServers() : servers_(passable(folder_.path()) / "run", cluster::Lifetime::Ours) {
  auto options = cluster::ServerOptions::from_environment();
  // A test kills processes, not machines.
  options.durability = cluster::Durability::Kernel;
  servers_.start(options);
  std::ifstream file(servers_.folder() / "env");
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
    servers_.stop();
  } catch (const std::runtime_error&) {  // NOLINT(bugprone-empty-catch): nothing more can be done here
  }
}

void PrivateServers::rabbitmqctl(const std::vector<std::string>& arguments) const {
  if (const auto result = servers_.rabbitmqctl(arguments); result.status != 0) {
    throw std::runtime_error("rabbitmqctl " + arguments.front() + ": " + result.output + result.error);
  }
}

}  // namespace robin::testing_support
