#pragma once

// or_null: what is not known is null in every answer of the API, and never an empty string or a zero.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace robin::api {

[[nodiscard]] inline nlohmann::ordered_json or_null(const std::string& text) {
  return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(text);
}

template <class Value>
[[nodiscard]] nlohmann::ordered_json or_null(const std::optional<Value>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
}

}  // namespace robin::api
