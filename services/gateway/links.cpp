#include "gateway/links.hpp"

#include <sstream>

#include "runtime/address.hpp"
#include "runtime/config.hpp"
#include "runtime/plain_text.hpp"

namespace robin::gateway {

std::vector<std::pair<std::string, std::string>> links_from(const std::string& text) {
  std::vector<std::pair<std::string, std::string>> all;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const std::size_t equals = word.find('=');
    const std::string url = equals == std::string::npos ? "" : word.substr(equals + 1);
    if (equals == 0 || runtime::refuse_address(url, runtime::gateway_address())) {
      throw runtime::Config::Refused{runtime::in_quotes(word) + " is no NAME=http://... (separate links by spaces)"};
    }
    all.emplace_back(word.substr(0, equals), url);
  }
  return all;
}

}  // namespace robin::gateway
