#include "flow/json_reader.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace robin::flow {
namespace {

using nlohmann::json;

constexpr std::uint64_t exact_in_json_max = std::uint64_t{1} << 53U;
constexpr std::size_t decimal_length_max = 64;
constexpr std::size_t factorization_length_max = 65'536;

/// -?digits[.digits]: what Interval prints.
bool is_plain_decimal(std::string_view text) {
  if (text.starts_with('-')) {
    text.remove_prefix(1);
  }
  const std::size_t point = text.find('.');
  const auto digits = [](std::string_view part) {
    return !part.empty() && std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  return text.size() <= decimal_length_max && digits(text.substr(0, point)) &&
         (point == std::string_view::npos || digits(text.substr(point + 1)));
}

/// The characters a canonical factorisation may have; its numbers are not proven prime again here.
bool looks_like_a_factorization(std::string_view text) {
  return !text.empty() && text.size() <= factorization_length_max &&
         text.find_first_not_of("0123456789^*.") == std::string_view::npos;
}

}  // namespace

JsonReader::JsonReader(std::string_view body, int version) : JsonReader(json::parse(body, nullptr, false), version) {}

JsonReader::JsonReader(json message, int version) : object_(std::move(message)) {
  if (object_.is_discarded()) {
    reason_ = "the message is not JSON";
  } else if (!object_.is_object()) {
    reason_ = "the message is not a JSON object";
  } else if (const auto v = object_.find("v"); v == object_.end() || !v->is_number_integer() || *v != version) {
    reason_ = "field v: only version " + std::to_string(version) + " is understood";
  }
}

bool JsonReader::flag(const char* field) {
  const auto found = object_.find(field);
  if (!reason_.empty() || found == object_.end()) {
    return false;
  }
  if (!found->is_boolean()) {
    fail(field, "must be true or false");
    return false;
  }
  return found->get<bool>();
}

std::vector<json> JsonReader::messages(const char* field, std::size_t length_max) {
  const json* value = find(field);
  if (value == nullptr) {
    return {};
  }
  if (!value->is_array() || value->empty() || value->size() > length_max) {
    fail(field, "must be a list of 1 to " + std::to_string(length_max) + " messages");
    return {};
  }
  return std::move(object_[field].get_ref<json::array_t&>());
}

void JsonReader::fail(const char* field, const std::string& why) {
  if (reason_.empty()) {
    reason_ = "field " + std::string(field) + ": " + why;
  }
}

const json* JsonReader::find(const char* field) {
  if (!reason_.empty()) {
    return nullptr;
  }
  const auto found = object_.find(field);
  if (found == object_.end()) {
    fail(field, "is missing");
    return nullptr;
  }
  return &*found;
}

std::string JsonReader::text(const char* field, std::size_t length_max) {
  const json* value = find(field);
  if (value == nullptr) {
    return {};
  }
  if (!value->is_string() || value->get_ref<const std::string&>().size() > length_max) {
    fail(field, "must be a string of at most " + std::to_string(length_max) + " bytes");
    return {};
  }
  // Databases cannot store it, and no honest text has one.
  if (value->get_ref<const std::string&>().find('\0') != std::string::npos) {
    fail(field, "must not contain NUL");
    return {};
  }
  return value->get<std::string>();
}

std::uint64_t JsonReader::number(const char* field, std::uint64_t min, std::uint64_t max) {
  const json* value = find(field);
  if (value == nullptr) {
    return min;
  }
  if (!value->is_number_unsigned() || value->get<std::uint64_t>() < min || value->get<std::uint64_t>() > max) {
    fail(field, "must be an integer from " + std::to_string(min) + " to " + std::to_string(max));
    return min;
  }
  return value->get<std::uint64_t>();
}

double JsonReader::seconds(const char* field) {
  const json* value = find(field);
  if (value == nullptr) {
    return 0;
  }
  if (!value->is_number() || !std::isfinite(value->get<double>()) || value->get<double>() < 0) {
    fail(field, "must be a number of seconds");
    return 0;
  }
  return value->get<double>();
}

math::uint128 JsonReader::wide_number(const char* field) {
  const json* value = find(field);
  if (value == nullptr) {
    return 0;
  }
  if (value->is_number_unsigned() && value->get<std::uint64_t>() <= exact_in_json_max) {
    return value->get<std::uint64_t>();
  }
  if (value->is_string() && value->get_ref<const std::string&>().size() <= decimal_length_max) {
    const auto integer = math::Integer::from_decimal(value->get_ref<const std::string&>());
    const auto wide = integer ? integer->to_uint128() : std::nullopt;
    if (wide) {
      return *wide;
    }
  }
  fail(field, "must be an integer, beyond 2^53 as a decimal string");
  return 0;
}

std::optional<search::Witness> JsonReader::triple(const char* field, const json& value) {
  const auto is_text = [](const json& item) { return item.is_string(); };
  if (!value.is_array() || value.size() != 3 || !std::all_of(value.begin(), value.end(), is_text)) {
    fail(field, "must hold triples [factorization, ratio_lo, ratio_hi] of strings");
    return std::nullopt;
  }
  search::Witness witness{value[0].get<std::string>(), value[1].get<std::string>(), value[2].get<std::string>()};
  if (!looks_like_a_factorization(witness.factorization) || !is_plain_decimal(witness.ratio_lo) ||
      !is_plain_decimal(witness.ratio_hi) || search::compare_decimals(witness.ratio_lo, witness.ratio_hi) > 0) {
    fail(field, "holds what is no factorisation with an enclosure");
    return std::nullopt;
  }
  return witness;
}

std::vector<search::Witness> JsonReader::witnesses(const char* field) {
  std::vector<search::Witness> list;
  const json* value = find(field);
  if (value == nullptr) {
    return list;
  }
  if (!value->is_array()) {
    fail(field, "must be a list");
    return list;
  }
  list.reserve(value->size());
  for (const auto& item : *value) {
    auto witness = triple(field, item);
    if (!witness) {
      return {};
    }
    list.push_back(*std::move(witness));
  }
  return list;
}

std::optional<search::Witness> JsonReader::witness_or_null(const char* field) {
  const json* value = find(field);
  return value == nullptr || value->is_null() ? std::nullopt : triple(field, *value);
}

std::vector<std::string> JsonReader::list(const char* field, std::size_t length_max) {
  const json* value = find(field);
  const auto is_short_text = [length_max](const json& item) {
    return item.is_string() && item.get_ref<const std::string&>().size() <= length_max;
  };
  if (value == nullptr) {
    return {};
  }
  if (!value->is_array() || !std::all_of(value->begin(), value->end(), is_short_text)) {
    fail(field, "must be a list of strings of at most " + std::to_string(length_max) + " bytes");
    return {};
  }
  return value->get<std::vector<std::string>>();
}

std::map<std::string, std::string> JsonReader::texts(const char* field) {
  std::map<std::string, std::string> all;
  const json* value = find(field);
  if (value == nullptr) {
    return all;
  }
  const auto is_text = [](const json& item) { return item.is_string(); };
  if (!value->is_object() || !std::all_of(value->begin(), value->end(), is_text)) {
    fail(field, "must be an object of strings");
    return all;
  }
  for (const auto& [key, item] : value->items()) {
    all.emplace(key, item.get<std::string>());
  }
  return all;
}

json wide_number(math::uint128 value) {
  if (value <= exact_in_json_max) {
    return static_cast<std::uint64_t>(value);
  }
  return math::Integer::from_uint128(value).to_decimal();
}

}  // namespace robin::flow
