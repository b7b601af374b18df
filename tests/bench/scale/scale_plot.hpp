#pragma once

// The page of the simulation: lines over the length of a block, one for each size of the fleet, both axes logarithmic.

#include <string>
#include <utility>
#include <vector>

namespace robin::bench {

struct ScaleSeries {
  std::string name;
  std::vector<std::pair<double, double>> points;
};
struct ScalePlot {
  std::string title;
  std::string y_name;
  /// A line across at this height.
  double mark;
  std::vector<ScaleSeries> series;
};

/// Self-contained HTML.
[[nodiscard]] std::string scale_page(const std::vector<ScalePlot>& plots, const std::string& assumptions);

}  // namespace robin::bench
