// robin plot: the certified margin on its way down, or the best witnesses below e^gamma, as SVG: from a store file, the
// cluster, or a gateway.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

#include "api/horizon_view.hpp"
#include "cli/api_source.hpp"
#include "cli/commands.hpp"
#include "cli/output_file.hpp"
#include "cli/search_flags.hpp"
#include "cli/svg_plot.hpp"
#include "horizon/reach.hpp"
#include "runtime/error.hpp"
#include "runtime/plain_text.hpp"
#include "search/strategy.hpp"

namespace robin::cli {
namespace {

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

/// The search that was named, or the newest that can be drawn.
api::Search chosen_search(ApiSource& source, const PlotFlags& flags, const std::string& wanted) {
  const search::Strategies strategies;
  std::vector<api::Search> fitting;
  source.each<api::Search>("searches", [&](const api::Search& search, const auto& /*row*/) {
    const auto* strategy = strategies.find(search.strategy);
    const bool fits =
        flags.what != "margin" || (strategy != nullptr && strategy->description().plot == search::Plot::Margin);
    if (wanted.empty() ? fits : std::to_string(search.id) == wanted) {
      fitting.push_back(search);
    }
  });
  if (fitting.empty()) {
    throw runtime::Error(wanted.empty() ? "there is no search to draw yet (robin run, robin submit)"
                                        : "there is no search " + wanted + " (robin status)");
  }
  return fitting.back();
}

SvgPlot margin_plot(ApiSource& source, const api::Search& search, bool detrended) {
  SvgPlot plot;
  const search::Strategies strategies;
  const auto* strategy = strategies.find(search.strategy);
  plot.title = std::string(strategy == nullptr ? search.strategy : strategy->description().inequality) +
               ": the certified margin" + (detrended ? ", de-trended" : "");
  plot.x_name = "log log n";
  plot.y_name = detrended ? "log margin + (log log n) / 2 + log log log n" : "log margin";
  plot.is_curve = true;
  // A constant over sqrt(x) log x, where log n is about x.
  const auto drawn_at = [detrended](double x, double log_margin) {
    return log_margin + (detrended ? x / 2 + std::log(x) : 0);
  };
  const auto margins = source.get<api::List<api::Margin>>("searches/" + std::to_string(search.id) + "/margin",
                                                          {{"points", points_of_margin}});
  for (const auto& point : margins.items) {
    if (point.log_margin) {
      const double x = point.log_log_n;
      plot.points.push_back({x, drawn_at(x, *point.log_margin), "x = " + point.x});
    }
  }
  if (strategy != nullptr && strategy->description().inequality == horizon::inequality) {
    SvgPlot::Curve curve{{}, "the horizon's bound: no margin is below it, given theorems of others (robin horizon)"};
    for (const auto& bound : api::known_bounds()) {
      const double x = std::log(std::strtod(bound.log_n.c_str(), nullptr));
      curve.points.push_back({x, drawn_at(x, std::log(std::strtod(bound.margin.c_str(), nullptr)))});
    }
    plot.curves = {curve};
    plot.points_name = "certified by this search, without them";
  }
  return plot;
}

SvgPlot witness_plot(ApiSource& source, const api::Search& search) {
  SvgPlot plot;
  plot.title = "The best witnesses of search " + std::to_string(search.id) + ", " + search.strategy;
  plot.x_name = "log n";
  plot.y_name = "sigma(n) / (n log log n)";
  plot.marks = {{exp_gamma, "e^gamma = 1.78107"}, {std::strtod(search.threshold.c_str(), nullptr), "threshold"}};
  const auto records =
      source.get<api::List<api::Finding>>("records", {{"search", std::to_string(search.id)}, {"top", witnesses_shown}});
  for (const auto& record : records.items) {
    // The known exceptions would leave no room for anything else.
    if (record.log_n && !record.known_exception) {
      plot.points.push_back({*record.log_n, std::strtod(record.ratio_lo.c_str(), nullptr), record.factorization});
    }
  }
  return plot;
}

int run_plot(const PlotFlags& flags) {
  if (!core::from_word<search::Plot>(flags.what)) {
    throw CLI::ValidationError(
        "WHAT", "'" + flags.what + "' is none of " + runtime::joined(core::all_words<search::Plot>(), ", "));
  }
  refuse_two_places(flags.store, flags.server);
  const std::string wanted =
      flags.search.empty() ? "" : std::to_string(checked_number("--search", flags.search, 1, INT64_MAX));
  const auto source = flags.store.empty() ? open_api(flags.server) : open_store_api(flags.store);
  OutputFile out("--out", flags.out);
  const api::Search search = chosen_search(*source, flags, wanted);
  const SvgPlot plot =
      flags.what == "margin" ? margin_plot(*source, search, flags.detrended) : witness_plot(*source, search);
  if (plot.points.empty()) {
    throw runtime::Error("there is nothing to draw of search " + std::to_string(search.id) + " yet: " +
                         (flags.what == "margin" ? "no block of it is audited, or its strategy certifies no margin"
                                                 : "it kept no number above 5040; a lower --threshold keeps more"));
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
