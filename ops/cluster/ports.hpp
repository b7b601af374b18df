#pragma once

// PortReservation: a port on loopback that no other reservation takes while it is held, and on which a server of ours
// can begin to listen. It lies below the ports that the kernel gives to clients (32768 and up): any connection could
// take one of those before our server binds it.

#include <cstdint>

namespace robin::cluster {

class PortReservation {
 public:
  static constexpr std::uint16_t first = 12000;
  static constexpr std::uint16_t end = 32000;

  /// Reserves a free port. Throws Error if there is none.
  PortReservation();
  ~PortReservation();
  PortReservation(const PortReservation&) = delete;
  PortReservation& operator=(const PortReservation&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  int socket_ = -1;
  std::uint16_t port_ = 0;
};

/// Whether somebody listens on that port of loopback.
[[nodiscard]] bool answers(std::uint16_t port);

}  // namespace robin::cluster
