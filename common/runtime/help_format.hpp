#pragma once

// What --help prints, in one layout whatever the release of CLI11: since its 2.5 CLI11 itself wraps lines and takes the
// indentation from examples. Thread-safe.

#include <memory>

namespace CLI {
class FormatterBase;
}

namespace robin::runtime {

/// The layout, for CLI::App::formatter(): description, usage, arguments, flags, commands, footer. Set it before
/// commands are added, for they inherit it.
[[nodiscard]] std::shared_ptr<CLI::FormatterBase> help_format();

}  // namespace robin::runtime
