#pragma once

// Progress: percent, rate and time left on stderr: a line that is redrawn on a terminal, else a plain line every 30 s.
// Used by one thread.

#include <chrono>
#include <optional>
#include <string>

#include "cli/search_flags.hpp"
#include "flow/loops/follow.hpp"

namespace robin::cli {

/// Seconds as a clock shows them: 75 as "1:15", 3675 as "1:01:15".
[[nodiscard]] std::string clock_text(double seconds);

class Progress {
 public:
  Progress(const SearchRequest& request, bool off) : request_(request), off_(off) {}

  /// Shows how far the search is. The line of a search that makes a certificate ends with what is certified so far.
  void show(const flow::FollowProgress& now);
  /// Removes the line.
  void end();

 private:
  using Time = std::chrono::steady_clock::time_point;

  const SearchRequest& request_;
  bool off_;
  Time begin_ = std::chrono::steady_clock::now();
  Time next_plain_ = begin_ + std::chrono::seconds(30);
  /// The frontier when this process began: what was saved before says nothing about this process's speed.
  std::optional<search::Position> first_frontier_;
};

}  // namespace robin::cli
