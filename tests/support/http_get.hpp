#pragma once

// http_get: one GET on loopback, for tests.

#include <string>

namespace robin::testing_support {

struct HttpAnswer {
  /// 0: nobody answered.
  long status;
  std::string body;
};

/// Waits ten seconds at most.
[[nodiscard]] HttpAnswer http_get(const std::string& url);

}  // namespace robin::testing_support
