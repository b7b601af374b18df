#pragma once

// What --help prints, in one layout whatever the release of CLI11: since its 2.5 CLI11 itself wraps lines and takes the
// indentation from examples. Thread-safe.

#include <memory>

namespace CLI {
class FormatterBase;
}

namespace robin::runtime {

/// For CLI::App::formatter, before commands are added, which take it over: description, usage, arguments, flags,
/// commands, footer.
[[nodiscard]] std::shared_ptr<CLI::FormatterBase> help_format();

}  // namespace robin::runtime
