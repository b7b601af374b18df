#include "support/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "support/patience.hpp"

namespace robin::testing_support {

RawClient::RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  static_cast<void>(connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address));  // NOLINT: as it is
}

RawClient::~RawClient() { close(socket_); }

bool RawClient::send(std::string_view bytes) const {
  const auto deadline = patience();
  while (!bytes.empty() && !deadline.has_passed()) {
    pollfd wait{socket_, POLLOUT, 0};
    static_cast<void>(poll(&wait, 1, 100));
    const auto count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno != EAGAIN) {
      return false;
    }
    bytes.remove_prefix(count < 0 ? 0 : static_cast<std::size_t>(count));
  }
  return bytes.empty();
}

std::string RawClient::received_to_its_end() {
  const auto deadline = patience();
  while (!has_ended() && !deadline.has_passed()) {
    pollfd wait{socket_, POLLIN, 0};
    static_cast<void>(poll(&wait, 1, 100));
  }
  return received_;
}

bool RawClient::has_ended() {
  std::array<char, 4096> piece{};
  while (!has_ended_) {
    const auto count = recv(socket_, piece.data(), piece.size(), 0);
    if (count < 0 && errno == EAGAIN) {
      return false;
    }
    has_ended_ = count <= 0;
    received_.append(piece.data(), count < 0 ? 0 : static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace robin::testing_support
