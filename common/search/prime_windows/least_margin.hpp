#pragma once

// LeastMargin: the least certified margin gamma + log log log N - log(sigma(N)/N) over some numbers N > 5040. If it is
// not positive, it is not certified that the inequality holds at all of them.

#include <cstdint>
#include <optional>

#include "search/prime_windows/step_sums.hpp"

namespace robin::search::prime_windows {

struct LeastMargin {
  /// The margin in units of 2^-96, rounded down.
  int128 value;
  /// Where it is attained: the begin of the window, or the whole number below the position of the step.
  std::uint64_t at;
  friend bool operator==(const LeastMargin&, const LeastMargin&) = default;
};

/// The lesser of two margins; the first one if they are equal.
[[nodiscard]] inline std::optional<LeastMargin> lesser(const std::optional<LeastMargin>& a, const LeastMargin& b) {
  return a && a->value <= b.value ? a : std::optional(b);
}

}  // namespace robin::search::prime_windows
