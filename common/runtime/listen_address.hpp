#pragma once

// A place to listen at, as settings spell it: HOST:PORT, an IPv6 host in brackets; port 0 takes any that is free.

#include <string>

namespace robin::runtime {

struct ListenAddress {
  std::string host;
  int port;
};

/// Whether the text is HOST:PORT.
[[nodiscard]] bool is_listen_address(const std::string& text);

/// Reads HOST:PORT. Throws Error (Retry::No) if the text is something else.
[[nodiscard]] ListenAddress listen_address(const std::string& text);

}  // namespace robin::runtime
