#include "support/json_schema.hpp"

#include <algorithm>

namespace robin::testing_support {
namespace {

using nlohmann::json;

bool is_of(const std::string& type, const json& value) {
  return type == "object"    ? value.is_object()
         : type == "array"   ? value.is_array()
         : type == "string"  ? value.is_string()
         : type == "integer" ? value.is_number_integer()
         : type == "number"  ? value.is_number()
         : type == "boolean" ? value.is_boolean()
                             : type == "null" && value.is_null();
}

}  // namespace

std::vector<std::string> JsonSchema::objections(const json& schema, const json& value, const std::string& where) const {
  if (const auto reference = schema.find("$ref"); reference != schema.end()) {
    const auto pointer = reference->get<std::string>().substr(1);
    return objections(description_.at(json::json_pointer(pointer)), value, where);
  }
  if (const auto choices = schema.find("anyOf"); choices != schema.end()) {
    const bool fits = std::any_of(choices->begin(), choices->end(),
                                  [&](const json& choice) { return objections(choice, value, where).empty(); });
    return fits ? std::vector<std::string>() : std::vector{where + " fits no choice: " + value.dump()};
  }
  const json types = schema.at("type").is_array() ? schema.at("type") : json::array({schema.at("type")});
  if (std::none_of(types.begin(), types.end(), [&](const json& type) { return is_of(type, value); })) {
    return {where + " is not of type " + types.dump() + ": " + value.dump()};
  }
  if (const auto words = schema.find("enum");
      words != schema.end() && std::find(words->begin(), words->end(), value) == words->end()) {
    return {where + " is none of " + words->dump() + ": " + value.dump()};
  }
  std::vector<std::string> all;
  const auto add = [&all](std::vector<std::string> more) { all.insert(all.end(), more.begin(), more.end()); };
  if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      add(objections(schema.at("items"), value[i], where + "[" + std::to_string(i) + "]"));
    }
  }
  if (value.is_object()) {
    const json properties = schema.value("properties", json::object());
    for (const json& key : schema.value("required", json::array())) {
      if (!value.contains(key.get<std::string>())) {
        all.push_back(where + " lacks " + key.get<std::string>());
      }
    }
    for (const auto& [key, item] : value.items()) {
      if (properties.contains(key)) {
        add(objections(properties.at(key), item, where + "." + key));
      } else if (schema.contains("additionalProperties")) {
        add(objections(schema.at("additionalProperties"), item, where + "." + key));
      } else {
        all.push_back(where + " has a key that is not described: " + key);
      }
    }
  }
  return all;
}

const json* JsonSchema::answer_of(const std::string& path, const std::string& method) const {
  const auto operations = description_.at("paths").find(path);
  if (operations == description_.at("paths").end() || !operations->contains(method)) {
    return nullptr;
  }
  return &operations->at(method)
              .at("responses")
              .at(method == "get" ? "200" : "202")
              .at("content")
              .at("application/json")
              .at("schema");
}

}  // namespace robin::testing_support
