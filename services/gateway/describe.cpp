// Writes the description of the API: openapi.json or types.ts on stdout. A tool of the build, not installed.

#include <cstdio>
#include <string_view>

#include "api/openapi.hpp"

int main(int argc, char** argv) {
  const std::string_view wanted = argc == 2 ? argv[1] : "";  // NOLINT: what main() gets
  if (wanted != "openapi" && wanted != "typescript") {
    std::fputs("robin-describe: say openapi or typescript\n", stderr);
    return 2;
  }
  const std::string text = wanted == "openapi" ? robin::api::openapi_text() : robin::api::typescript_text();
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? 0 : 1;
}
