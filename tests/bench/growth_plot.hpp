#pragma once

// How cost grows with height: measured curves, the power of the height that fits each best, and a picture of them.

#include <string>
#include <vector>

namespace robin::bench {

struct Curve {
  std::string name;
  std::string what;
  std::string height_name;
  struct Point {
    double height;
    double seconds;
  };
  std::vector<Point> points;  // at least two, ascending
};

/// Least squares of log seconds against log height: seconds grow as height^exponent.
[[nodiscard]] double fitted_exponent(const Curve& curve);

/// One panel for each curve, both axes logarithmic, as a page of SVG.
[[nodiscard]] std::string svg(const std::vector<Curve>& curves);

}  // namespace robin::bench
