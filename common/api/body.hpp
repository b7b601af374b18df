#pragma once

// Body: the body of a POST, one JSON object, read at the door: each field has a type and a bound, most have a default,
// and one that nobody asked for is an error. Throws BadRequest. Used by one thread.

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace robin::api {

class Body {
 public:
  /// Reads the body; an empty text is an empty object.
  explicit Body(const std::string& text);

  /// The string under `field`, or `fallback` if there is none; with nullptr as `fallback` the field is required.
  [[nodiscard]] std::string text(const std::string& field, std::size_t length_max, const char* fallback = nullptr);
  /// The list of strings or whole numbers under `field`, as texts; empty if there is none.
  [[nodiscard]] std::vector<std::string> list(const std::string& field, std::size_t items_max, std::size_t length_max);
  /// The object of strings under `field`; empty if there is none.
  [[nodiscard]] std::map<std::string, std::string> texts(const std::string& field, std::size_t items_max,
                                                         std::size_t length_max);
  /// The whole number from `min` to `max` under `field`; nullopt if there is none.
  [[nodiscard]] std::optional<std::uint64_t> number(const std::string& field, std::uint64_t min, std::uint64_t max);
  /// true or false under `field`; nullopt if there is neither.
  [[nodiscard]] std::optional<bool> flag(const std::string& field);
  void expect_no_others() const;

 private:
  const nlohmann::json* find(const std::string& field);

  nlohmann::json object_;
  std::set<std::string> read_;
};

}  // namespace robin::api
