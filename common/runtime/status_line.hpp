#pragma once

// StatusLine: the one line of progress at the bottom of a terminal, and the lines that scroll by above it, so that log
// and progress never write into each other. There is one stderr, hence one object. Any thread may use it.

#include <mutex>
#include <string>
#include <string_view>

namespace robin::runtime {

class StatusLine {
 public:
  StatusLine();

  /// Whether stderr is a terminal that can redraw a line (TERM=dumb cannot).
  [[nodiscard]] bool is_terminal() const { return is_terminal_; }

  /// Writes a whole line to stderr, above the progress.
  void write_above(std::string_view line);
  /// Draws `text` as the line of progress; on anything but a terminal nothing is drawn.
  void show(std::string text);
  /// Removes the line of progress.
  void clear() { show({}); }

 private:
  void put(std::string_view text);

  std::mutex mutex_;
  bool is_terminal_;
  std::string shown_;
};

/// The status line of this process.
[[nodiscard]] StatusLine& status_line();

}  // namespace robin::runtime
