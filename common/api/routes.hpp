#pragma once

// Routes: everything that can be asked and ordered, in one table: how it is called, what it takes, what it answers, and
// who answers it. The API is dispatched by it and described by it. Immutable; any thread may call.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/documents.hpp"
#include "api/json.hpp"
#include "api/orders.hpp"

namespace robin::api {

/// Every path of the API begins with it.
inline constexpr std::string_view path_prefix = "/api/v1";

struct Route {
  /// Orders change something, are sent by POST and need the token; everything else is read by GET.
  bool is_order;
  /// The path below the prefix: /searches/{id}/pace. {id} stands for a number.
  std::string_view path;
  const char* summary;
  Json (*answer)(const Documents& documents, std::int64_t id, const Request& request);
  /// How OpenAPI describes what it takes (`parameters` or `requestBody`) and what it answers. Named schemas are added.
  Json (*takes)(Json& schemas);
  Json (*answers)(Json& schemas);

  [[nodiscard]] bool has_id() const { return path.find("{id}") != std::string_view::npos; }
};

[[nodiscard]] const std::vector<Route>& routes();

}  // namespace robin::api
