#pragma once

// BadRequest: what is wrong with a request, and with which part of it.

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

}  // namespace robin::api
