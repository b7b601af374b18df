#include "bench/scale/scale_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace robin::bench {
namespace {

constexpr double width = 760;
constexpr double height = 380;
constexpr double left = 70;
constexpr double right = 160;
constexpr double top = 20;
constexpr double bottom = 50;
/// Told apart by everybody (Okabe, Ito).
constexpr std::array<const char*, 5> colours = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#555555"};

std::string svg(const ScalePlot& plot) {
  double low = plot.mark;
  double high = plot.mark;
  for (const auto& series : plot.series) {
    for (const auto& [x, y] : series.points) {
      low = std::min(low, std::max(y, 0.01));
      high = std::max(high, y);
    }
  }
  const double y_low = std::floor(std::log10(low));
  const double y_high = std::ceil(std::log10(high));
  const auto& all_x = plot.series.front().points;
  const double x_low = std::log10(all_x.front().first);
  const double x_high = std::log10(all_x.back().first);
  const auto across = [&](double x) {
    return left + (std::log10(x) - x_low) / (x_high - x_low) * (width - left - right);
  };
  const auto up = [&](double y) {
    return height - bottom - (std::log10(std::max(y, 0.01)) - y_low) / (y_high - y_low) * (height - top - bottom);
  };
  std::string text = fmt::format(
      "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {0:.0f} {1:.0f}' width='{0:.0f}' font-size='12'"
      " font-family='sans-serif'>",
      width, height);
  for (double power = y_low; power <= y_high; ++power) {
    const double y = up(std::pow(10, power));
    text += fmt::format(
        "<path d='M{:.0f} {:.1f}H{:.0f}' stroke='#ddd'/><text x='{:.0f}' y='{:.1f}' text-anchor='end'>{:g}</text>",
        left, y, width - right, left - 8, y + 4, std::pow(10, power));
  }
  for (const auto& [x, ignored] : all_x) {
    text +=
        fmt::format("<text x='{:.1f}' y='{:.0f}' text-anchor='middle'>{:g}</text>", across(x), height - bottom + 18, x);
  }
  text += fmt::format("<text x='{:.0f}' y='{:.0f}' text-anchor='middle'>seconds that a block takes</text>",
                      (left + width - right) / 2, height - 10);
  text += fmt::format("<text transform='translate(16 {:.0f}) rotate(-90)' text-anchor='middle'>{}</text>",
                      (top + height - bottom) / 2, plot.y_name);
  text += fmt::format("<path d='M{:.0f} {:.1f}H{:.0f}' stroke='#888' stroke-dasharray='5 4'/>", left, up(plot.mark),
                      width - right);
  for (std::size_t i = 0; i < plot.series.size(); ++i) {
    std::string line;
    for (const auto& [x, y] : plot.series[i].points) {
      line += fmt::format("{}{:.1f} {:.1f}", line.empty() ? "M" : "L", across(x), up(y));
      text += fmt::format("<circle cx='{:.1f}' cy='{:.1f}' r='3' fill='{}'/>", across(x), up(y),
                          colours[i % colours.size()]);
    }
    text += fmt::format("<path d='{}' fill='none' stroke='{}' stroke-width='1.5'/>", line, colours[i % colours.size()]);
    text += fmt::format("<text x='{:.0f}' y='{:.1f}' fill='{}'>{}</text>", width - right + 12,
                        top + 20 + 20.0 * static_cast<double>(i), colours[i % colours.size()], plot.series[i].name);
  }
  return text + "</svg>";
}

}  // namespace

std::string scale_page(const std::vector<ScalePlot>& plots, const std::string& assumptions) {
  std::string page =
      "<!doctype html><html lang='en'><meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
      "<title>robin: fleets of any size</title><style>body{font:15px/1.5 "
      "system-ui,sans-serif;max-width:50rem;margin:2rem auto;"
      "padding:0 1rem;background:#fff;color:#222}svg{max-width:100%;height:auto}</style><h1>Fleets of any size, by "
      "simulation</h1>";
  page += fmt::format("<p>{}.</p>", assumptions);
  for (const auto& plot : plots) {
    page += fmt::format("<h2>{}</h2>{}", plot.title, svg(plot));
  }
  return page + "</html>\n";
}

}  // namespace robin::bench
