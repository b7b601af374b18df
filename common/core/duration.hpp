#pragma once

// Durations as people write them: a whole number and its unit, 90s, 5m, 36h or 1d.

#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/deadline.hpp"
#include "core/refusal.hpp"

namespace robin::core {

/// The units, the largest first; each is a multiple of the next one.
struct DurationUnit {
  char letter;
  std::int64_t seconds;
};
inline constexpr std::array<DurationUnit, 4> duration_units = {{{'d', 86'400}, {'h', 3'600}, {'m', 60}, {'s', 1}}};

/// Reads such a text; refused if it is none, or longer than ten years.
[[nodiscard]] inline Parsed<std::chrono::seconds> duration_from(std::string_view text) {
  constexpr std::int64_t most = std::int64_t{3'653} * 86'400;
  std::int64_t count = -1;
  const char* const end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, count);
  for (const auto& [letter, seconds] : duration_units) {
    if (error == std::errc() && read + 1 == end && *read == letter && count >= 0 && count <= most / seconds) {
      return std::chrono::seconds(count * seconds);
    }
  }
  return Refusal{"must be a number with its unit (s, m, h or d), such as 12h or 1d, and at most ten years"};
}

/// The duration as such a text, in the largest unit of which it is a whole number: 120 s as 2m.
[[nodiscard]] inline std::string duration_text(std::chrono::seconds duration) {
  for (const auto& [letter, seconds] : duration_units) {
    if (duration.count() % seconds == 0 && duration.count() >= seconds) {
      return std::to_string(duration.count() / seconds) + letter;
    }
  }
  return std::to_string(duration.count()) + "s";
}

}  // namespace robin::core
