#pragma once

// What comes from outside, made fit to be shown or sent: text that is sure to be UTF-8, in one line, and not endless.

#include <string>
#include <string_view>
#include <vector>

namespace robin::runtime {

/// Whether it is well-formed UTF-8 (RFC 3629).
[[nodiscard]] bool is_utf8(std::string_view text);

/// Whether it has nothing but the characters that can be seen: ASCII without blanks and control characters.
[[nodiscard]] bool is_visible_ascii(std::string_view text);

/// Whether it has one of C0 or C1, or DEL: what ends lines, and tells a terminal what to do.
[[nodiscard]] bool has_control_character(std::string_view text);

/// Control characters, and bytes that are no UTF-8, become ?.
[[nodiscard]] std::string printable(std::string_view text);

/// Control characters become blanks, and nothing else is changed.
[[nodiscard]] std::string blank_for_control(std::string_view text);

/// A message as one line: printable, and without the middle of what is far too long.
[[nodiscard]] std::string one_line(std::string_view text);

/// A value in quotes, cut where it grows long: 'abc'.
[[nodiscard]] std::string in_quotes(std::string_view text);

/// The words with `between` between them.
[[nodiscard]] std::string joined(const std::vector<std::string>& words, std::string_view between = " ");

}  // namespace robin::runtime
