#pragma once

// Block: a half-open run [begin, end) of positions of one strategy, the unit of work. Blocks of a search tile it.

#include "search/position.hpp"

namespace robin::search {

struct Block {
  Position begin;
  Position end;

  [[nodiscard]] constexpr uint128 length() const noexcept { return end.ordinal - begin.ordinal; }
  [[nodiscard]] constexpr bool is_empty() const noexcept { return !(begin < end); }
  friend constexpr bool operator==(const Block&, const Block&) = default;
};

}  // namespace robin::search
