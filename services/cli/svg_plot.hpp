#pragma once

// SvgPlot: points and lines over two linear axes as a page of SVG that needs nothing else. A value; used by one thread.

#include <string>
#include <vector>

namespace robin::cli {

struct SvgPlot {
  struct Point {
    double x;
    double y;
    /// The text that is shown when a reader points at the point; may be empty.
    std::string name = {};
  };
  /// A horizontal line with a name.
  struct Mark {
    double y;
    std::string name;
  };
  /// A dashed line beside the points. It is drawn over the range of the points, so it should reach beyond them on both
  /// sides.
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
  /// The name of the points, shown if there are curves.
  std::string points_name = {};

  [[nodiscard]] std::string svg() const;
};

}  // namespace robin::cli
