#pragma once

// http_get, http_request: one request on loopback, for tests.

#include <map>
#include <string>
#include <vector>

namespace robin::testing_support {

struct HttpAnswer {
  /// 0: nobody answered.
  long status;
  std::string body;
  /// By name in lowercase.
  std::map<std::string, std::string> headers = {};
};

/// Waits ten seconds at most.
[[nodiscard]] HttpAnswer http_get(const std::string& url);
/// `headers` as they are sent: "Name: value".
[[nodiscard]] HttpAnswer http_request(const std::string& method, const std::string& url,
                                      const std::vector<std::string>& headers = {}, const std::string& body = {});

}  // namespace robin::testing_support
