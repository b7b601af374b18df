#pragma once

// known: what the ledger keeps as an empty text, for nobody knows it, is null in every answer of the API.

#include <optional>
#include <string>

namespace robin::api {

[[nodiscard]] inline std::optional<std::string> known(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace robin::api
