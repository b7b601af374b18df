// robin_bench: the workloads whose figures are to be beaten, beside what stands there today: interleaved repetitions,
// medians, ratios. Started by ops/bench.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

#include "bench/growth_plot.hpp"
#include "bench/measure.hpp"
#include "bench/workloads.hpp"

namespace robin::bench {
namespace {

using nlohmann::ordered_json;

struct Options {
  std::string robin;
  unsigned repetitions = 3;
  std::string output = "text";
  std::vector<std::string> only;
  bool growth = false;
  std::string svg_file;
};

/// A folder of this run alone, gone at its end.
class Scratch {
 public:
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "robin-bench.XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
      throw std::runtime_error("cannot make a folder under " + std::filesystem::temp_directory_path().string());
    }
    folder_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  /// The command with fresh files in the places of `fresh_file`.
  std::vector<std::string> prepared(std::vector<std::string> command) {
    for (std::string& word : command) {
      if (word == fresh_file) {
        word = folder_ + "/" + std::to_string(++files_);
      }
    }
    return command;
  }

 private:
  std::string folder_;
  unsigned files_ = 0;
};

struct Costs {
  std::vector<Cost> all;
  [[nodiscard]] double of(double Cost::*member) const {
    std::vector<double> values;
    std::transform(all.begin(), all.end(), std::back_inserter(values), [&](const Cost& cost) { return cost.*member; });
    return median(values);
  }
};

std::string machine() {
  std::ifstream cpus("/proc/cpuinfo");
  std::string model = "unknown CPU";
  for (std::string line; std::getline(cpus, line);) {
    if (line.starts_with("model name")) {
      model = line.substr(line.find(':') + 2);
      break;
    }
  }
  return model + ", " + std::to_string(std::thread::hardware_concurrency()) + " cores";
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  char text[16];
  std::strftime(text, sizeof text, "%Y-%m-%d", std::gmtime(&now));  // NOLINT(concurrency-mt-unsafe): one thread
  return text;
}

std::string first_line_of(const std::string& command) {
  std::string line;
  if (FILE* pipe = popen((command + " 2>&1").c_str(), "r")) {  // NOLINT(cert-env33-c): fixed commands
    for (int c = std::fgetc(pipe); c != EOF && c != '\n'; c = std::fgetc(pipe)) {
      line += static_cast<char>(c);
    }
    pclose(pipe);
  }
  return line;
}

ordered_json measured(const Workload& workload, unsigned repetitions, Scratch& scratch) {
  std::vector<Costs> costs(workload.contenders.size());
  for (unsigned i = 0; i < repetitions; ++i) {
    for (std::size_t c = 0; c < costs.size(); ++c) {
      costs[c].all.push_back(measure(scratch.prepared(workload.contenders[c].command)));
    }
  }
  ordered_json result = {{"name", workload.name}, {"what", workload.what}, {"contenders", ordered_json::array()}};
  for (std::size_t c = 0; c < costs.size(); ++c) {
    const double seconds = costs[c].of(&Cost::seconds);
    result["contenders"].push_back({{"name", workload.contenders[c].name},
                                    {"items", workload.contenders[c].items},
                                    {"seconds", seconds},
                                    {"cpu_seconds", costs[c].of(&Cost::cpu_seconds)},
                                    {"peak_mebibytes", costs[c].of(&Cost::peak_mebibytes)},
                                    {"items_per_second", workload.contenders[c].items / seconds}});
  }
  const auto& own = result["contenders"][0];
  bool met = true;
  std::string bar;
  const auto demand = [&](bool holds, const std::string& text) {
    met = met && holds;
    bar += (bar.empty() ? "" : ", ") + text;
  };
  if (costs.size() > 1) {
    result["ratio"] = result["contenders"][1]["items_per_second"].get<double>() / own["items_per_second"].get<double>();
  }
  if (workload.ratio_max) {
    demand(result["ratio"].get<double>() <= *workload.ratio_max, fmt::format("ratio <= {:.2f}", *workload.ratio_max));
  }
  if (workload.seconds_max) {
    demand(own["seconds"].get<double>() <= *workload.seconds_max, fmt::format("<= {:.0f} s", *workload.seconds_max));
  }
  if (workload.rate_min) {
    demand(own["items_per_second"].get<double>() >= *workload.rate_min, fmt::format(">= {:.1e}/s", *workload.rate_min));
  }
  if (workload.mebibytes_max) {
    demand(own["peak_mebibytes"].get<double>() <= *workload.mebibytes_max,
           fmt::format("<= {:.0f} MiB", *workload.mebibytes_max));
  }
  result["bar"] = bar;
  result["met"] = met;
  return result;
}

std::string row(const ordered_json& result) {
  const auto& own = result["contenders"][0];
  const auto number = [](const ordered_json& value) { return value.get<double>(); };
  std::string peer = "-";
  std::string ratio = "-";
  if (result.contains("ratio")) {
    const auto& other = result["contenders"][1];
    peer = fmt::format("{}: {:.2f} s, {:.2e}/s", other["name"].get<std::string>(), number(other["seconds"]),
                       number(other["items_per_second"]));
    ratio = fmt::format("{:.3f}", number(result["ratio"]));
  }
  return fmt::format("| {} | {:.2f} s, {:.2e}/s, {:.0f} MiB | {} | {} | {} | {} |\n", result["what"].get<std::string>(),
                     number(own["seconds"]), number(own["items_per_second"]), number(own["peak_mebibytes"]), peer,
                     ratio, result["bar"].get<std::string>(), result["met"].get<bool>() ? "yes" : "NO");
}

int run_workloads(const Options& options, const ordered_json& facts) {
  Scratch scratch;
  ordered_json report = facts;
  report["workloads"] = ordered_json::array();
  if (options.output == "text") {
    std::cout << facts["machine"].get<std::string>() << ", " << facts["date"].get<std::string>() << ", "
              << facts["robin"].get<std::string>() << ", " << facts["primesieve"].get<std::string>() << ", "
              << facts["pari"].get<std::string>() << "; medians of " << options.repetitions << "\n\n"
              << "| work | robin | beside it | time, of the peer's for as much | to reach | reached |\n"
              << "|---|---|---|---|---|---|\n"
              << std::flush;
  }
  for (const Workload& workload : workloads(options.robin)) {
    const bool wanted =
        options.only.empty() || std::any_of(options.only.begin(), options.only.end(),
                                            [&](const auto& n) { return workload.name.find(n) != std::string::npos; });
    if (!wanted) {
      continue;
    }
    report["workloads"].push_back(measured(workload, options.repetitions, scratch));
    if (options.output == "text") {
      std::cout << row(report["workloads"].back()) << std::flush;
    }
  }
  if (options.output == "json") {
    std::cout << report.dump() << "\n";
  }
  return 0;
}

int run_growth(const Options& options, const ordered_json& facts) {
  Scratch scratch;
  std::vector<Curve> curves;
  ordered_json report = facts;
  report["growth"] = ordered_json::array();
  Costs starts;
  for (unsigned i = 0; i < options.repetitions; ++i) {
    starts.all.push_back(measure({options.robin, "version"}));
  }
  const double start = starts.of(&Cost::seconds);
  for (const Growth& growth : growths(options.robin)) {
    Curve curve{growth.name, growth.what, growth.height_name, {}};
    for (const auto& step : growth.steps) {
      Costs costs;
      for (unsigned i = 0; i < options.repetitions; ++i) {
        costs.all.push_back(measure(scratch.prepared(step.command)));
      }
      // Less what the program takes to start, and not below what a clock of this kind can tell.
      const double seconds = std::max(0.001, costs.of(&Cost::seconds) - start);
      curve.points.push_back({step.height, seconds / step.items * 1e9});
    }
    ordered_json points = ordered_json::array();
    for (const auto& point : curve.points) {
      points.push_back({{"height", point.height}, {"seconds", point.seconds}});
    }
    report["growth"].push_back(
        {{"name", curve.name}, {"what", curve.what}, {"exponent", fitted_exponent(curve)}, {"points", points}});
    if (options.output == "text") {
      std::string heights = "| " + growth.name + ": " + growth.height_name;
      std::string rule = "|---";
      std::string seconds = "| " + growth.what;
      for (const auto& point : curve.points) {
        heights += fmt::format(" | {:g}", point.height);
        rule += "|---";
        seconds += fmt::format(" | {:.3g}", point.seconds);
      }
      std::cout << heights << " | fitted |\n"
                << rule << "|---|\n"
                << seconds << fmt::format(" | {}^{:.2f} |\n\n", growth.height_name, fitted_exponent(curve))
                << std::flush;
    }
    curves.push_back(std::move(curve));
  }
  if (options.output == "json") {
    std::cout << report.dump() << "\n";
  }
  if (!options.svg_file.empty()) {
    std::ofstream(options.svg_file) << svg(curves);
  }
  return 0;
}

int run(int argc, char** argv) {
  CLI::App app{"The workloads whose figures are to be beaten, beside what stands there today"};
  Options options;
  app.add_option("--robin", options.robin, "the program to be measured")->required();
  app.add_option("--repetitions", options.repetitions, "of each, interleaved (3)")->check(CLI::Range(1, 1000));
  app.add_option("-o,--output", options.output, "text (a table in Markdown) or json")
      ->check(CLI::IsMember({"text", "json"}));
  app.add_flag("--growth", options.growth, "instead, how cost grows with height");
  app.add_option("--svg", options.svg_file, "with --growth: where its picture goes");
  app.add_option("only", options.only, "workloads whose names contain one of these");
  CLI11_PARSE(app, argc, argv);
  const ordered_json facts = {{"machine", machine()},
                              {"date", today()},
                              {"robin", first_line_of("'" + options.robin + "' --version")},
                              {"primesieve", first_line_of("primesieve --version | cut -d, -f1")},
                              {"pari", "PARI/GP " + first_line_of("gp --version-short")},
                              {"repetitions", options.repetitions}};
  return options.growth ? run_growth(options, facts) : run_workloads(options, facts);
}

}  // namespace
}  // namespace robin::bench

int main(int argc, char** argv) {
  try {
    return robin::bench::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "robin_bench: " << error.what() << "\n";
    return 1;
  }
}
