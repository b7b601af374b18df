#include "runtime/address.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "runtime/plain_text.hpp"

namespace robin::runtime {
namespace {

constexpr std::size_t length_max = 4096;
constexpr unsigned port_max = 65'535;

bool is_port(std::string_view text) {
  unsigned port = 0;
  const char* const end = text.data() + text.size();
  return std::from_chars(text.data(), end, port) == std::from_chars_result{end, {}} && port >= 1 && port <= port_max;
}

/// One of host, host:port, [v6] and [v6]:port.
std::optional<std::string> refuse_place(std::string_view place) {
  std::string_view host = place.substr(0, place.find(':'));
  std::string_view rest = place.substr(host.size());
  if (place.starts_with('[')) {
    const std::size_t bracket = place.find(']');
    if (bracket == std::string_view::npos) {
      return "has a bracket that is not closed";
    }
    host = place.substr(1, bracket - 1);
    rest = place.substr(bracket + 1);
  }
  if (host.empty()) {
    return "has no host";
  }
  if (!rest.empty() && !(rest.starts_with(':') && is_port(rest.substr(1)))) {
    return "has a port that is no number from 1 to 65535";
  }
  return std::nullopt;
}

/// %41 is a byte.
bool is_well_escaped(std::string_view text) {
  const auto is_digit = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  };
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    if (at + 2 >= text.size() || !is_digit(text[at + 1]) || !is_digit(text[at + 2])) {
      return false;
    }
  }
  return true;
}

std::optional<std::string> objection(std::string_view text, const AddressForm& form) {
  if (text.size() > length_max) {
    return "is longer than " + std::to_string(length_max) + " characters";
  }
  if (!is_visible_ascii(text)) {
    return "has a blank or another character that no address has";
  }
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos ||
      std::find(form.schemes.begin(), form.schemes.end(), text.substr(0, scheme_end)) == form.schemes.end()) {
    return "does not begin with " + form.schemes.front() + "://";
  }
  if (!is_well_escaped(text)) {
    return "has a % that two hexadecimal digits do not follow";
  }
  const std::string_view after = text.substr(scheme_end + 3);
  std::string_view places = after.substr(0, after.find_first_of("/?#"));
  places = places.substr(places.rfind('@') + 1);
  if (form.is_database && places.empty() && after.find("host=") != std::string_view::npos) {
    return std::nullopt;
  }
  for (;;) {
    const std::size_t comma = form.is_database ? places.find(',') : std::string_view::npos;
    if (auto reason = refuse_place(places.substr(0, comma))) {
      return reason;
    }
    if (comma == std::string_view::npos) {
      return std::nullopt;
    }
    places.remove_prefix(comma + 1);
  }
}

}  // namespace

const AddressForm& database_address() {
  static const AddressForm form{{"postgresql", "postgres"}, "postgresql://user:password@host:port/database", true};
  return form;
}

const AddressForm& broker_address() {
  static const AddressForm form{{"amqp", "amqps"}, "amqp://user:password@host:port/vhost"};
  return form;
}

const AddressForm& management_address() {
  static const AddressForm form{{"http", "https"}, "http://user:password@host:15672"};
  return form;
}

const AddressForm& gateway_address() {
  static const AddressForm form{{"http", "https"}, "http://host:port"};
  return form;
}

std::optional<std::string> refuse_address(const std::string& text, const AddressForm& form) {
  const auto reason = objection(text, form);
  return reason ? std::optional(*reason + " (write " + form.example + ")") : std::nullopt;
}

}  // namespace robin::runtime
