#pragma once

// PrivateServers: a RabbitMQ and a PostgreSQL of this test alone (ops/cluster), for tests that restart them. While it
// lives, the environment names them in place of the shared ones; they end with the test, however it ends. Made by the
// thread that lives as long as it: the kernel ends them when that thread is gone.

#include <map>
#include <string>
#include <vector>

#include "cluster/server_set.hpp"
#include "support/temporary_folder.hpp"

namespace robin::testing_support {

class PrivateServers {
 public:
  PrivateServers();
  ~PrivateServers();
  PrivateServers(const PrivateServers&) = delete;
  PrivateServers& operator=(const PrivateServers&) = delete;

  /// Ends one with a signal, and starts it again.
  void restart(cluster::Server server, int signal) { servers_.restart(server, signal); }
  /// Gives both servers a certificate that has expired, and starts them again.
  void let_certificates_expire() { servers_.expire(); }
  /// Throws if it fails.
  void rabbitmqctl(const std::vector<std::string>& arguments) const;

 private:
  TemporaryFolder folder_;
  cluster::ServerSet servers_;
  std::map<std::string, std::string> before_;
};

}  // namespace robin::testing_support
