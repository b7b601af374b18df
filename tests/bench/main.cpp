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
#include <optional>
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
  unsigned repetitions = 7;
  std::vector<std::string> primesieves = {"primesieve"};
  unsigned stream_mebibytes = 0;
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

/// Of the ratios of each pair.
struct Spread {
  double middle;
  double least;
  double most;
};

struct Costs {
  std::vector<Cost> all;
  /// To those of the other side, for each item that both do, pair by pair.
  [[nodiscard]] Spread ratio_to(const Costs& other, double Cost::*member, double items_ratio) const {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < all.size(); ++i) {
      ratios.push_back(all[i].*member / (other.all[i].*member) * items_ratio);
    }
    const auto [least, most] = std::minmax_element(ratios.begin(), ratios.end());
    return {median(ratios), *least, *most};
  }
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

/// As the kernel tells them: "L1 32K of CPUs 0, L2 1024K of CPUs 0, L3 32768K of CPUs 0-1".
std::string caches() {
  std::string text;
  for (int index = 0;; ++index) {
    const std::string folder = "/sys/devices/system/cpu/cpu0/cache/index" + std::to_string(index) + "/";
    const auto line_of = [&folder](const char* name) {
      std::ifstream file(folder + name);
      std::string line;
      std::getline(file, line);
      return line;
    };
    const std::string size = line_of("size");
    if (size.empty()) {
      return text.empty() ? "caches unknown" : text;
    }
    if (const std::string type = line_of("type"); type != "Instruction") {
      text += (text.empty() ? "L" : ", L") + line_of("level") + " " + size + " of CPUs " + line_of("shared_cpu_list");
    }
  }
}

