#include "runtime/status_line.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace robin::runtime {
namespace {

constexpr std::string_view erase = "\r\x1b[K";

}  // namespace

StatusLine::StatusLine() {
  const char* terminal = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe): nothing here sets the environment
  is_terminal_ = isatty(STDERR_FILENO) == 1 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

void StatusLine::put(std::string_view text) {
  // Whoever reads stderr may have gone; that is no reason to stop a search.
  static_cast<void>(std::fwrite(text.data(), 1, text.size(), stderr));
}

void StatusLine::write_above(std::string_view line) {
  const std::scoped_lock lock(mutex_);
  std::string out;
  if (!shown_.empty()) {
    out += erase;
  }
  out.append(line).append("\n").append(shown_);
  put(out);
  std::fflush(stderr);
}

void StatusLine::show(std::string text) {
  const std::scoped_lock lock(mutex_);
  if (!is_terminal_ || text == shown_) {
    return;
  }
  shown_ = std::move(text);
  put(std::string(erase) + shown_);
  std::fflush(stderr);
}

StatusLine& status_line() {
  static StatusLine line;
  return line;
}

}  // namespace robin::runtime
