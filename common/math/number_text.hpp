#pragma once

// Integers, thresholds and shares as people write and read them: 5040, 1e12, 2^40, 1.767, 1%. Exact, bounded, and
// refused with a reason.

#include <cstddef>
#include <string>
#include <string_view>

#include "core/refusal.hpp"
#include "math/integer.hpp"

namespace robin::math {

inline constexpr std::size_t decimal_digits_max = 10'000;

/// Reads 123, 1e12 or 2^40 as an exact integer of at most decimal_digits_max digits.
[[nodiscard]] core::Parsed<Integer> parse_integer(std::string_view text);

/// Reads a share from 0% to 100%, such as 1% or 0.5%, as a number from 0 to 1.
[[nodiscard]] core::Parsed<double> parse_share(std::string_view text);

/// The number with a comma after every third digit: 12345678 as 12,345,678.
[[nodiscard]] std::string grouped(uint128 value);

/// The decimal (such as 13.672813) cut after `digits` significant digits: rounded towards zero.
[[nodiscard]] std::string cut(std::string_view decimal, int digits);

/// The positive decimal (such as 0.000123456) cut after `digits` significant digits and written as 1.2e-4: rounded
/// towards zero.
[[nodiscard]] std::string scientific(std::string_view decimal, int digits);

}  // namespace robin::math
