#include "cli/load_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/svg_plot.hpp"

namespace robin::cli {
namespace {

constexpr std::array<std::pair<const char*, double>, 4> shares = {
    {{"median", 0.5}, {"90 %", 0.9}, {"99 %", 0.99}, {"most", 1.0}}};

std::string milliseconds(double seconds) { return fmt::format("{:.{}f}", 1000 * seconds, seconds < 0.1 ? 2 : 0); }

std::string cell(const std::string& text, bool is_number) {
  return fmt::format("<td{}>{}</td>", is_number ? " class='n'" : "", text);
}

/// How many blocks finished in each stretch of the time.
SvgPlot pace_plot(const LoadReport& report) {
  const double width = std::max(0.1, report.seconds / 60);
  std::vector<double> counts(static_cast<std::size_t>(report.seconds / width) + 1);
  for (const double at : report.finished_at) {
    ++counts[std::min(counts.size() - 1, static_cast<std::size_t>(std::max(0.0, at) / width))];
  }
  SvgPlot plot{"Blocks finished", "seconds since the submission", "blocks a second", {}, {}, true};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    plot.points.push_back({(static_cast<double>(i) + 0.5) * width, counts[i] / width});
  }
  plot.marks.push_back(
      {report.blocks_per_second(), fmt::format("{:.0f} a second over all", report.blocks_per_second())});
  return plot;
}

SvgPlot stage_plot(const LoadStage& stage) {
  SvgPlot plot{"Stage: " + stage.name + " (" + stage.meaning + ")",
               "share of the blocks, in percent",
               "milliseconds or less",
               {},
               {},
               true};
  for (int percent = 1; percent <= 100; ++percent) {
    plot.points.push_back({static_cast<double>(percent), 1000 * stage.percentile(percent / 100.0)});
  }
  return plot;
}

/// Of one process over time: the share of a core it takes, or its memory.
SvgPlot process_plot(const ProcessWatch::Watched& process, bool is_memory) {
  SvgPlot plot{process.name + (is_memory ? ": memory" : ": CPU"),
               "seconds since the submission",
               is_memory ? "MiB" : "cores",
               {},
               {},
               true};
  for (std::size_t i = 1; i < process.looks.size(); ++i) {
    const auto& before = process.looks[i - 1];
    const auto& now = process.looks[i];
    const double span = std::max(1e-3, now.at_seconds - before.at_seconds);
    plot.points.push_back({now.at_seconds, is_memory ? now.mebibytes : (now.cpu_seconds - before.cpu_seconds) / span});
  }
  return plot;
}

}  // namespace

double LoadStage::percentile(double share) const {
  if (seconds.empty()) {
    return 0;
  }
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(seconds.size())));
  return seconds[std::clamp<std::size_t>(rank, 1, seconds.size()) - 1];
}

std::string LoadReport::text() const {
  std::string all = fmt::format("{} blocks of {:g} ms, {} consumers: {:.2f} s, {:.0f} blocks/s (search {})\n", blocks,
                                work_ms, consumers, seconds, blocks_per_second(), search);
  all += fmt::format("\n{:<12}", "ms");
  for (const auto& [name, share] : shares) {
    all += fmt::format("{:>10}", name);
  }
  all += "\n";
  for (const LoadStage& stage : stages) {
    all += fmt::format("{:<12}", stage.name);
    for (const auto& [name, share] : shares) {
      all += fmt::format("{:>10}", milliseconds(stage.percentile(share)));
    }
    all += "  " + stage.meaning + "\n";
  }
  if (!processes.empty()) {
    all += fmt::format("\n{:<12}{:>10}{:>10}{:>10}{:>10}\n", "", "CPU s", "cores", "MiB", "files");
    for (const auto& process : processes) {
      all += fmt::format("{:<12}{:>10.2f}{:>10.2f}{:>10.1f}{:>10}\n", process.name, process.cpu_seconds(),
                         seconds > 0 ? process.cpu_seconds() / seconds : 0, process.peak_mebibytes(),
                         process.looks.back().descriptors);
    }
  }
  return all;
}

