#pragma once

// Integers, thresholds and shares as people write and read them: 5040, 1e12, 2^40, 1.767, 1%. Exact, bounded, and
// refused with a reason.

#include <cstddef>
#include <string>
#include <string_view>

#include "math/integer.hpp"
#include "math/refusal.hpp"

namespace robin::math {

inline constexpr std::size_t decimal_digits_max = 10'000;

/// Reads 123, 1e12 or 2^40 as an exact integer of at most decimal_digits_max digits.
[[nodiscard]] Parsed<Integer> parse_integer(std::string_view text);

/// Reads a share from 0% to 100%, such as 1% or 0.5%, as a number from 0 to 1.
[[nodiscard]] Parsed<double> parse_share(std::string_view text);

/// 12345678 as 12,345,678.
[[nodiscard]] std::string grouped(uint128 value);

}  // namespace robin::math
