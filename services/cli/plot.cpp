// robin plot: the certified margin on its way down, or the best witnesses below e^gamma, as SVG: from a store file, the
// cluster, or a gateway.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/api_source.hpp"
#include "cli/commands.hpp"
#include "cli/output_file.hpp"
#include "cli/search_flags.hpp"
#include "cli/svg_plot.hpp"
#include "runtime/error.hpp"

namespace robin::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr double exp_gamma = 1.7810724179901979852;
constexpr const char* points_of_margin = "2000";
constexpr const char* witnesses_shown = "1000";

struct PlotFlags {
  ServerFlags server;
  std::string what;
  std::string search;
  std::string store;
  std::string out;
  bool detrended = false;
};

/// The search that was named, or the only one that can be drawn.
Json chosen_search(ApiSource& source, const PlotFlags& flags, const std::string& wanted) {
  std::vector<Json> fitting;
  const Json searches = source.get("searches");
  for (const Json& search : searches.at("items")) {
    const bool fits = flags.what != "margin" || search.at("strategy") == "colossally-abundant";
    if (wanted.empty() ? fits : search.at("id").dump() == wanted) {
      fitting.push_back(search);
    }
  }
  if (fitting.empty()) {
    throw runtime::Error(wanted.empty() ? "there is no search to draw yet (robin run, robin submit)"
                                        : "there is no search " + wanted + " (robin status)");
  }
  return fitting.back();
}

SvgPlot margin_plot(ApiSource& source, const Json& search, bool detrended) {
  SvgPlot plot;
  plot.title =
      detrended ? "Robin's inequality: the certified margin, de-trended" : "Robin's inequality: the certified margin";
  plot.x_name = "log log n";
  plot.y_name = detrended ? "log margin + (log log n) / 2 + log log log n" : "log margin";
  plot.is_curve = true;
  const Json margins = source.get("searches/" + search.at("id").dump() + "/margin", {{"points", points_of_margin}});
  for (const Json& point : margins.at("items")) {
    if (!point.at("log_margin").is_null()) {
      const double x = point.at("log_log_n").get<double>();
      // About 0.78 / (sqrt(x) log x), where log n is about x.
      const double trend = detrended ? x / 2 + std::log(x) : 0;
      plot.points.push_back(
          {x, point.at("log_margin").get<double>() + trend, "x = " + point.at("x").get<std::string>()});
    }
  }
  return plot;
}

SvgPlot witness_plot(ApiSource& source, const Json& search) {
  SvgPlot plot;
  plot.title =
      "The best witnesses of search " + search.at("id").dump() + ", " + search.at("strategy").get<std::string>();
  plot.x_name = "log n";
  plot.y_name = "sigma(n) / (n log log n)";
  plot.marks = {{exp_gamma, "e^gamma = 1.78107"},
                {std::strtod(search.at("threshold").get<std::string>().c_str(), nullptr), "threshold"}};
  const Json records = source.get("records", {{"search", search.at("id").dump()}, {"top", witnesses_shown}});
  for (const Json& record : records.at("items")) {
    // The known exceptions would leave no room for anything else.
    if (!record.at("log_n").is_null() && !record.at("known_exception").get<bool>()) {
      plot.points.push_back({record.at("log_n").get<double>(),
                             std::strtod(record.at("ratio_lo").get<std::string>().c_str(), nullptr),
                             record.at("factorization").get<std::string>()});
    }
  }
  return plot;
}

int run_plot(const PlotFlags& flags) {
  if (flags.what != "margin" && flags.what != "witnesses") {
    throw CLI::ValidationError("WHAT", "'" + flags.what + "' is none of margin, witnesses");
  }
  refuse_two_places(flags.store, flags.server);
  const std::string wanted =
      flags.search.empty() ? "" : std::to_string(checked_number("--search", flags.search, 1, INT64_MAX));
  const auto source = flags.store.empty() ? open_api(flags.server) : open_store_api(flags.store);
  OutputFile out("--out", flags.out);
  const Json search = chosen_search(*source, flags, wanted);
  const SvgPlot plot =
      flags.what == "margin" ? margin_plot(*source, search, flags.detrended) : witness_plot(*source, search);
  if (plot.points.empty()) {
    throw runtime::Error("there is nothing to draw of search " + search.at("id").dump() + " yet");
  }
  out.write(plot.svg());
  out.finish();
  return number(ExitStatus::Done);
}

}  // namespace

void add_plot(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("plot", "Draw the margin or the best witnesses as SVG");
  auto flags = std::make_shared<PlotFlags>();
  command->add_option("WHAT", flags->what, "margin or witnesses")->required();
  command->add_option("--search", flags->search, "of this search [the newest that fits]");
  command->add_option("--store", flags->store, "of a file that robin run wrote");
  command->add_option("--out", flags->out, "a file [stdout]");
  command->add_flag("--detrended", flags->detrended, "margin: less its known trend");
  flags->server.add_to(*command);
  command->footer(
      "Examples:\n  robin plot margin --store robin.db --out margin.svg\n"
      "  robin plot witnesses --search 1 --server http://127.0.0.1:8080 --out witnesses.svg\n");
  command->callback([&context, flags] { context.chosen = [flags] { return run_plot(*flags); }; });
}

}  // namespace robin::cli
