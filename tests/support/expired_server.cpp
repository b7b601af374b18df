#include "support/expired_server.hpp"

#include <stdexcept>
#include <vector>

#include "cluster/certificates.hpp"
#include "support/patience.hpp"

namespace robin::testing_support {

ExpiredServer::ExpiredServer() {
  cluster::make_certificates(folder_.path(), 0);
  ProcessOptions options;
  options.working_directory = folder_.path();
  const std::string address = "127.0.0.1:" + std::to_string(port());
  server_ = std::make_unique<Process>(std::vector<std::string>{"openssl", "s_server", "-accept", address, "-cert",
                                                               "server.pem", "-key", "server.key", "-www"},
                                      options);
  if (!wait_until([this] { return cluster::answers(port()); })) {
    throw std::runtime_error("openssl s_server does not listen: " + server_->standard_error());
  }
  postgres_ = std::make_unique<TcpProxy>(port(), TcpProxy::Prologue::PostgresTls);
}

}  // namespace robin::testing_support
