#pragma once

// SvgPlot: points and lines over two linear axes as a page of SVG that needs nothing else. A value; used by one thread.

#include <string>
#include <vector>

namespace robin::cli {

struct SvgPlot {
  struct Point {
    double x;
    double y;
    /// Shown when pointed at; may be empty.
    std::string name = {};
  };
  /// A line at a height, with its name.
  struct Mark {
    double y;
    std::string name;
  };
  /// A dashed line beside the points, drawn as far as they go: given beyond them, if possible.
  struct Curve {
    std::vector<Point> points;  // in order of x
    std::string name;
  };

  std::string title;
  std::string x_name;
  std::string y_name;
  std::vector<Point> points;  // at least one
  std::vector<Mark> marks = {};
  /// Whether neighbouring points are joined.
  bool is_curve = false;

  std::vector<Curve> curves = {};
  /// What the points are; shown where there are curves.
  std::string points_name = {};

  [[nodiscard]] std::string svg() const;
};

}  // namespace robin::cli
