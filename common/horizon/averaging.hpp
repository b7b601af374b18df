#pragma once

// Averaging: over which t = log n e^v the tangents of step 5 in ALGORITHMS.md are averaged: v is a sum of m independent
// numbers, each uniform on [-a, a]. m = 0 is no averaging. A value.

#include <cstdint>
#include <string>

#include "math/interval.hpp"

namespace robin::horizon {

struct Averaging {
  /// The number m of terms, at most terms_max.
  unsigned terms = 0;
  /// a, as numerator / 10^scale.
  std::uint64_t numerator = 0;
  unsigned scale = 0;

  /// An enclosure of a.
  [[nodiscard]] math::Interval width(math::PrecisionBits precision) const;
  /// a as text: "5.43e-13".
  [[nodiscard]] std::string width_text() const;
};

inline constexpr unsigned terms_max = 200;

/// The averaging that reaches furthest for zeros verified to `height`, with an a of three digits. It is a choice: the
/// reach depends on it, correctness does not.
[[nodiscard]] Averaging best_averaging(std::uint64_t height);

}  // namespace robin::horizon
