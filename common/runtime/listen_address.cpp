#include "runtime/listen_address.hpp"

#include <charconv>

#include "runtime/error.hpp"
#include "runtime/plain_text.hpp"

namespace robin::runtime {

namespace {

/// The port is -1 where the text is none.
ListenAddress parsed(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  ListenAddress address{text.substr(0, colon), -1};
  const bool is_bracketed = address.host.size() >= 2 && address.host.front() == '[' && address.host.back() == ']';
  if (is_bracketed) {
    address.host = address.host.substr(1, address.host.size() - 2);
  }
  const bool is_host = !address.host.empty() && is_visible_ascii(address.host) &&
                       address.host.find_first_of("/@") == std::string::npos &&
                       (is_bracketed || address.host.find(':') == std::string::npos);
  if (colon == std::string::npos || !is_host) {
    return address;
  }
  const char* const end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data() + colon + 1, end, address.port);
  if (error != std::errc() || read != end || address.port > 65'535 || text[colon + 1] == '-') {
    address.port = -1;
  }
  return address;
}

}  // namespace

bool is_listen_address(const std::string& text) { return parsed(text).port >= 0; }

ListenAddress listen_address(const std::string& text) {
  ListenAddress address = parsed(text);
  if (address.port < 0) {
    throw Error("the address " + text + " is not HOST:PORT, such as 127.0.0.1:9100", Retry::No);
  }
  return address;
}

}  // namespace robin::runtime
