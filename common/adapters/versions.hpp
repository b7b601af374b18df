#pragma once

// The versions of everything a program is linked with, for `robin version` and the first line of every log.

#include <string>
#include <utility>
#include <vector>

namespace robin::adapters {

/// (name, version): version, revision, compiler, then the libraries.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> all_versions();

}  // namespace robin::adapters
