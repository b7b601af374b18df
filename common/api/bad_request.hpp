#pragma once

// BadRequest: what is wrong with a request, and with which part of it.

#include <set>
#include <stdexcept>
#include <string>
#include <utility>

namespace robin::api {

class BadRequest : public std::runtime_error {
 public:
  BadRequest(std::string field, const std::string& why) : std::runtime_error(why), field_(std::move(field)) {}
  [[nodiscard]] const std::string& field() const { return field_; }

 private:
  std::string field_;
};

/// Behind a name that is none of these: " (it has NAME, NAME)".
[[nodiscard]] inline std::string instead_of(const std::set<std::string>& names) {
  std::string words;
  for (const std::string& name : names) {
    words.append(words.empty() ? "" : ", ").append(name);
  }
  return " (it has " + (words.empty() ? "none" : words) + ")";
}

}  // namespace robin::api
