#pragma once

// http_get, http_request: one request on loopback, for tests.

#include <map>
#include <string>
#include <vector>

namespace robin::testing_support {

struct HttpAnswer {
  /// The status of the answer; 0 if nobody answered.
  long status;
  std::string body;
  /// The headers by their names in lowercase.
  std::map<std::string, std::string> headers = {};
};

/// Sends a GET. Waits ten seconds at most.
[[nodiscard]] HttpAnswer http_get(const std::string& url);
/// Sends any request. `headers` are lines "Name: value".
[[nodiscard]] HttpAnswer http_request(const std::string& method, const std::string& url,
                                      const std::vector<std::string>& headers = {}, const std::string& body = {});

}  // namespace robin::testing_support
