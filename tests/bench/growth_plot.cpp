#include "bench/growth_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace robin::bench {
namespace {

constexpr double panel_width = 300;
constexpr double panel_height = 260;
constexpr double margin_left = 60;
constexpr double margin_top = 46;
constexpr double plot_width = panel_width - margin_left - 20;
constexpr double plot_height = panel_height - margin_top - 50;

/// Maps logarithms onto a stretch of the page.
struct Axis {
  double low;
  double high;
  double begin;
  double end;
  [[nodiscard]] double at(double value) const {
    return begin + (std::log10(value) - low) / (high - low) * (end - begin);
  }
};

std::string label(double value) {
  return value >= 1e4 || value < 1e-2 ? fmt::format("{:.0e}", value) : fmt::format("{:g}", value);
}

std::string panel(const Curve& curve, double x0) {
  const auto [lowest, highest] = std::minmax_element(
      curve.points.begin(), curve.points.end(), [](const auto& a, const auto& b) { return a.seconds < b.seconds; });
  const double bottom = std::floor(std::log10(lowest->seconds));
  const double top = std::max(bottom + 1, std::ceil(std::log10(highest->seconds)));
  const Axis across{std::log10(curve.points.front().height), std::log10(curve.points.back().height), x0 + margin_left,
                    x0 + margin_left + plot_width};
  const Axis up{bottom, top, margin_top + plot_height, margin_top};
  std::string text = fmt::format("<text x='{:.0f}' y='18' font-weight='bold'>{}</text>\n", x0 + 10, curve.name);
  text += fmt::format("<text x='{:.0f}' y='34' fill='#555'>seconds, growing as {}^{:.2f}</text>\n", x0 + 10,
                      curve.height_name, fitted_exponent(curve));
  text += fmt::format("<rect x='{:.1f}' y='{:.1f}' width='{:.1f}' height='{:.1f}' fill='none' stroke='#999'/>\n",
                      across.begin, up.end, plot_width, plot_height);
  for (double power = bottom; power <= top; ++power) {
    const double y = up.at(std::pow(10.0, power));
    text += fmt::format("<path d='M{:.1f} {:.1f}h{:.1f}' stroke='#ddd'/>", across.begin, y, plot_width);
    text += fmt::format("<text x='{:.1f}' y='{:.1f}' text-anchor='end'>{}</text>\n", across.begin - 6, y + 4,
                        label(std::pow(10.0, power)));
  }
  std::string line;
  for (const auto& point : curve.points) {
    const double x = across.at(point.height);
    const double y = up.at(point.seconds);
    line += fmt::format("{}{:.1f} {:.1f}", line.empty() ? "M" : "L", x, y);
    text += fmt::format("<circle cx='{:.1f}' cy='{:.1f}' r='3' fill='#0b57a4'/>", x, y);
    text += fmt::format("<text x='{:.1f}' y='{:.1f}' text-anchor='middle'>{}</text>\n", x,
                        margin_top + plot_height + 18, label(point.height));
  }
  text += fmt::format("<path d='{}' fill='none' stroke='#0b57a4' stroke-width='1.5'/>\n", line);
  text += fmt::format("<text x='{:.1f}' y='{:.1f}' text-anchor='middle'>{}</text>\n", across.begin + plot_width / 2,
                      margin_top + plot_height + 38, curve.height_name);
  return text;
}

}  // namespace

double fitted_exponent(const Curve& curve) {
  double x = 0;
  double y = 0;
  double xx = 0;
  double xy = 0;
  for (const auto& [height, seconds] : curve.points) {
    const double h = std::log(height);
    const double s = std::log(seconds);
    x += h;
    y += s;
    xx += h * h;
    xy += h * s;
  }
  const auto n = static_cast<double>(curve.points.size());
  return (n * xy - x * y) / (n * xx - x * x);
}

std::string svg(const std::vector<Curve>& curves) {
  const double width = panel_width * static_cast<double>(curves.size());
  std::string text = fmt::format(
      "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {0:.0f} {1:.0f}' width='{0:.0f}' height='{1:.0f}'"
      " font-family='sans-serif' font-size='11'>\n<rect width='100%' height='100%' fill='white'/>\n",
      width, panel_height);
  double x = 0;
  for (const Curve& curve : curves) {
    text += panel(curve, x);
    x += panel_width;
  }
  return text + "</svg>\n";
}

}  // namespace robin::bench
