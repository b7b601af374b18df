#pragma once

// A position in the ledger: its ordinal in 39 decimal digits with leading zeros, so that text order is numeric order.

#include <string>
#include <string_view>

#include "contract.hpp"
#include "math/integer.hpp"
#include "search/position.hpp"

namespace robin::adapters {

inline constexpr std::size_t position_key_length = 39;

[[nodiscard]] inline std::string wide_text(math::uint128 value) {
  return math::Integer::from_uint128(value).to_decimal();
}

[[nodiscard]] inline math::uint128 wide_from(std::string_view text) {
  const auto integer = math::Integer::from_decimal(text);
  const auto value = integer ? integer->to_uint128() : std::nullopt;
  ROBIN_ASSERT(value, "the ledger holds what was written to it");
  return *value;
}

[[nodiscard]] inline std::string position_key(search::Position position) {
  const std::string digits = wide_text(position.ordinal);
  return std::string(position_key_length - digits.size(), '0') + digits;
}

[[nodiscard]] inline search::Position position_from(std::string_view key) { return {wide_from(key)}; }

}  // namespace robin::adapters
