#pragma once

// Backoff: how long to wait before something that failed is tried again: each time twice as long, up to a limit, and
// from the beginning after it worked. With full jitter a fleet that failed together does not come back in one wave
// (M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015). Used by one thread at a time.

#include <algorithm>
#include <cstdint>
#include <random>
#include <utility>

#include "core/deadline.hpp"

namespace robin::core {

/// The random part of waits: each object draws its own numbers.
class Jitter {
 public:
  /// Seeded by the machine, or by a test.
  explicit Jitter(std::uint64_t seed = std::random_device{}()) : random_(seed) {}

  /// A random time from half of `span` to one and a half times `span` (5 s to 15 s for 10 s), so that workers with the
  /// same period drift apart.
  [[nodiscard]] Milliseconds around(Milliseconds span) { return between(span / 2, span * 3 / 2); }
  /// A random number from `least` to `greatest`, both included.
  [[nodiscard]] Milliseconds between(Milliseconds least, Milliseconds greatest) {
    return Milliseconds(std::uniform_int_distribution<std::int64_t>(least.count(), greatest.count())(random_));
  }

 private:
  std::mt19937_64 random_;
};

struct BackoffRule {
  /// The first wait; each further one is twice as long ...
  Milliseconds first{1000};
  /// ... up to this.
  Milliseconds greatest{30'000};
  /// What lasted at least this long before it failed begins with `first` again.
  Milliseconds calm{60'000};
  /// Whether a wait is drawn between half of `first` and its length, or has its length.
  bool jitter = true;
};

class Backoff {
 public:
  explicit Backoff(const BackoffRule& rule) : rule_(rule), next_(rule.first) {}

  /// The wait after one more failure.
  [[nodiscard]] Milliseconds next() {
    const auto span = std::exchange(next_, std::min(2 * next_, rule_.greatest));
    return rule_.jitter ? jitter_.between(std::min(rule_.first / 2, span), span) : span;
  }
  /// The wait after a failure of what had worked for `lasted`.
  [[nodiscard]] Milliseconds next_after(std::chrono::steady_clock::duration lasted) {
    if (lasted >= rule_.calm) {
      reset();
    }
    return next();
  }
  /// It works: the next failure waits for `first` again.
  void reset() { next_ = rule_.first; }

 private:
  BackoffRule rule_;
  Milliseconds next_;
  Jitter jitter_;
};

}  // namespace robin::core
