#include "api/body.hpp"

#include "api/bad_request.hpp"

namespace robin::api {

Body::Body(const std::string& text)
    : object_(text.empty() ? nlohmann::json::object() : nlohmann::json::parse(text, nullptr, false)) {
  if (!object_.is_object()) {
    throw BadRequest("body", "must be one JSON object");
  }
}

const nlohmann::json* Body::find(const std::string& field) {
  read_.insert(field);
  const auto found = object_.find(field);
  return found == object_.end() ? nullptr : &*found;
}

std::string Body::text(const std::string& field, std::size_t length_max, const char* fallback) {
  const auto* value = find(field);
  if (value == nullptr && fallback != nullptr) {
    return fallback;
  }
  if (value == nullptr || !value->is_string()) {
    throw BadRequest(field, "must be a string");
  }
  const auto& text = value->get_ref<const std::string&>();
  if (text.size() > length_max || text.find('\0') != std::string::npos) {
    throw BadRequest(field, "must not be longer than " + std::to_string(length_max) + " bytes, nor hold a zero byte");
  }
  return text;
}

std::vector<std::string> Body::list(const std::string& field, std::size_t items_max, std::size_t length_max) {
  const auto* value = find(field);
  if (value == nullptr) {
    return {};
  }
  if (!value->is_array() || value->size() > items_max) {
    throw BadRequest(field, "must be a list of at most " + std::to_string(items_max));
  }
  std::vector<std::string> all;
  for (const auto& item : *value) {
    if (!item.is_string() && !item.is_number_unsigned()) {
      throw BadRequest(field, "must hold strings or whole numbers");
    }
    all.push_back(item.is_string() ? item.get<std::string>() : std::to_string(item.get<std::uint64_t>()));
    if (all.back().size() > length_max) {
      throw BadRequest(field, "must hold nothing longer than " + std::to_string(length_max) + " bytes");
    }
  }
  return all;
}

std::map<std::string, std::string> Body::texts(const std::string& field, std::size_t items_max,
                                               std::size_t length_max) {
  const auto* value = find(field);
  if (value == nullptr) {
    return {};
  }
  if (!value->is_object() || value->size() > items_max) {
    throw BadRequest(field, "must be an object of at most " + std::to_string(items_max) + " strings");
  }
  std::map<std::string, std::string> all;
  for (const auto& [key, item] : value->items()) {
    if (!item.is_string() || item.get_ref<const std::string&>().size() > length_max) {
      throw BadRequest(field, "must hold strings of at most " + std::to_string(length_max) + " bytes");
    }
    all.emplace(key, item.get<std::string>());
  }
  return all;
}

std::optional<std::uint64_t> Body::number(const std::string& field, std::uint64_t min, std::uint64_t max) {
  const auto* value = find(field);
  if (value == nullptr) {
    return std::nullopt;
  }
  if (!value->is_number_unsigned() || value->get<std::uint64_t>() < min || value->get<std::uint64_t>() > max) {
    throw BadRequest(field, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
  }
  return value->get<std::uint64_t>();
}

std::optional<bool> Body::flag(const std::string& field) {
  const auto* value = find(field);
  if (value == nullptr) {
    return std::nullopt;
  }
  if (!value->is_boolean()) {
    throw BadRequest(field, "must be true or false");
  }
  return value->get<bool>();
}

void Body::expect_no_others() const {
  for (const auto& [key, value] : object_.items()) {
    if (!read_.contains(key)) {
      throw BadRequest(key.substr(0, 40), "is no field of this order" + instead_of(read_));
    }
  }
}

}  // namespace robin::api
