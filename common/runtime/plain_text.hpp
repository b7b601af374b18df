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

/// A message as one line: control characters, and bytes that are no UTF-8, become ?, and the middle of what is far too
/// long is left out. So nobody's input ends the line, or tells a terminal what to do.
[[nodiscard]] std::string one_line(std::string_view text);

/// A value in quotes, cut where it grows long: 'abc'.
[[nodiscard]] std::string in_quotes(std::string_view text);

/// The words with `between` between them.
[[nodiscard]] std::string joined(const std::vector<std::string>& words, std::string_view between = " ");

}  // namespace robin::runtime
