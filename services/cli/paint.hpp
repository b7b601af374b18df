#pragma once

// Colour for what must be seen at once, on a terminal only: never where output goes into a file or a pipe, nor with
// NO_COLOR, TERM=dumb or --no-color. The words say the same without it. Set up by main, then any thread may call.

#include <string>

namespace robin::cli {

enum class Paint { Good, Attention, Bad, Strong };

/// --no-color.
void forbid_paint();

/// `text`, for stdout.
[[nodiscard]] std::string painted(Paint paint, const std::string& text);

}  // namespace robin::cli
