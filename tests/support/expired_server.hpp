#pragma once

// ExpiredServer: a TLS server on loopback whose certificate for localhost had expired when it was made. It knows no
// other protocol: whoever gets past the handshake did not look at the date. Not thread-safe.

#include <cstdint>
#include <memory>
#include <string>

#include "cluster/ports.hpp"
#include "support/process.hpp"
#include "support/tcp_proxy.hpp"
#include "support/temporary_folder.hpp"

namespace robin::testing_support {

class ExpiredServer {
 public:
  /// Listens when it returns; throws if it cannot.
  ExpiredServer();

  [[nodiscard]] std::string ca_file() const { return folder_.file("ca.pem"); }
  /// The port at which TLS begins at once, as for amqps://.
  [[nodiscard]] std::uint16_t port() const { return port_.port(); }
  /// The port at which TLS begins when the client asks for it, as PostgreSQL's clients do.
  [[nodiscard]] std::uint16_t postgres_port() const { return postgres_->port(); }

 private:
  TemporaryFolder folder_;
  cluster::PortReservation port_;
  std::unique_ptr<Process> server_;
  std::unique_ptr<TcpProxy> postgres_;
};

}  // namespace robin::testing_support
