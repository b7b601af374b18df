#include "flow/wire/search_digest.hpp"

#include <nlohmann/json.hpp>

#include "search/sha256.hpp"

namespace robin::flow {

std::string search_digest(const AskedOfSearch& asked) {
  constexpr std::size_t length = 16;
  using nlohmann::json;
  const json list =
      json::array({asked.strategy, asked.begin, asked.mode, asked.threshold, asked.digest_kind, asked.origin});
  // A ledger that was changed may hold anything; what is not UTF-8 is replaced.
  return search::Sha256::hex_of(list.dump(-1, ' ', false, json::error_handler_t::replace)).substr(0, length);
}

}  // namespace robin::flow
