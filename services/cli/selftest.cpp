// robin selftest: whether this program, on this machine, finds what is known: in seconds, without a server.

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/search_flags.hpp"
#include "math/primes.hpp"
#include "search/strategy.hpp"

namespace robin::cli {
namespace {

std::vector<search::KnownResult> checks(const search::Strategies& strategies) {
  std::vector<search::KnownResult> all;
  for (const auto& strategy : strategies.all()) {
    const auto known = strategy->known_results();
    all.insert(all.end(), known.begin(), known.end());
  }
  all.push_back({"primes below 10^8: 5,761,455",
                 [] { return search::difference(std::to_string(math::count_primes(2, 100'000'000)), "5761455"); }});
  return all;
}

int run_selftest(const std::string& output_text) {
  const Output output = checked_output(output_text);
  const search::Strategies strategies;
  nlohmann::ordered_json results = nlohmann::ordered_json::array();
  bool ok = true;
  for (const auto& check : checks(strategies)) {
    const std::string wrong = check.differs();
    ok = ok && wrong.empty();
    results.push_back({{"check", check.name},
                       {"ok", wrong.empty()},
                       {"found", wrong.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(wrong)}});
    if (output == Output::Text) {
      print(fmt::format("{}  {}{}\n", wrong.empty() ? "ok  " : "FAIL", check.name, wrong.empty() ? "" : ": " + wrong));
    }
  }
  if (output == Output::Json) {
    print(nlohmann::ordered_json{{"ok", ok}, {"checks", results}}.dump() + "\n");
  }
  return number(ok ? ExitStatus::Done : ExitStatus::Mismatch);
}

}  // namespace

void add_selftest(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("selftest", "Check in seconds that this machine finds what is known");
  auto output = std::make_shared<std::string>("text");
  add_output(*command, *output);
  command->footer("Exit status 4 if anything differs.\n\nExamples:\n  robin selftest\n  robin selftest -o json\n");
  command->callback([&context, output] { context.chosen = [output] { return run_selftest(*output); }; });
}

}  // namespace robin::cli
