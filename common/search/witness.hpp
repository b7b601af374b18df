#pragma once

// Witness: an n that was kept, as its canonical factorisation and a certified enclosure of sigma(n)/(n log log n), both
// as text: what is stored, sent and hashed. A violation and an undecided n are kept in the same form.

#include <string>
#include <string_view>

#include "math/factorization.hpp"
#include "math/interval.hpp"

namespace robin::search {

/// Significant digits of both ends of an enclosure.
inline constexpr int ratio_digits = 24;

struct Witness {
  std::string factorization;
  std::string ratio_lo;
  std::string ratio_hi;

  [[nodiscard]] static Witness from(const math::Factorization& n, const math::Interval& ratio);
  friend bool operator==(const Witness&, const Witness&) = default;
};

/// Compares two decimals in plain notation by value: negative, zero or positive as a is below, at or above b.
[[nodiscard]] int compare_decimals(std::string_view a, std::string_view b);

/// Whether a's ratio is certainly greater than b's.
[[nodiscard]] bool certainly_greater(const Witness& a, const Witness& b);

}  // namespace robin::search
