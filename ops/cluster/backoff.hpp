#pragma once

// Backoff: how long a process that ended waits until it is started again: longer each time it ends soon after its
// start, and from the beginning again once it lived for a while. Pure; the supervisor asks.

#include <algorithm>
#include <chrono>

namespace robin::cluster {

struct BackoffRule {
  std::chrono::milliseconds first{1000};
  std::chrono::milliseconds greatest{30'000};
  /// Whoever lived so long begins with `first` again.
  std::chrono::milliseconds calm{60'000};
};

class Backoff {
 public:
  explicit Backoff(const BackoffRule& rule) : rule_(rule), next_(rule.first) {}

  /// After an end, `lived` after the start.
  [[nodiscard]] std::chrono::milliseconds after(std::chrono::milliseconds lived) {
    const auto wait = lived >= rule_.calm ? rule_.first : next_;
    next_ = std::min(2 * wait, rule_.greatest);
    return wait;
  }

 private:
  BackoffRule rule_;
  std::chrono::milliseconds next_;
};

}  // namespace robin::cluster
