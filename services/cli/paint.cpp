#include "cli/paint.hpp"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace robin::cli {
namespace {

bool is_set(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing sets it here
  return value != nullptr && *value != '\0';
}

bool wanted() {
  const char* const terminal = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe): nothing sets it here
  return isatty(STDOUT_FILENO) == 1 && terminal != nullptr && std::string_view(terminal) != "dumb" &&
         !is_set("NO_COLOR");
}

bool& is_on() {
  static bool on = wanted();
  return on;
}

const char* code(Paint paint) {
  switch (paint) {
    case Paint::Good:
      return "\x1b[32m";
    case Paint::Attention:
      return "\x1b[33m";
    case Paint::Bad:
      return "\x1b[1;31m";
    case Paint::Strong:
      break;
  }
  return "\x1b[1m";
}

}  // namespace

void forbid_paint() { is_on() = false; }

std::string painted(Paint paint, const std::string& text) {
  return is_on() && !text.empty() ? code(paint) + text + "\x1b[0m" : text;
}

}  // namespace robin::cli
