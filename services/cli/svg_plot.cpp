#include "cli/svg_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/contract.hpp"

namespace robin::cli {
namespace {

constexpr double width = 860;
constexpr double height = 480;
constexpr double left = 80;
constexpr double right = 30;
constexpr double top_without_legend = 50;
constexpr double legend_line = 18;
constexpr double bottom = 60;
constexpr int ticks_wanted = 6;

std::string xml_escaped(const std::string& text) {
  std::string all;
  for (const char c : text) {
    all += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '\'' ? "&#39;" : std::string(1, c);
  }
  return all;
}

/// Maps values onto a stretch of the page, with ticks at round numbers.
class Axis {
 public:
  Axis(double low, double high, double begin, double end) : begin_(begin), end_(end) {
    const double room = high > low ? 0.04 * (high - low) : std::max(1e-3, std::abs(high) * 0.01);
    low_ = low - room;
    high_ = high + room;
    const double rough = (high_ - low_) / ticks_wanted;
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    step_ = power * (rough / power < 1.5 ? 1 : rough / power < 3.5 ? 2 : rough / power < 7.5 ? 5 : 10);
  }
  [[nodiscard]] double at(double value) const { return begin_ + (value - low_) / (high_ - low_) * (end_ - begin_); }
  [[nodiscard]] std::vector<double> ticks() const {
    std::vector<double> all;
    for (double at = std::ceil(low_ / step_); at * step_ <= high_; ++at) {
      all.push_back(at * step_);
    }
    return all;
  }
  [[nodiscard]] std::string label(double tick) const {
    const int decimals = std::max(0, static_cast<int>(-std::floor(std::log10(step_))));
    return fmt::format("{:.{}f}", tick == 0 ? 0.0 : tick, decimals);
  }

 private:
  double begin_;
  double end_;
  double low_ = 0;
  double high_ = 0;
  double step_ = 0;
};

}  // namespace

std::string SvgPlot::svg() const {
  ROBIN_ASSERT(!points.empty(), "there is something to draw");
  double x_low = std::numeric_limits<double>::max();
  double x_high = std::numeric_limits<double>::lowest();
  double y_low = x_low;
  double y_high = x_high;
  for (const Point& point : points) {
    x_low = std::min(x_low, point.x);
    x_high = std::max(x_high, point.x);
    y_low = std::min(y_low, point.y);
    y_high = std::max(y_high, point.y);
  }
  for (const Mark& mark : marks) {
    y_low = std::min(y_low, mark.y);
    y_high = std::max(y_high, mark.y);
  }
  for (const Curve& curve : curves) {
    for (const Point& point : curve.points) {
      if (x_low <= point.x && point.x <= x_high) {
        y_low = std::min(y_low, point.y);
        y_high = std::max(y_high, point.y);
      }
    }
  }
  // A line for the points, and one for each curve.
  const double top = top_without_legend + (curves.empty() ? 0 : legend_line * (static_cast<double>(curves.size()) + 1));
  const Axis across(x_low, x_high, left, width - right);
  const Axis up(y_low, y_high, height - bottom, top);
  std::string text = fmt::format(
      "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {0:.0f} {1:.0f}' width='{0:.0f}' height='{1:.0f}'"
      " font-family='sans-serif' font-size='12'>\n<rect width='100%' height='100%' fill='white'/>\n"
      "<text x='{2:.0f}' y='28' font-size='16' font-weight='bold'>{3}</text>\n",
      width, height, left, xml_escaped(title));
  for (const double tick : across.ticks()) {
    const double x = across.at(tick);
    text += fmt::format("<path d='M{:.1f} {:.1f}V{:.1f}' stroke='#e4e4e4'/>", x, top, height - bottom);
    text += fmt::format("<text x='{:.1f}' y='{:.1f}' text-anchor='middle'>{}</text>\n", x, height - bottom + 18,
                        across.label(tick));
  }
  for (const double tick : up.ticks()) {
    const double y = up.at(tick);
    text += fmt::format("<path d='M{:.1f} {:.1f}H{:.1f}' stroke='#e4e4e4'/>", left, y, width - right);
    text += fmt::format("<text x='{:.1f}' y='{:.1f}' text-anchor='end'>{}</text>\n", left - 8, y + 4, up.label(tick));
  }
  text += fmt::format("<rect x='{:.0f}' y='{:.0f}' width='{:.0f}' height='{:.0f}' fill='none' stroke='#888'/>\n", left,
                      top, width - left - right, height - top - bottom);
  text += fmt::format("<text x='{:.1f}' y='{:.1f}' text-anchor='middle'>{}</text>\n", (left + width - right) / 2,
                      height - 16, xml_escaped(x_name));
  text += fmt::format("<text transform='translate(20 {:.1f}) rotate(-90)' text-anchor='middle'>{}</text>\n",
                      (top + height - bottom) / 2, xml_escaped(y_name));
  for (const Mark& mark : marks) {
    const double y = up.at(mark.y);
    text += fmt::format("<path d='M{:.1f} {:.1f}H{:.1f}' stroke='#d55e00' stroke-dasharray='6 4'/>", left, y,
                        width - right);
    text += fmt::format("<text x='{:.1f}' y='{:.1f}' text-anchor='end' fill='#d55e00'>{}</text>\n", width - right - 6,
                        y - 5, xml_escaped(mark.name));
  }
  const auto path = [&](const std::vector<Point>& all) {
    std::string line;
    for (const Point& point : all) {
      line += fmt::format("{}{:.1f} {:.1f}", line.empty() ? "M" : "L", across.at(point.x), up.at(point.y));
    }
    return line;
  };
  if (is_curve) {
    text += fmt::format("<path d='{}' fill='none' stroke='#0072b2' stroke-width='1.5'/>\n", path(points));
  }
  if (!curves.empty()) {
    text +=
        fmt::format("<clipPath id='frame'><rect x='{:.0f}' y='{:.0f}' width='{:.0f}' height='{:.0f}'/></clipPath>\n",
                    left, top, width - left - right, height - top - bottom);
    double y = top_without_legend;
    const auto legend = [&](const std::string& name, const char* stroke) {
      text += fmt::format("<path d='M{:.1f} {:.1f}h26' {}/>", left, y - 4, stroke);
      text += fmt::format("<text x='{:.1f}' y='{:.1f}'>{}</text>\n", left + 34, y, xml_escaped(name));
      y += legend_line;
    };
    constexpr const char* dashed = "fill='none' stroke='#d55e00' stroke-width='1.5' stroke-dasharray='6 4'";
    legend(points_name, "stroke='#0072b2' stroke-width='1.5'");
    for (const Curve& curve : curves) {
      text += fmt::format("<path d='{}' clip-path='url(#frame)' {}/>\n", path(curve.points), dashed);
      legend(curve.name, dashed);
    }
  }
  for (const Point& point : points) {
    text +=
        fmt::format("<circle cx='{:.1f}' cy='{:.1f}' r='2.5' fill='#0072b2'{}\n", across.at(point.x), up.at(point.y),
                    point.name.empty() ? "/>" : "><title>" + xml_escaped(point.name) + "</title></circle>");
  }
  return text + "</svg>\n";
}

}  // namespace robin::cli
