#pragma once

// LoopbackAddress: a port of 127.0.0.1 as the sockets interface takes it. A value; copies are equal.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>

namespace robin::cluster {

class LoopbackAddress {
 public:
  /// Port 0: any free one, for bind().
  explicit LoopbackAddress(std::uint16_t port = 0) {
    address_.sin_family = AF_INET;
    address_.sin_port = htons(port);
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  }

  /// The address, by the type that the sockets interface uses for addresses of every family.
  [[nodiscard]] const sockaddr* get() const {
    return reinterpret_cast<const sockaddr*>(&address_);  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
  }
  [[nodiscard]] static constexpr socklen_t size() { return sizeof(sockaddr_in); }

  /// The port that a socket is bound to; 0 if it is bound to none.
  [[nodiscard]] static std::uint16_t port_of(int socket) {
    sockaddr_in address{};
    socklen_t length = size();
    auto* const plain = reinterpret_cast<sockaddr*>(&address);  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
    return getsockname(socket, plain, &length) == 0 ? ntohs(address.sin_port) : std::uint16_t{0};
  }

 private:
  sockaddr_in address_{};
};

}  // namespace robin::cluster
