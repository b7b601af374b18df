#pragma once

// The extras of a result as the ledger keeps them: one JSON object of strings.

#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace robin::adapters {

[[nodiscard]] inline std::string extras_text(const std::map<std::string, std::string>& extras) {
  return nlohmann::json(extras).dump();
}

[[nodiscard]] inline std::map<std::string, std::string> extras_from(const std::string& text) {
  return nlohmann::json::parse(text).get<std::map<std::string, std::string>>();
}

}  // namespace robin::adapters