nlohmann::ordered_json LoadReport::json() const {
  nlohmann::ordered_json all = {{"search", search},   {"blocks", blocks},
                                {"work_ms", work_ms}, {"consumers", consumers},
                                {"seconds", seconds}, {"blocks_per_second", blocks_per_second()}};
  auto& by_stage = all["stages"] = nlohmann::ordered_json::object();
  for (const LoadStage& stage : stages) {
    by_stage[stage.name] = {{"blocks", stage.seconds.size()},
                            {"p50", stage.percentile(0.5)},
                            {"p90", stage.percentile(0.9)},
                            {"p99", stage.percentile(0.99)},
                            {"max", stage.percentile(1)}};
  }
  auto& list = all["processes"] = nlohmann::ordered_json::array();
  for (const auto& process : processes) {
    list.push_back({{"name", process.name},
                    {"cpu_seconds", process.cpu_seconds()},
                    {"peak_mebibytes", process.peak_mebibytes()},
                    {"first_mebibytes", process.looks.front().mebibytes},
                    {"last_mebibytes", process.looks.back().mebibytes},
                    {"descriptors", process.looks.back().descriptors}});
  }
  for (const auto& [name, value] : facts) {
    all["facts"][name] = value;
  }
  return all;
}

std::string LoadReport::html() const {
  std::string page =
      "<!doctype html><html lang='en'><meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
      "<title>robin loadtest</title><style>body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;"
      "padding:0 1rem;color:#222;background:#fff}table{border-collapse:collapse;margin:1rem 0}th,td{padding:.2rem "
      ".8rem;"
      "border-bottom:1px solid #ddd;text-align:left}.n{text-align:right;font-variant-numeric:tabular-nums}"
      "svg{max-width:100%;height:auto}.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(20rem,1fr));"
      "gap:1rem}</style><h1>robin loadtest</h1>";
  page += fmt::format(
      "<p><b>{:.0f} blocks a second</b>: {} blocks of {:g} ms, {} consumers, {:.2f} s from the submission "
      "to the last block FINISHED.</p>",
      blocks_per_second(), blocks, work_ms, consumers, seconds);
  page += "<h2>Latency, in milliseconds</h2><table><tr><th>stage</th>";
  for (const auto& [name, share] : shares) {
    page += fmt::format("<th class='n'>{}</th>", name);
  }
  page += "<th></th></tr>";
  for (const LoadStage& stage : stages) {
    page += "<tr>" + cell(stage.name, false);
    for (const auto& [name, share] : shares) {
      page += cell(milliseconds(stage.percentile(share)), true);
    }
    page += cell(stage.meaning, false) + "</tr>";
  }
  page += "</table>";
  if (!processes.empty()) {
    page +=
        "<h2>Processes</h2><table><tr><th></th><th class='n'>CPU seconds</th><th class='n'>cores</th>"
        "<th class='n'>MiB at most</th><th class='n'>open files</th></tr>";
    for (const auto& process : processes) {
      page += "<tr>" + cell(process.name, false) + cell(fmt::format("{:.2f}", process.cpu_seconds()), true) +
              cell(fmt::format("{:.2f}", seconds > 0 ? process.cpu_seconds() / seconds : 0), true) +
              cell(fmt::format("{:.1f}", process.peak_mebibytes()), true) +
              cell(std::to_string(process.looks.back().descriptors), true) + "</tr>";
    }
    page += "</table>";
  }
  page += "<h2>Over time</h2>" + pace_plot(*this).svg() + "<div class='grid'>";
  for (const auto& process : processes) {
    if (process.looks.size() > 1) {
      page += process_plot(process, false).svg() + process_plot(process, true).svg();
    }
  }
  page += "</div><h2>How the blocks are spread</h2><div class='grid'>";
  for (const LoadStage& stage : stages) {
    if (!stage.seconds.empty()) {
      page += stage_plot(stage).svg();
    }
  }
  page += "</div><h2>Where</h2><table>";
  for (const auto& [name, value] : facts) {
    page += "<tr>" + cell(name, false) + cell(value, false) + "</tr>";
  }
  return page + "</table></html>\n";
}

}  // namespace robin::cli
