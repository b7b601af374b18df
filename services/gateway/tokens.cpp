#include "gateway/tokens.hpp"

#include <algorithm>
#include <sstream>

#include "runtime/config.hpp"
#include "runtime/plain_text.hpp"

namespace robin::gateway {
namespace {

/// A name is shown in lines of text, a token is typed or pasted.
constexpr std::size_t name_bytes_max = 64;
constexpr std::size_t token_bytes_min = 16;

}  // namespace

std::vector<NamedToken> tokens_from(const std::string& text) {
  std::vector<NamedToken> all;
  std::istringstream lines(text);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto refuse = [number = ++number](const std::string& why) {
      throw runtime::Config::Refused{"line " + std::to_string(number) + ": " + why};
    };
    std::istringstream words(line.substr(0, line.find('#')));
    NamedToken one;
    std::string more;
    words >> one.name >> one.token >> more;
    if (one.name.empty()) {
      continue;
    }
    if (one.token.empty() || !more.empty()) {
      refuse("a line is a name, a space and a token");
    }
    if (!runtime::is_visible_ascii(one.name) || one.name.size() > name_bytes_max) {
      refuse("a name is of at most " + std::to_string(name_bytes_max) + " visible ASCII characters");
    }
    if (!runtime::is_visible_ascii(one.token) || one.token.size() < token_bytes_min) {
      refuse("a token is of at least " + std::to_string(token_bytes_min) +
             " visible ASCII characters (openssl rand -hex 16)");
    }
    if (std::ranges::any_of(all, [&](const NamedToken& known) { return known.name == one.name; })) {
      refuse("the name " + runtime::in_quotes(one.name) + " is there already");
    }
    if (all.size() == tokens_max) {
      refuse("more than " + std::to_string(tokens_max) + " tokens");
    }
    all.push_back(std::move(one));
  }
  if (all.empty()) {
    throw runtime::Config::Refused{"holds no token (one a line: NAME TOKEN)"};
  }
  return all;
}

}  // namespace robin::gateway
