#include "api/openapi.hpp"

#include "api/routes.hpp"
#include "api/schema.hpp"
#include "flow/ports/search_control.hpp"

namespace robin::api {
namespace {

Json responses_of(const Route& route, Json& schemas) {
  Json responses = Json::object();
  const Json content = {{"application/json", {{"schema", route.answers(schemas)}}}};
  if (route.is_order) {
    responses["202"] = {{"description", "ordered"}, {"content", content}};
  } else {
    responses["200"] = {{"description", "as it is now"},
                        {"headers", {{"ETag", {{"schema", {{"type", "string"}}}}}}},
                        {"content", content}};
    responses["304"] = {{"description", "unchanged since If-None-Match"}};
  }
  std::vector<const char*> wrong = {"400"};
  if (route.is_order) {
    wrong.insert(wrong.end(), {"401", "403"});
  }
  if (route.has_id()) {
    wrong.push_back("404");
    if (route.is_order) {
      wrong.push_back("409");
    }
  }
  wrong.insert(wrong.end(), {"429", "503"});
  for (const char* status : wrong) {
    responses[status] = {{"$ref", "#/components/responses/Problem"}};
  }
  return responses;
}

Json operation_of(const Route& route, Json& schemas) {
  Json operation = {{"summary", route.summary}};
  Json taken = route.takes(schemas);
  if (route.is_order) {
    operation["security"] = Json::array({{{"token", Json::array()}}});
    operation["requestBody"] = std::move(taken);
  } else {
    operation["parameters"] = Json::array();
    if (route.has_id()) {
      operation["parameters"].push_back(
          {{"name", "id"}, {"in", "path"}, {"required", true}, {"schema", {{"type", "integer"}, {"minimum", 1}}}});
    }
    operation["parameters"].insert(operation["parameters"].end(), taken.begin(), taken.end());
  }
  operation["responses"] = responses_of(route, schemas);
  return operation;
}

/// A type of TypeScript.
std::string type_of(const Json& schema) {
  if (const auto reference = schema.find("$ref"); reference != schema.end()) {
    const auto& text = reference->get_ref<const std::string&>();
    return text.substr(text.rfind('/') + 1);
  }
  if (const auto choices = schema.find("anyOf"); choices != schema.end()) {
    std::vector<std::string> types;
    for (const auto& choice : *choices) {
      types.push_back(type_of(choice));
    }
    return runtime::joined(types, " | ");
  }
  if (const auto words = schema.find("enum"); words != schema.end()) {
    std::vector<std::string> types;
    for (const auto& word : *words) {
      types.push_back(word.is_null() ? "null" : "'" + word.get<std::string>() + "'");
    }
    return runtime::joined(types, " | ");
  }
  const Json& type = schema.at("type");
  if (type.is_array()) {
    std::vector<std::string> types;
    for (const auto& one : type) {
      types.push_back(type_of({{"type", one}}));
    }
    return runtime::joined(types, " | ");
  }
  if (type == "array") {
    const std::string item = type_of(schema.at("items"));
    return item.find(' ') == std::string::npos ? item + "[]" : "(" + item + ")[]";
  }
  if (type == "object") {
    return "Record<string, string>";
  }
  return type == "integer" ? "number" : type.get<std::string>();
}

std::string interface_of(const std::string& name, const Json& schema) {
  std::string text = "export interface " + name + " {\n";
  for (const auto& [key, property] : schema.at("properties").items()) {
    const auto required = schema.find("required");
    const bool is_there =
        required != schema.end() && std::find(required->begin(), required->end(), key) != required->end();
    text += "  /// " + property.at("description").get<std::string>() + "\n";
    text += "  " + key + (is_there ? ": " : "?: ") + type_of(property) + "\n";
  }
  return text + "}\n\n";
}

template <core::HasWords E>
std::string words_constant(const char* name) {
  return "export const " + std::string(name) + " = ['" + runtime::joined(core::all_words<E>(), "', '") +
         "'] as const\n";
}

}  // namespace

Json openapi() {
  Json schemas = Json::object();
  Json paths = Json::object();
  for (const Route& route : routes()) {
    paths[std::string(route.path)][route.is_order ? "post" : "get"] = operation_of(route, schemas);
  }
  const Json problem = {{"description", "what is wrong"},
                        {"content", {{"application/problem+json", {{"schema", schema_of<Problem>(schemas)}}}}}};
  return {{"openapi", "3.1.0"},
          {"info",
           {{"title", "robin"},
            {"version", "1"},
            {"description",
             "A hunt for counterexamples to the Riemann Hypothesis through Robin's inequality. Reading is open; orders "
             "need a bearer token. Integers beyond 2^53 are strings; times are RFC 3339 in UTC."}}},
          {"servers", {{{"url", path_prefix}}}},
          {"paths", std::move(paths)},
          {"components",
           {{"securitySchemes", {{"token", {{"type", "http"}, {"scheme", "bearer"}}}}},
            {"responses", {{"Problem", problem}}},
            {"schemas", std::move(schemas)}}}};
}

std::string openapi_text() { return openapi().dump(1) + "\n"; }

std::string typescript_text() {
  std::string text =
      "// What the API answers, as openapi.json describes it. Written by `ninja robin_api_description`.\n\n"
      "/// A whole number; beyond 2^53 it comes as a string.\n"
      "export type Wide = number | string\n\n"
      "export interface List<Item> {\n"
      "  items: Item[]\n"
      "  /// The cursor of the next page, as `after`; null at the end. Only of lists that have pages.\n"
      "  next?: Wide | null\n"
      "}\n\n";
  const Json described = openapi();
  for (const auto& [name, schema] : described.at("components").at("schemas").items()) {
    text += interface_of(name, schema);
  }
  text += words_constant<search::Mode>("modes");
  text += words_constant<flow::Finding>("findingKinds");
  text += "export const defaultThreshold = '" + std::string(search::default_threshold(search::Mode::Complete)) + "'\n";
  text += "export const shareMax = " + std::to_string(flow::share_max) + "\n";
  return text;
}

}  // namespace robin::api
