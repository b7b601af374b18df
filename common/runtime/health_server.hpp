#pragma once

// HealthServer: a process's vitals by HTTP on a port of its own. /livez: its loops turn (never the broker or the
// database: an outage of theirs must not restart every process); /readyz: connected and taking work; /metrics:
// Prometheus's text format. Each answers at once, from threads of the server's own. 200 or 503, with a line that says
// why. Only GET and HEAD, and no bodies: no network policy keeps neighbours away from this port everywhere.

#include <chrono>
#include <memory>
#include <string>

#include "runtime/vitals.hpp"

namespace robin::runtime {

class HealthServer {
 public:
  /// `address` is HOST:PORT, an IPv6 host in brackets; port 0 takes any that is free. `vitals` outlives this object.
  /// Throws Error: the address cannot be read or is taken.
  HealthServer(const Vitals& vitals, const std::string& address, std::chrono::milliseconds stuck_after);
  ~HealthServer();
  HealthServer(const HealthServer&) = delete;
  HealthServer& operator=(const HealthServer&) = delete;

  [[nodiscard]] int port() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace robin::runtime
