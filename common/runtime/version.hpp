#pragma once

// What this binary is: its version and the git revision it was built from ("-dirty" with changes on top).

#include <string>

namespace robin::runtime {

[[nodiscard]] std::string version();
[[nodiscard]] std::string revision();

}  // namespace robin::runtime
