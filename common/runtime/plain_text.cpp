#include "runtime/plain_text.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace robin::runtime {
namespace {

constexpr std::size_t line_begin_max = 600;
constexpr std::size_t line_end_max = 200;
constexpr std::size_t quoted_max = 60;

struct Character {
  /// How many bytes it has; 0 if there is none that is well formed.
  std::size_t bytes;
  std::uint32_t code;
};

/// The first character of a text that is not empty.
Character first_of(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80U) {
    return {1, lead};
  }
  const std::size_t bytes = lead >= 0xf0U ? 4 : lead >= 0xe0U ? 3 : 2;
  if (lead < 0xc2U || lead > 0xf4U || text.size() < bytes) {
    return {0, 0};
  }
  std::uint32_t code = lead & (0xffU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) {
      return {0, 0};
    }
    code = (code << 6U) | (byte(i) & 0x3fU);
  }
  const bool is_too_long = (bytes == 3 && code < 0x800U) || (bytes == 4 && code < 0x1'0000U);
  const bool is_surrogate = code >= 0xd800U && code < 0xe000U;
  return is_too_long || is_surrogate || code > 0x10'ffffU ? Character{0, 0} : Character{bytes, code};
}

bool is_control(std::uint32_t code) { return code < 0x20U || (code >= 0x7fU && code < 0xa0U); }

/// With `control` for each control character, and `other` for each byte that is no UTF-8, if it does not stay.
std::string replaced(std::string_view text, char control, std::optional<char> other) {
  std::string result;
  while (!text.empty()) {
    const Character character = first_of(text);
    if (character.bytes > 0 && is_control(character.code)) {
      result += control;
    } else if (character.bytes == 0) {
      result += other.value_or(text.front());
    } else {
      result += text.substr(0, character.bytes);
    }
    text.remove_prefix(std::max<std::size_t>(1, character.bytes));
  }
  return result;
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const Character character = first_of(text);
    if (character.bytes == 0) {
      return false;
    }
    text.remove_prefix(character.bytes);
  }
  return true;
}

bool has_control_character(std::string_view text) {
  while (!text.empty()) {
    const Character character = first_of(text);
    if (character.bytes > 0 && is_control(character.code)) {
      return true;
    }
    text.remove_prefix(std::max<std::size_t>(1, character.bytes));
  }
  return false;
}

bool is_visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

std::string printable(std::string_view text) { return replaced(text, '?', '?'); }

std::string blank_for_control(std::string_view text) { return replaced(text, ' ', std::nullopt); }

std::string one_line(std::string_view text) {
  if (text.size() <= line_begin_max + line_end_max) {
    return printable(text);
  }
  return printable(text.substr(0, line_begin_max)) + " ... " + printable(text.substr(text.size() - line_end_max));
}

std::string in_quotes(std::string_view text) {
  return "'" + printable(text.substr(0, quoted_max)) + (text.size() > quoted_max ? "...'" : "'");
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string all;
  for (const auto& word : words) {
    all.append(all.empty() ? "" : between).append(word);
  }
  return all;
}

}  // namespace robin::runtime
