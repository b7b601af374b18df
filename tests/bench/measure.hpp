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

/// A program that runs beside what is measured, at its own pace, until this is gone; also if this process is killed.
class Neighbour {
 public:
  explicit Neighbour(const std::vector<std::string>& command);
  ~Neighbour();
  Neighbour(const Neighbour&) = delete;
  Neighbour& operator=(const Neighbour&) = delete;

 private:
  int child_;
};

/// Of an odd number of values the middle one, else the mean of the middle two; there is at least one.
[[nodiscard]] double median(std::vector<double> values);

}  // namespace robin::bench
