#include "api/api.hpp"

#include <optional>

#include "api/bad_request.hpp"
#include "api/parameters.hpp"
#include "api/routes.hpp"

namespace robin::api {
namespace {

/// What stands in `path` where the route has {id}; empty text: it has none. nullopt: the path is another one.
std::optional<std::string> matched(const Route& route, std::string_view path) {
  if (!route.has_id()) {
    return route.path == path ? std::optional(std::string()) : std::nullopt;
  }
  const std::size_t begin = route.path.find('{');
  const auto behind = route.path.substr(route.path.find('}') + 1);
  if (!path.starts_with(route.path.substr(0, begin))) {
    return std::nullopt;
  }
  path.remove_prefix(begin);
  const auto id = path.substr(0, path.find('/'));
  return !id.empty() && path.substr(id.size()) == behind ? std::optional(std::string(id)) : std::nullopt;
}

}  // namespace

Response Api::answer(const Request& request) const {
  if (!request.path.starts_with(std::string(path_prefix) + "/")) {
    return problem(404, "the API is below " + std::string(path_prefix) + "/");
  }
  const bool is_order = request.method == "POST";
  if (!is_order && request.method != "GET") {
    return problem(405, "only GET and POST are known");
  }
  const auto path = std::string_view(request.path).substr(path_prefix.size());
  std::string_view known;
  for (const Route& route : routes()) {
    // Where a path with words is known, one with {id} in their place is another.
    const auto id = known.empty() || known == route.path ? matched(route, path) : std::nullopt;
    if (!id) {
      continue;
    }
    known = route.path;
    if (route.is_order == is_order) {
      const Documents documents(store_, cluster_, strategies_, surroundings_);
      return {is_order ? 202 : 200, route.answer(documents, route.has_id() ? id_from(*id) : 0, request)};
    }
  }
  return known.empty() ? problem(404, "there is no " + request.path.substr(0, text_bytes_max) +
                                          " (GET openapi.json lists all paths)")
                       : problem(405, is_order ? "this can only be read: by GET" : "this is an order: by POST");
}

Response Api::handle(const Request& request) const {
  try {
    return answer(request);
  } catch (const BadRequest& bad) {
    return problem(400, bad.field() + " " + bad.what(), bad.field());
  } catch (const Refused& refused) {
    Response response = problem(refused.status, refused.detail);
    response.retry_after = refused.retry_after;
    return response;
  }
}

}  // namespace robin::api
