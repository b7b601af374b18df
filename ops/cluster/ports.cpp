#include "cluster/ports.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <random>

#include "cluster/loopback.hpp"
#include "runtime/error.hpp"

namespace robin::cluster {
PortReservation::PortReservation() {
  std::random_device random;
  std::uniform_int_distribution<unsigned> any(first, end - 1U);
  constexpr int attempts = 1000;
  for (int i = 0; i < attempts; ++i) {
    port_ = static_cast<std::uint16_t>(any(random));
    socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const LoopbackAddress address(port_);
    // Bound without SO_REUSEADDR nobody else has it; with it from now on, who listens with it, as servers do, may.
    const int yes = 1;
    if (socket_ >= 0 && bind(socket_, address.get(), LoopbackAddress::size()) == 0 &&
        setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0) {
      return;
    }
    close(socket_);
  }
  throw runtime::Error("there is no free port on loopback");
}

PortReservation::~PortReservation() { close(socket_); }

bool answers(std::uint16_t port) {
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const LoopbackAddress address(port);
  const bool connected = connection >= 0 && connect(connection, address.get(), LoopbackAddress::size()) == 0;
  close(connection);
  return connected;
}

}  // namespace robin::cluster
