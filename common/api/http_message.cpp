#include "api/http_message.hpp"

#include "api/json.hpp"
#include "api/model.hpp"

namespace robin::api {
namespace {

const char* title_of(int status) {
  switch (status) {
    case 400:
      return "The request cannot be understood";
    case 401:
      return "A token is needed";
    case 403:
      return "Not permitted";
    case 404:
      return "Not found";
    case 405:
      return "Method not allowed";
    case 409:
      return "In conflict with the present state";
    case 421:
      return "Not a name of this gateway";
    case 413:
      return "The request is too large";
    case 429:
      return "Too many requests";
    case 503:
      return "Not available now";
    default:
      return "Something failed";
  }
}

}  // namespace

Response problem(int status, const std::string& detail, const std::string& field) {
  Problem problem{.title = title_of(status), .status = status, .detail = detail, .field = {}};
  if (!field.empty()) {
    problem.field = field;
  }
  return {status, json_of(problem)};
}

}  // namespace robin::api
