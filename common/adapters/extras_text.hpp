#pragma once

// Maps and lists of strings as the ledger keeps them: one JSON object (the extras of a result, the state of a
// certifier), one JSON list. adapters/sql/rows.hpp reads them.

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace robin::adapters {

[[nodiscard]] inline std::string extras_text(const std::map<std::string, std::string>& extras) {
  return nlohmann::json(extras).dump();
}

/// A list of names: one JSON list of strings.
[[nodiscard]] inline std::string names_text(const std::vector<std::string>& names) {
  return nlohmann::json(names).dump();
}

}  // namespace robin::adapters
