#pragma once

// Maps and lists of strings as the ledger keeps them: one JSON object (the extras of a result, the state of a
// certifier), one JSON list, a list of ids.

#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "flow/ids.hpp"

namespace robin::adapters {

[[nodiscard]] inline std::string extras_text(const std::map<std::string, std::string>& extras) {
  return nlohmann::json(extras).dump();
}

[[nodiscard]] inline std::map<std::string, std::string> extras_from(const std::string& text) {
  return nlohmann::json::parse(text).get<std::map<std::string, std::string>>();
}

/// A list of names: one JSON list of strings.
[[nodiscard]] inline std::string names_text(const std::vector<std::string>& names) {
  return nlohmann::json(names).dump();
}

[[nodiscard]] inline std::vector<std::string> names_from(const std::string& text) {
  return nlohmann::json::parse(text).get<std::vector<std::string>>();
}

/// Ids of blocks with a space between.
[[nodiscard]] inline std::vector<flow::BlockId> ids_from(const std::string& text) {
  std::vector<flow::BlockId> ids;
  std::istringstream words(text);
  for (std::int64_t id = 0; words >> id;) {
    ids.push_back({id});
  }
  return ids;
}

}  // namespace robin::adapters
