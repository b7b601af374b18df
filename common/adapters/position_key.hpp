#pragma once

// A position in the ledger: its ordinal in 39 decimal digits with leading zeros, so that text order is numeric order.

#include <string>
#include <string_view>

#include "core/contract.hpp"
#include "math/integer.hpp"
#include "search/position.hpp"

namespace robin::adapters {

inline constexpr std::size_t position_key_length = 39;

[[nodiscard]] inline std::string wide_text(core::uint128 value) {
  return math::Integer::from_uint128(value).to_decimal();
}

[[nodiscard]] inline std::string position_key(search::Position position) {
  const std::string digits = wide_text(position.ordinal);
  return std::string(position_key_length - digits.size(), '0') + digits;
}

}  // namespace robin::adapters
