#pragma once

// A place to listen at, as settings spell it: HOST:PORT, an IPv6 host in brackets; port 0 takes any that is free.

#include <string>

namespace robin::runtime {

struct ListenAddress {
  std::string host;
  int port;
};

/// Whether it is such a text.
[[nodiscard]] bool is_listen_address(const std::string& text);

/// Throws Error (not to be tried again) for what is no such text.
[[nodiscard]] ListenAddress listen_address(const std::string& text);

}  // namespace robin::runtime
