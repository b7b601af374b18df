// robin_scale: what a fleet of 10 to 100,000 consumers would see: for each size and block length the overhead, and how
// busy broker and ledger are; what saturates first, and which block length keeps the overhead below 1 %. A table in
// Markdown, and a page with plots.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <map>
#include <vector>

#include "bench/scale/fleet_model.hpp"
#include "bench/scale/scale_plot.hpp"

namespace robin::bench {
namespace {

struct Options {
  Costs costs{0.00012, 0.0001, 0.004, 0.00012};
  Fleet fleet;
  std::uint64_t blocks_max = 400'000;
  std::string html_file;
};

const std::vector<std::uint32_t> sizes = {10, 100, 1'000, 10'000, 100'000};
constexpr double saturated_overhead = 0.1;
const std::vector<double> lengths = {1, 3, 10, 30, 100, 300, 1000};

int run(int argc, char** argv) {
  CLI::App app{"What a fleet of any size would see, by simulation"};
  Options options;
  app.add_option("--plan", options.costs.plan, "seconds of the ledger for a block to be planned, queued and marked")
      ->capture_default_str();
  app.add_option("--message", options.costs.message, "seconds of the broker for each of a block's three messages")
      ->capture_default_str();
  app.add_option("--transaction", options.costs.transaction, "seconds of the ledger for a transaction of the saver")
      ->capture_default_str();
  app.add_option("--result", options.costs.result, "seconds of the ledger for each result in it")
      ->capture_default_str();
  app.add_option("--evictions-per-hour", options.fleet.evictions_per_hour, "of each consumer")->capture_default_str();
  app.add_option("--sudden-share", options.fleet.sudden_share, "of the evictions: without a warning")
      ->capture_default_str();
  app.add_option("--straggler-share", options.fleet.straggler_share, "of the consumers: five times as slow")
      ->capture_default_str();
  app.add_option("--seed", options.fleet.seed, "repeats a run")->capture_default_str();
  app.add_option("--blocks", options.blocks_max, "simulated for each size and length, at most")->capture_default_str();
  app.add_option("--html", options.html_file, "write a page with plots to this file");
  CLI11_PARSE(app, argc, argv);

  std::map<std::pair<std::uint32_t, double>, Outcome> outcomes;
  for (const std::uint32_t size : sizes) {
    for (const double length : lengths) {
      Fleet fleet = options.fleet;
      fleet.consumers = size;
      fleet.block_seconds = length;
      // A fleet needs ten blocks for each consumer before anything can be said of it.
      outcomes[{size, length}] =
          simulate(options.costs, fleet, std::max<std::uint64_t>(options.blocks_max, 14ULL * size));
    }
  }
  std::cout << "| consumers |";
  for (const double length : lengths) {
    std::cout << fmt::format(" {:g} s |", length);
  }
  std::cout << " saturated first |\n|---|";
  for (std::size_t i = 0; i <= lengths.size(); ++i) {
    std::cout << "---|";
  }
  std::cout << "\n";
  for (const std::uint32_t size : sizes) {
    std::cout << fmt::format("| {} |", size);
    std::string first;
    for (const double length : lengths) {
      const Outcome& outcome = outcomes[{size, length}];
      std::cout << fmt::format(" {:.1f} % ({:.0f}, {:.0f}) |", 100 * outcome.overhead, 100 * outcome.broker,
                               100 * outcome.ledger);
      // A busy ledger alone is none: the saver commits as often as it can, and more at once where it cannot keep up.
      if (outcome.overhead > saturated_overhead) {
        first = fmt::format("{} up to blocks of {:g} s", outcome.broker > outcome.ledger ? "broker" : "ledger", length);
      }
    }
    std::cout << " " << (first.empty() ? "nothing" : first) << " |\n";
  }
  if (!options.html_file.empty()) {
    std::vector<ScaleSeries> overhead;
    std::vector<ScaleSeries> busy;
    for (const std::uint32_t size : sizes) {
      ScaleSeries of_overhead{fmt::format("{} consumers", size), {}};
      ScaleSeries of_busy = of_overhead;
      for (const double length : lengths) {
        const Outcome& outcome = outcomes[{size, length}];
        of_overhead.points.push_back({length, 100 * outcome.overhead});
        of_busy.points.push_back({length, 100 * std::max(outcome.broker, outcome.ledger)});
      }
      overhead.push_back(of_overhead);
      busy.push_back(of_busy);
    }
    std::ofstream(options.html_file) << scale_page(
        {{"Overhead: time of the consumers that went into nothing that was saved", "percent", 1.0, overhead},
         {"The busier of broker and ledger", "percent of its time", 100.0, busy}},
        fmt::format("plan {:.3f} ms, message {:.3f} ms, transaction {:.2f} ms, result {:.3f} ms; {:g} evictions an "
                    "hour, {:g} % of "
                    "them sudden; {:g} % stragglers, five times as slow",
                    1000 * options.costs.plan, 1000 * options.costs.message, 1000 * options.costs.transaction,
                    1000 * options.costs.result, options.fleet.evictions_per_hour, 100 * options.fleet.sudden_share,
                    100 * options.fleet.straggler_share));
  }
  return 0;
}

}  // namespace
}  // namespace robin::bench

int main(int argc, char** argv) {
  try {
    return robin::bench::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "robin_scale: " << error.what() << "\n";
    return 1;
  }
}
