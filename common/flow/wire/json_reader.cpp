#include "flow/wire/json_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "math/factorization.hpp"
#include "runtime/plain_text.hpp"

namespace robin::flow {
namespace {

using nlohmann::json;

/// -?digits[.digits]: what Interval prints.
bool is_plain_decimal(std::string_view text) {
  if (text.starts_with('-')) {
    text.remove_prefix(1);
  }
  const std::size_t point = text.find('.');
  const auto digits = [](std::string_view part) {
    return !part.empty() && std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  return text.size() <= bounds::decimal_bytes && digits(text.substr(0, point)) &&
         (point == std::string_view::npos || digits(text.substr(point + 1)));
}

/// One that may be read; its numbers are not proven prime here.
std::optional<math::ReadingCost> cost_of_factorization(std::string_view text) {
  const auto cost = text.size() <= bounds::factorization_bytes ? math::reading_cost(text) : std::nullopt;
  return cost && cost->factors <= bounds::factors && cost->prime_digits <= bounds::prime_digits ? cost : std::nullopt;
}

/// Databases cannot store NUL, terminals obey other control characters, and no honest text has one.
bool is_plain_text(const json& value, std::size_t length_max) {
  const auto* text = value.get_ptr<const std::string*>();
  return text != nullptr && text->size() <= length_max && !runtime::has_control_character(*text);
}

}  // namespace

JsonReader::JsonReader(std::string_view body, int version) : object_(json::parse(body, nullptr, false)) {
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
  if (!is_plain_text(*value, length_max)) {
    fail(field, "must be a string of at most " + std::to_string(length_max) + " bytes without control characters");
    return {};
  }
  return value->get<std::string>();
}

std::string JsonReader::text_or_empty(const char* field, std::size_t length_max) {
  return object_.contains(field) ? text(field, length_max) : std::string();
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
  // What is no number compares as false.
  if (!value->is_number() || !(0 <= value->get<double>() && value->get<double>() <= bounds::seconds)) {
    fail(field, "must be a number of seconds");
    return 0;
  }
  return value->get<double>();
}

core::uint128 JsonReader::wide_number(const char* field) {
  const json* value = find(field);
  if (value == nullptr) {
    return 0;
  }
  // What another program rounded cannot be told from what it meant: numbers beyond 2^53 are no numbers on the wire.
  const auto wide = core::wide_from_json(*value);
  if (wide && (value->is_string() || *wide <= core::exact_in_json_max)) {
    return *wide;
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
  const auto cost = cost_of_factorization(witness.factorization);
  if (!cost || !is_plain_decimal(witness.ratio_lo) || !is_plain_decimal(witness.ratio_hi) ||
      search::compare_decimals(witness.ratio_lo, witness.ratio_hi) > 0) {
    fail(field, "holds what is no factorisation with an enclosure");
    return std::nullopt;
  }
  if (cost->sieved > bounds::sieved_for_a_list) {
    if (cost->sieved > sieving_left_) {
      fail(field, "holds factorisations that take too long to read");
      return std::nullopt;
    }
    sieving_left_ -= cost->sieved;
  }
  return witness;
}

std::vector<search::Witness> JsonReader::witnesses(const char* field, std::size_t count_max) {
  std::vector<search::Witness> list;
  const json* value = find(field);
  if (value == nullptr) {
    return list;
  }
  if (!value->is_array() || value->size() > count_max) {
    fail(field, "must be a list of at most " + std::to_string(count_max));
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

std::vector<std::string> JsonReader::list(const char* field, std::size_t count_max, std::size_t length_max) {
  const json* value = find(field);
  if (value == nullptr) {
    return {};
  }
  const auto is_short = [length_max](const json& item) { return is_plain_text(item, length_max); };
  if (!value->is_array() || value->size() > count_max || !std::all_of(value->begin(), value->end(), is_short)) {
    fail(field, "must be a list of at most " + std::to_string(count_max) + " strings of at most " +
                    std::to_string(length_max) + " bytes without control characters");
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
  if (!value->is_object()) {
    fail(field, "must be an object of strings");
    return all;
  }
  std::size_t bytes_left = bounds::extras_bytes;
  for (const auto& [key, item] : value->items()) {
    if (runtime::has_control_character(key) || !is_plain_text(item, bytes_left) ||
        key.size() > bytes_left - item.get_ref<const std::string&>().size() || all.size() == bounds::extras) {
      fail(field, "must be an object of at most " + std::to_string(bounds::extras) + " strings of " +
                      std::to_string(bounds::extras_bytes) + " bytes together, without control characters");
      return {};
    }
    bytes_left -= key.size() + item.get_ref<const std::string&>().size();
    all.emplace(key, item.get<std::string>());
  }
  return all;
}

json wide_number(core::uint128 value) { return core::wide_to_json<json>(value); }

}  // namespace robin::flow
