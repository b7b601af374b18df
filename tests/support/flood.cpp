#include "support/flood.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "support/patience.hpp"
#include "support/raw_client.hpp"

namespace robin::testing_support {

Flooded flood(std::uint16_t port, const std::string& head, const std::string& piece, std::uint64_t bytes_max) {
  const RawClient client(port);
  // Many pieces at once, for it shall not take long.
  std::string pieces = piece;
  while (!piece.empty() && pieces.size() < std::size_t{1} << 20U) {
    pieces += piece;
  }
  Flooded result{0, 0};
  std::string_view rest = head;
  bool sends_head = true;
  std::string answer;
  const auto deadline = patience();
  bool is_open = true;
  // Who refuses may end the connection while we still send: its answer is there all the same.
  bool takes = true;
  while (is_open && !deadline.has_passed() && answer.find("\r\n") == std::string::npos) {
    const bool sends = takes && (sends_head || (result.bytes < bytes_max && !piece.empty()));
    pollfd wait{client.socket(), static_cast<short>(sends ? POLLIN | POLLOUT : POLLIN), 0};
    static_cast<void>(poll(&wait, 1, 100));
    if ((wait.revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
      std::array<char, 4096> text{};
      const auto count = recv(client.socket(), text.data(), text.size(), 0);
      is_open = count > 0;
      answer.append(text.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    } else if ((wait.revents & POLLOUT) != 0) {
      if (rest.empty()) {
        rest = pieces;
      }
      const auto count = send(client.socket(), rest.data(), rest.size(), MSG_NOSIGNAL);
      takes = count > 0;
      const auto sent = static_cast<std::size_t>(std::max<ssize_t>(count, 0));
      result.bytes += sends_head ? 0 : sent;
      rest.remove_prefix(sent);
      sends_head = sends_head && !rest.empty();
    }
  }
  static_cast<void>(std::sscanf(answer.c_str(), "HTTP/1.1 %d", &result.status));  // NOLINT: 0 if there is none
  return result;
}

}  // namespace robin::testing_support
