#pragma once

// Integers of 128 bits: positions, counts of candidates, sums of primes. Compilers for 64-bit machines have them beside
// the standard. In JSON they are numbers as long as every reader keeps them exactly (up to 2^53), and decimal strings
// beyond: the one rule of the wire, the API and the files of the command line.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace robin::core {

__extension__ typedef unsigned __int128 uint128;  // NOLINT(modernize-use-using): __extension__ needs a declaration

__extension__ typedef __int128 int128;  // NOLINT(modernize-use-using): __extension__ needs a declaration

/// JavaScript and others read numbers as doubles, which keep every integer up to here.
inline constexpr std::uint64_t exact_in_json_max = std::uint64_t{1} << 53U;
/// The digits of the largest number, 2^128 - 1. Zeros may stand before them.
inline constexpr std::size_t wide_digits_max = 64;

[[nodiscard]] inline std::string decimal(uint128 value) {
  std::string digits;
  do {
    digits.push_back(static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value != 0);
  std::reverse(digits.begin(), digits.end());
  return digits;
}

/// Digits and nothing else; nullopt: anything else, or 2^128 and more.
[[nodiscard]] inline std::optional<uint128> wide_from_decimal(std::string_view digits) {
  if (digits.empty() || digits.size() > wide_digits_max) {
    return std::nullopt;
  }
  // The first 19 digits fit into 64 bits, whose arithmetic is faster.
  constexpr std::size_t digits_at_once = 19;
  uint128 value = 0;
  while (!digits.empty()) {
    const std::size_t count = std::min(digits.size(), digits_at_once);
    std::uint64_t part = 0;
    std::uint64_t scale = 1;
    for (const char digit : digits.substr(0, count)) {
      if (digit < '0' || digit > '9') {
        return std::nullopt;
      }
      part = 10 * part + static_cast<std::uint64_t>(digit - '0');
      scale *= 10;
    }
    uint128 scaled = 0;
    if (__builtin_mul_overflow(value, uint128{scale}, &scaled) ||
        __builtin_add_overflow(scaled, uint128{part}, &value)) {
      return std::nullopt;
    }
    digits.remove_prefix(count);
  }
  return value;
}

/// `Json` is a type of nlohmann's JSON library; as a template this header does not include it.
template <class Json>
[[nodiscard]] Json wide_to_json(uint128 value) {
  return value <= exact_in_json_max ? Json(static_cast<std::uint64_t>(value)) : Json(decimal(value));
}

/// A whole number, as far as a parser keeps it exactly (below 2^64), or a decimal string; nullopt: anything else.
template <class Json>
[[nodiscard]] std::optional<uint128> wide_from_json(const Json& value) {
  if (value.is_number_unsigned()) {
    return value.template get<std::uint64_t>();
  }
  return value.is_string() ? wide_from_decimal(value.template get_ref<const std::string&>()) : std::nullopt;
}

}  // namespace robin::core
