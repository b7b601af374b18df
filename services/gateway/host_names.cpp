#include "gateway/host_names.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <sstream>

#include "runtime/config.hpp"
#include "runtime/listen_address.hpp"
#include "runtime/plain_text.hpp"

namespace robin::gateway {
namespace {

std::string in_lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool is_name(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

bool is_number(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> ignored{};
  return host.starts_with('[') || inet_pton(AF_INET, host.c_str(), ignored.data()) == 1;
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || (is_number(host) && host.starts_with("127."));
}

}  // namespace

HostNames::HostNames(const std::string& listen_address, const std::string& names)
    : any_(names.empty() && !is_loopback(runtime::listen_address(listen_address).host)) {
  std::istringstream words(in_lower_case(names));
  for (std::string name; words >> name;) {
    if (!is_name(name)) {
      throw runtime::Config::Refused{runtime::in_quotes(name) +
                                     " is no name of a machine (robin.example, without scheme and port)"};
    }
    names_.push_back(name);
  }
}

bool HostNames::have(const std::string& host) const {
  if (any_ || host.empty() || is_number(host.substr(0, host.find(':')))) {
    return true;
  }
  std::string name = in_lower_case(host.substr(0, host.find(':')));
  if (name.ends_with('.')) {
    name.pop_back();
  }
  return std::ranges::find(names_, name) != names_.end() || name.ends_with(".localhost");
}

}  // namespace robin::gateway
