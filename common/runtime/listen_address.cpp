#include "runtime/listen_address.hpp"

#include <charconv>

#include "runtime/error.hpp"

namespace robin::runtime {

ListenAddress listen_address(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  ListenAddress address{text.substr(0, colon), -1};
  if (address.host.size() >= 2 && address.host.front() == '[' && address.host.back() == ']') {
    address.host = address.host.substr(1, address.host.size() - 2);
  }
  if (colon != std::string::npos) {
    const char* const end = text.data() + text.size();
    const auto [read, error] = std::from_chars(text.data() + colon + 1, end, address.port);
    if (error != std::errc() || read != end || address.port > 65'535) {
      address.port = -1;
    }
  }
  if (address.host.empty() || address.port < 0) {
    throw Error("the address " + text + " is not HOST:PORT", Retry::No);
  }
  return address;
}

}  // namespace robin::runtime