double load() {
  double average = 0;
  return getloadavg(&average, 1) == 1 ? average : 0;
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

ordered_json json_of(const Spread& spread) {
  return {{"median", spread.middle}, {"least", spread.least}, {"most", spread.most}};
}

ordered_json measured(const Workload& workload, unsigned repetitions, Scratch& scratch) {
  std::vector<Costs> costs(workload.contenders.size());
  for (unsigned i = 0; i < repetitions; ++i) {
    for (std::size_t turn = 0; turn < costs.size(); ++turn) {
      // In turn the one and the other way round, since whoever comes first finds another machine.
      const std::size_t c = i % 2 == 0 ? turn : costs.size() - 1 - turn;
      costs[c].all.push_back(measure(scratch.prepared(workload.contenders[c].command)));
    }
  }
  ordered_json result = {{"name", workload.name}, {"what", workload.what}, {"contenders", ordered_json::array()}};
  for (std::size_t c = 0; c < costs.size(); ++c) {
    const double seconds = costs[c].of(&Cost::seconds);
    const double items = workload.contenders[c].items;
    result["contenders"].push_back({{"name", workload.contenders[c].name},
                                    {"items", items},
                                    {"seconds", seconds},
                                    {"cpu_seconds", costs[c].of(&Cost::cpu_seconds)},
                                    {"peak_mebibytes", costs[c].of(&Cost::peak_mebibytes)},
                                    {"items_per_second", items / seconds}});
    if (c > 0) {
      const double items_ratio = items / workload.contenders[0].items;
      result["contenders"][c]["ratio"] = json_of(costs[0].ratio_to(costs[c], &Cost::seconds, items_ratio));
      result["contenders"][c]["cpu_ratio"] = json_of(costs[0].ratio_to(costs[c], &Cost::cpu_seconds, items_ratio));
    }
  }
  const auto& own = result["contenders"][0];
  bool met = true;
  std::string bar;
  const auto demand = [&](bool holds, const std::string& text) {
    met = met && holds;
    bar += (bar.empty() ? "" : ", ") + text;
  };
  if (workload.ratio_max) {
    bool all = true;
    for (std::size_t c = 1; c < costs.size(); ++c) {
      all = all && result["contenders"][c]["cpu_ratio"]["median"].get<double>() <= *workload.ratio_max;
    }
    demand(all, fmt::format("CPU ratio <= {:.2f}", *workload.ratio_max));
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

/// A line for each peer, or one.
std::string rows(const ordered_json& result) {
  const auto& own = result["contenders"][0];
  const auto number = [](const ordered_json& value) { return value.get<double>(); };
  const auto spread = [&](const ordered_json& ratio) {
    return fmt::format("{:.3f} ({:.3f} to {:.3f})", number(ratio["median"]), number(ratio["least"]),
                       number(ratio["most"]));
  };
  std::string text;
  for (std::size_t c = 1; c < std::max<std::size_t>(2, result["contenders"].size()); ++c) {
    std::string peer = "- | - | -";
    if (c < result["contenders"].size()) {
      const auto& other = result["contenders"][c];
      peer = fmt::format("{}: {:.2f} s, {:.2f} s of CPU, {:.2e}/s | {} | {}", other["name"].get<std::string>(),
                         number(other["seconds"]), number(other["cpu_seconds"]), number(other["items_per_second"]),
                         spread(other["cpu_ratio"]), spread(other["ratio"]));
    }
    text += fmt::format("| {} | {:.2f} s, {:.2f} s of CPU, {:.2e}/s, {:.0f} MiB | {} | {} | {} |\n",
                        result["what"].get<std::string>(), number(own["seconds"]), number(own["cpu_seconds"]),
                        number(own["items_per_second"]), number(own["peak_mebibytes"]), peer,
                        result["bar"].get<std::string>(), result["met"].get<bool>() ? "yes" : "NO");
  }
  return text;
}

/// What the certificate must reach beside each primesieve, and beside a neighbour that takes the third-level cache.
constexpr double ratio_max = 0.9;
constexpr double loaded_ratio_max = 1.0;

int run_workloads(const Options& options, const ordered_json& facts) {
  Scratch scratch;
  ordered_json report = facts;
  report["load_at_begin"] = load();
  report["stream_mebibytes"] = options.stream_mebibytes;
  report["workloads"] = ordered_json::array();
  std::optional<Neighbour> neighbour;
  if (options.stream_mebibytes > 0) {
    neighbour.emplace(
        std::vector<std::string>{std::filesystem::read_symlink("/proc/self/exe").replace_filename("robin_stream"),
                                 std::to_string(options.stream_mebibytes)});
  }
  if (options.output == "text") {
    std::cout << facts["machine"].get<std::string>() << " (" << facts["caches"].get<std::string>() << "), "
              << facts["date"].get<std::string>() << ", " << facts["robin"].get<std::string>();
    for (const auto& primesieve : facts["primesieves"]) {
      std::cout << ", " << primesieve["name"].get<std::string>() << ": " << primesieve["version"].get<std::string>();
    }
    std::cout << ", " << facts["pari"].get<std::string>() << "; medians (and least and most) of " << options.repetitions
              << ", in turn"
              << (neighbour ? fmt::format(", beside a neighbour that streams through {} MiB", options.stream_mebibytes)
                            : std::string())
              << "\n\n"
              << "| work | robin | beside it | CPU time, of the peer's for as much | time, of the peer's | to reach | "
                 "reached |\n"
              << "|---|---|---|---|---|---|---|\n"
              << std::flush;
  }
  for (const Workload& workload :
       workloads(options.robin, options.primesieves, neighbour ? loaded_ratio_max : ratio_max)) {
    const bool wanted =
        options.only.empty() || std::any_of(options.only.begin(), options.only.end(),
                                            [&](const auto& n) { return workload.name.find(n) != std::string::npos; });
    if (!wanted) {
      continue;
    }
    report["workloads"].push_back(measured(workload, options.repetitions, scratch));
    if (options.output == "text") {
      std::cout << rows(report["workloads"].back()) << std::flush;
    }
  }
  report["load_at_end"] = load();
  if (options.output == "text") {
    std::cout << fmt::format("\nLoad: {:.1f} at begin, {:.1f} at end.\n", report["load_at_begin"].get<double>(),
                             report["load_at_end"].get<double>());
  } else {
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
  app.add_option("--repetitions", options.repetitions, "of each, interleaved (7)")->check(CLI::Range(1, 1000));
  std::vector<std::string> more_primesieves;
  app.add_option("--primesieve", more_primesieves,
                 "a primesieve beside the system's, such as a newer one; more than once")
      ->check(CLI::ExistingFile)
      ->allow_extra_args(false);
  app.add_option("--stream", options.stream_mebibytes, "beside a neighbour that streams through so many MiB")
      ->check(CLI::Range(0, 65536));
  app.add_option("-o,--output", options.output, "text (a table in Markdown) or json")
      ->check(CLI::IsMember({"text", "json"}));
  app.add_flag("--growth", options.growth, "instead, how cost grows with height");
  app.add_option("--svg", options.svg_file, "with --growth: where its picture goes");
  app.add_option("only", options.only, "workloads whose names contain one of these");
  CLI11_PARSE(app, argc, argv);
  ordered_json primesieves = ordered_json::array();
  options.primesieves.insert(options.primesieves.end(), more_primesieves.begin(), more_primesieves.end());
  for (const std::string& primesieve : options.primesieves) {
    primesieves.push_back(
        {{"name", primesieve}, {"version", first_line_of("'" + primesieve + "' --version | cut -d, -f1")}});
  }
  const ordered_json facts = {{"machine", machine()},
                              {"caches", caches()},
                              {"date", today()},
                              {"robin", first_line_of("'" + options.robin + "' --version")},
                              {"primesieves", primesieves},
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
