#pragma once

// SpacedLooks: counts looks in a row that found the same. A look counts only if it is made more than five seconds after
// the last one that counted: the broker samples its numbers every five seconds, so two looks that are closer may have
// seen the same sample. Used by one thread.

#include <chrono>

namespace robin::flow {

class SpacedLooks {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::milliseconds apart{5'000};

  /// Looks count that are further apart than `least`.
  explicit SpacedLooks(std::chrono::milliseconds least = apart) : least_(least) {}

  /// Adds a look; returns how many count by now.
  int add(Time now) {
    if (count_ == 0) {
      first_ = now;
    }
    if (count_ == 0 || now - last_ > least_) {
      last_ = now;
      ++count_;
    }
    return count_;
  }
  void begin_anew() { count_ = 0; }

  /// When the first look that counts was made.
  [[nodiscard]] Time first() const { return first_; }

 private:
  std::chrono::milliseconds least_;
  int count_ = 0;
  Time first_{};
  Time last_{};
};

}  // namespace robin::flow
