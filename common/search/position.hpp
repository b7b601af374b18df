#pragma once

// Position: a point in a strategy's order of enumeration, as the number of steps from an origin that the strategy fixes
// (exhaustive: n itself; superabundant: how many partitions come before). Ordered, and meaningful only together with
// its strategy, which also owns the text form. Candidates between two positions of an enumeration are their difference.

#include <compare>

#include "math/integer.hpp"

namespace robin::search {

using core::uint128;

struct Position {
  uint128 ordinal;

  friend constexpr bool operator==(const Position&, const Position&) = default;
  friend constexpr std::strong_ordering operator<=>(const Position& a, const Position& b) noexcept {
    return a.ordinal < b.ordinal   ? std::strong_ordering::less
           : a.ordinal > b.ordinal ? std::strong_ordering::greater
                                   : std::strong_ordering::equal;
  }
};

}  // namespace robin::search
