#pragma once

// A request to the API and its answer, as HTTP has them, without HTTP: the gateway gets them from a socket, the command
// line hands them over in its own process. Plain values.

#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace robin::api {

struct Request {
  /// GET or POST.
  std::string method = "GET";
  /// The path with its prefix: /api/v1/blocks.
  std::string path;
  std::map<std::string, std::string> query = {};
  std::string body = {};
  /// Who gives an order, for the record.
  std::string who = {};
};

struct Response {
  int status = 200;
  nlohmann::ordered_json body = {};
  /// In how many seconds to ask again (of an answer 503); 0: not said.
  int retry_after = 0;

  [[nodiscard]] bool is_good() const { return status >= 200 && status < 300; }
};

/// Thrown to answer with an error.
struct Refused {
  int status;
  std::string detail;
  int retry_after = 0;
};

/// An error as RFC 9457 has it: type, title, status, detail, and which field or parameter is wrong, if one is.
[[nodiscard]] Response problem(int status, const std::string& detail, const std::string& field = {});

}  // namespace robin::api
