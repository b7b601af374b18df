#pragma once

// A suggestion for a word that was mistyped: "did you mean --threads?"

#include <optional>
#include <string>
#include <vector>

namespace robin::cli {

/// The known word that is closest to `word` by edit distance, if the distance is at most 2 and less than half the
/// length of `word`.
[[nodiscard]] std::optional<std::string> suggestion(const std::string& word, const std::vector<std::string>& known);

}  // namespace robin::cli
