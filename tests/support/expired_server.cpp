#include "support/expired_server.hpp"

#include <fstream>
#include <stdexcept>
#include <vector>

#include "support/patience.hpp"

namespace robin::testing_support {

ExpiredServer::ExpiredServer() {
  std::ofstream(folder_.file("names")) << "subjectAltName=DNS:localhost\n";
  const std::vector<std::string> key = {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"};
  const auto request = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "req");
    arguments.insert(arguments.end(), key.begin(), key.end());
    openssl(arguments);
  };
  request({"-x509", "-days", "30", "-subj", "/CN=an authority of a test", "-keyout", "ca.key", "-out", "ca.pem"});
  request({"-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr"});
  openssl({"x509", "-req", "-days", "0", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
           "-extfile", "names", "-out", "server.pem"});
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

void ExpiredServer::openssl(const std::vector<std::string>& arguments) const {
  std::vector<std::string> command = {"openssl"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  ProcessOptions options;
  options.working_directory = folder_.path();
  if (const auto result = run_process(command, options); result.status != 0) {
    throw std::runtime_error("openssl " + arguments.front() + ": " + result.error);
  }
}

}  // namespace robin::testing_support
