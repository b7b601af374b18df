#pragma once

// Texts from outside, made fit to be shown or sent: in UTF-8, on one line, and of bounded length.

#include <string>
#include <string_view>
#include <vector>

namespace robin::runtime {

/// Whether the text is well-formed UTF-8 (RFC 3629).
[[nodiscard]] bool is_utf8(std::string_view text);

/// Whether the text has visible ASCII characters alone: neither blanks nor control characters.
[[nodiscard]] bool is_visible_ascii(std::string_view text);

/// Whether the text has a control character (C0, C1 or DEL): those end lines and command terminals.
[[nodiscard]] bool has_control_character(std::string_view text);

/// The text with ? in place of control characters and of bytes that are no UTF-8.
[[nodiscard]] std::string printable(std::string_view text);

/// The text with blanks in place of control characters, and otherwise unchanged.
[[nodiscard]] std::string blank_for_control(std::string_view text);

/// A message as one printable line; the middle of one that is far too long is left out.
[[nodiscard]] std::string one_line(std::string_view text);

/// A value in quotes, 'abc', cut if it is long.
[[nodiscard]] std::string in_quotes(std::string_view text);

/// The words with `between` between them.
[[nodiscard]] std::string joined(const std::vector<std::string>& words, std::string_view between = " ");

}  // namespace robin::runtime
