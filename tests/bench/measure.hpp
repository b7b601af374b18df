#pragma once

// measure: what a command costs. Linux only (wait4).

#include <string>
#include <vector>

namespace robin::bench {

struct Cost {
  double seconds = 0;
  double cpu_seconds = 0;
  double peak_mebibytes = 0;
};

/// Runs a command to its end, its output thrown away. Throws std::runtime_error unless it ends with status 0.
[[nodiscard]] Cost measure(const std::vector<std::string>& command);

/// Of an odd number of values the middle one, else the mean of the middle two; there is at least one.
[[nodiscard]] double median(std::vector<double> values);

}  // namespace robin::bench
