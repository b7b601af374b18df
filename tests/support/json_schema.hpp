#pragma once

// JsonSchema: says what in a value does not fit a schema of the API's description, one line for each place. It is
// stricter than JSON Schema: a key that is not described is wrong, too, so that the description cannot fall behind.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace robin::testing_support {

class JsonSchema {
 public:
  /// `description` is an OpenAPI document, and outlives this object.
  explicit JsonSchema(const nlohmann::json& description) : description_(description) {}

  [[nodiscard]] std::vector<std::string> objections(const nlohmann::json& schema, const nlohmann::json& value,
                                                    const std::string& where = "reply") const;

  /// The schema of a successful answer; nullptr if there is no such path or method.
  [[nodiscard]] const nlohmann::json* answer_of(const std::string& path, const std::string& method) const;

  /// The schema of an error.
  [[nodiscard]] const nlohmann::json& problem() const {
    return description_.at("components").at("schemas").at("Problem");
  }

 private:
  const nlohmann::json& description_;
};

}  // namespace robin::testing_support
