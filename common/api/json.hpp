#pragma once

// JSON of described structs, out and in: json_of() writes every field in order; value_from() wants each of them, of the
// type it is described with, and ignores keys that a newer program may have added. Any thread may call.

#include <concepts>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "api/described.hpp"
#include "core/wide_integer.hpp"
#include "core/words.hpp"
#include "runtime/plain_text.hpp"

namespace robin::api {

using Json = nlohmann::ordered_json;

/// JSON that is not what was described: which field, and what it should be.
class Unreadable : public std::runtime_error {
 public:
  Unreadable(const std::string& where, const std::string& why) : std::runtime_error(where + " " + why) {}
};

template <class Value>
inline constexpr bool is_optional = false;
template <class Value>
inline constexpr bool is_optional<std::optional<Value>> = true;
template <class Value>
inline constexpr bool is_omittable = false;
template <class Value>
inline constexpr bool is_omittable<Omittable<Value>> = true;
template <class Value>
inline constexpr bool is_list = false;
template <class Value>
inline constexpr bool is_list<std::vector<Value>> = !std::is_same_v<std::vector<Value>, OrderedTexts>;
template <class Value>
concept Texts = std::is_same_v<Value, OrderedTexts> || std::is_same_v<Value, std::map<std::string, std::string>>;
template <class Value>
concept WholeNumber = std::integral<Value> && !std::is_same_v<Value, bool> && !std::is_same_v<Value, core::uint128>;

template <class Value>
[[nodiscard]] Json json_of(const Value& value) {
  if constexpr (is_optional<Value>) {
    return value ? json_of(*value) : Json();
  } else if constexpr (Described<Value>) {
    Json object = Json::object();
    for_each_field<Value>([&](const auto& field) {
      const auto& member = value.*field.member;
      if constexpr (is_omittable<std::remove_cvref_t<decltype(member)>>) {
        if (member) {
          object[field.key] = json_of(*member);
        }
      } else {
        object[field.key] = json_of(member);
      }
    });
    return object;
  } else if constexpr (is_list<Value>) {
    Json list = Json::array();
    for (const auto& item : value) {
      list.push_back(json_of(item));
    }
    return list;
  } else if constexpr (Texts<Value>) {
    Json object = Json::object();
    for (const auto& [key, text] : value) {
      object[key] = text;
    }
    return object;
  } else if constexpr (std::is_same_v<Value, core::uint128>) {
    return core::wide_to_json<Json>(value);
  } else if constexpr (core::HasWords<Value>) {
    return std::string(text(value));
  } else {
    return value;
  }
}

/// Throws Unreadable; `where` names the value for people.
template <class Value>
[[nodiscard]] Value value_from(const Json& json, const std::string& where) {
  const auto expect = [&where](bool holds, const char* what) {
    if (!holds) {
      throw Unreadable(where, std::string("is not ") + what);
    }
  };
  if constexpr (is_optional<Value>) {
    return json.is_null() ? Value() : Value(value_from<typename Value::value_type>(json, where));
  } else if constexpr (Described<Value>) {
    expect(json.is_object(), "an object");
    Value value;
    for_each_field<Value>([&](const auto& field) {
      using Member = std::remove_cvref_t<decltype(value.*field.member)>;
      const std::string place = where + "." + field.key;
      const auto found = json.find(field.key);
      if constexpr (is_omittable<Member>) {
        if (found != json.end()) {
          value.*field.member = value_from<typename Member::value_type>(*found, place);
        }
      } else {
        if (found == json.end()) {
          throw Unreadable(place, "is missing");
        }
        value.*field.member = value_from<Member>(*found, place);
      }
    });
    return value;
  } else if constexpr (is_list<Value>) {
    expect(json.is_array(), "a list");
    Value list;
    for (const auto& item : json) {
      list.push_back(value_from<typename Value::value_type>(item, where + "[" + std::to_string(list.size()) + "]"));
    }
    return list;
  } else if constexpr (Texts<Value>) {
    expect(json.is_object(), "an object of strings");
    Value texts;
    for (const auto& [key, item] : json.items()) {
      texts.insert(texts.end(), {key, value_from<std::string>(item, where + "." + key)});
    }
    return texts;
  } else if constexpr (std::is_same_v<Value, core::uint128>) {
    const auto wide = core::wide_from_json(json);
    expect(wide.has_value(), "a whole number, beyond 2^53 as a string");
    return *wide;
  } else if constexpr (core::HasWords<Value>) {
    const auto value = core::from_word<Value>(value_from<std::string>(json, where));
    if (!value) {
      throw Unreadable(where, "is none of " + runtime::joined(core::all_words<Value>(), ", "));
    }
    return *value;
  } else if constexpr (std::is_same_v<Value, bool>) {
    expect(json.is_boolean(), "true or false");
    return json.get<bool>();
  } else if constexpr (std::is_same_v<Value, std::string>) {
    expect(json.is_string(), "a string");
    return json.get<std::string>();
  } else if constexpr (WholeNumber<Value>) {
    // Those that a signed type cannot hold are unsigned here, and the other way round.
    const bool fits = json.is_number_unsigned()
                          ? json.get<std::uint64_t>() <= static_cast<std::uint64_t>(std::numeric_limits<Value>::max())
                          : json.is_number_integer() && std::is_signed_v<Value>;
    expect(fits, "a whole number that is kept exactly");
    return json.get<Value>();
  } else {
    static_assert(std::is_same_v<Value, double>);
    expect(json.is_number(), "a number");
    return json.get<double>();
  }
}

}  // namespace robin::api
