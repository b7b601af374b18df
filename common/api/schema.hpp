#pragma once

// Schemas (JSON Schema 2020-12, as OpenAPI 3.1 has them) of described structs: answers, the bodies of orders, and the
// parameters of queries. Any thread may call.

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "api/json.hpp"
#include "flow/ports/ids.hpp"

namespace robin::api {

/// The schema of values that fit `schema`, and of null.
[[nodiscard]] inline Json nullable(Json schema) {
  if (schema.contains("$ref")) {
    return {{"anyOf", {std::move(schema), {{"type", "null"}}}}};
  }
  Json types = schema["type"].is_array() ? schema["type"] : Json::array({schema["type"]});
  types.push_back("null");
  schema["type"] = types;
  if (schema.contains("enum")) {
    schema["enum"].push_back(nullptr);
  }
  return schema;
}

/// The schema of an answer. Named structs are added to `schemas` and referred to.
template <class Value>
[[nodiscard]] Json schema_of(Json& schemas) {
  if constexpr (is_optional<Value>) {
    return nullable(schema_of<typename Value::value_type>(schemas));
  } else if constexpr (is_omittable<Value>) {
    return schema_of<typename Value::value_type>(schemas);
  } else if constexpr (Described<Value>) {
    if constexpr (Named<Value>) {
      const Json reference = {{"$ref", std::string("#/components/schemas/") + Value::name}};
      if (schemas.contains(Value::name)) {
        return reference;
      }
      schemas[Value::name] = Json();
    }
    Json required = Json::array();
    Json properties = Json::object();
    for_each_field<Value>([&](const auto& field) {
      using Member = std::remove_cvref_t<decltype(Value().*field.member)>;
      Json schema = schema_of<Member>(schemas);
      schema["description"] = field.meaning;
      properties[field.key] = std::move(schema);
      if (!is_omittable<Member>) {
        required.push_back(field.key);
      }
    });
    Json whole = {{"type", "object"}, {"required", std::move(required)}, {"properties", std::move(properties)}};
    if constexpr (Named<Value>) {
      schemas[Value::name] = std::move(whole);
      return {{"$ref", std::string("#/components/schemas/") + Value::name}};
    } else {
      return whole;
    }
  } else if constexpr (is_list<Value>) {
    return {{"type", "array"}, {"items", schema_of<typename Value::value_type>(schemas)}};
  } else if constexpr (Texts<Value>) {
    return {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}};
  } else if constexpr (std::is_same_v<Value, core::uint128>) {
    return {{"type", {"integer", "string"}}};
  } else if constexpr (core::HasWords<Value>) {
    return {{"type", "string"}, {"enum", core::all_words<Value>()}};
  } else if constexpr (std::is_same_v<Value, bool>) {
    return {{"type", "boolean"}};
  } else if constexpr (std::is_same_v<Value, std::string>) {
    return {{"type", "string"}};
  } else if constexpr (WholeNumber<Value>) {
    return {{"type", "integer"}};
  } else {
    static_assert(std::is_same_v<Value, double>);
    return {{"type", "number"}};
  }
}

/// The schema of one member of a query or an order, with its limits and default.
template <class Value>
[[nodiscard]] Json input_schema(const Value& by_default, const Limits& limits) {
  Json schema;
  if constexpr (is_optional<Value> || is_omittable<Value>) {
    Json inside = input_schema(typename Value::value_type{}, limits);
    if constexpr (is_omittable<Value>) {
      inside.erase("default");
    }
    return inside;
  } else if constexpr (std::is_same_v<Value, bool>) {
    return {{"type", "boolean"}};
  } else if constexpr (std::is_same_v<Value, flow::SearchId>) {
    return {{"type", "integer"}, {"minimum", 1}};
  } else if constexpr (WholeNumber<Value>) {
    schema = {{"type", "integer"}, {"minimum", limits.min}, {"maximum", limits.max}};
    if (!limits.is_required) {
      schema["default"] = by_default;
    }
  } else if constexpr (std::is_same_v<Value, std::vector<flow::BlockState>>) {
    return {{"type", "array"}, {"items", {{"type", "string"}, {"enum", block_state_words()}}}};
  } else if constexpr (is_list<Value>) {
    Json items;
    if (limits.words != nullptr) {
      items["type"] = "string";
      items["enum"] = limits.words();
    } else {
      items["type"] = Json::array({"integer", "string"});
    }
    return {{"type", "array"}, {"maxItems", limits.items_max}, {"items", std::move(items)}};
  } else if constexpr (Texts<Value>) {
    return {{"type", "object"},
            {"maxProperties", limits.items_max},
            {"additionalProperties", {{"type", "string"}, {"maxLength", limits.max}}}};
  } else if constexpr (core::HasWords<Value>) {
    schema = {{"type", "string"}, {"enum", core::all_words<Value>()}};
    if (!limits.is_required) {
      schema["default"] = std::string(text(by_default));
    }
  } else {
    static_assert(std::is_same_v<Value, std::string>);
    schema = {{"type", "string"}};
    if (limits.words != nullptr) {
      schema["enum"] = limits.words();
    } else {
      schema["maxLength"] = limits.max;
    }
    if (!by_default.empty()) {
      schema["default"] = by_default;
    }
  }
  return schema;
}

/// The parameters of a GET, without the {id} of its path.
template <Described Query>
[[nodiscard]] Json parameters_of() {
  Json all = Json::array();
  const Query by_default;
  for_each_field<Query>([&](const auto& field) {
    Json parameter = {{"name", field.key},
                      {"in", "query"},
                      {"required", false},
                      {"description", field.meaning},
                      {"schema", input_schema(by_default.*field.member, field.limits)}};
    if (parameter["schema"]["type"] == "array") {
      // state=failed,quarantined
      parameter["style"] = "form";
      parameter["explode"] = false;
    }
    all.push_back(std::move(parameter));
  });
  return all;
}

/// The schema of the body of an order.
template <Named Order>
[[nodiscard]] Json body_of(Json& schemas) {
  Json required = Json::array();
  Json properties = Json::object();
  const Order by_default;
  for_each_field<Order>([&](const auto& field) {
    Json schema = input_schema(by_default.*field.member, field.limits);
    schema["description"] = field.meaning;
    properties[field.key] = std::move(schema);
    if (field.limits.is_required) {
      required.push_back(field.key);
    }
  });
  schemas[Order::name] = {{"type", "object"}};
  if (!required.empty()) {
    schemas[Order::name]["required"] = std::move(required);
  }
  schemas[Order::name]["additionalProperties"] = false;
  schemas[Order::name]["properties"] = std::move(properties);
  return {{"required", true},
          {"content",
           {{"application/json", {{"schema", {{"$ref", std::string("#/components/schemas/") + Order::name}}}}}}}};
}

}  // namespace robin::api
