#include "cluster/ports.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <random>

#include "runtime/error.hpp"

namespace robin::cluster {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// The sockets interface takes any address by the type of none.
const sockaddr* plain(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
}

}  // namespace

PortReservation::PortReservation() {
  std::random_device random;
  std::uniform_int_distribution<unsigned> any(first, end - 1U);
  constexpr int attempts = 1000;
  for (int i = 0; i < attempts; ++i) {
    port_ = static_cast<std::uint16_t>(any(random));
    socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = loopback(port_);
    // Bound without SO_REUSEADDR nobody else has it; with it from now on, who listens with it, as servers do, may.
    const int yes = 1;
    if (socket_ >= 0 && bind(socket_, plain(address), sizeof address) == 0 &&
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
  const auto address = loopback(port);
  const bool connected = connection >= 0 && connect(connection, plain(address), sizeof address) == 0;
  close(connection);
  return connected;
}

}  // namespace robin::cluster
