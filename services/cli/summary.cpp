#include "cli/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <numeric>

#include "api/witness_view.hpp"
#include "flow/json_reader.hpp"

namespace robin::cli {
namespace {

using api::WitnessView;

using nlohmann::ordered_json;

constexpr std::size_t shown_in_text_max = 10;

ordered_json list(const std::vector<search::Witness>& witnesses) {
  ordered_json all = ordered_json::array();
  for (const auto& witness : witnesses) {
    all.push_back(to_json(WitnessView(witness)));
  }
  return all;
}

std::size_t count_known(const std::vector<search::Witness>& violations) {
  return static_cast<std::size_t>(std::count_if(violations.begin(), violations.end(), [](const auto& violation) {
    return WitnessView(violation).known_exception;
  }));
}

/// "1.80461089...": enough digits to tell witnesses apart.
std::string shown_ratio(const search::Witness& witness) { return witness.ratio_lo.substr(0, 12) + "..."; }

void add_row(std::string& text, const search::Witness& witness) {
  const WitnessView view(witness);
  const std::string name = short_name(view);
  text += fmt::format("               {}  {}{}{}\n", shown_ratio(witness), name,
                      name == view.factorization ? "" : " = " + view.factorization,
                      view.known_exception ? "  (known exception)" : "");
}

std::string violations_text(const std::vector<search::Witness>& violations) {
  const std::size_t known = count_known(violations);
  std::string text =
      fmt::format("  violations   {} known exceptions (n <= 5040), {} other\n", known, violations.size() - known);
  std::string names;
  for (const auto& violation : violations) {
    const WitnessView view(violation);
    if (view.known_exception) {
      names += " " + short_name(view);
    }
  }
  if (!names.empty()) {
    text += fmt::format("              {}\n", names);
  }
  for (const auto& violation : violations) {
    if (!WitnessView(violation).known_exception) {
      text += fmt::format("  COUNTEREXAMPLE n = {}, ratio in [{}, {}]\n", violation.factorization, violation.ratio_lo,
                          violation.ratio_hi);
    }
  }
  return text;
}

}  // namespace

std::string json_text(const SearchRequest& request, const Summary& summary) {
  const auto& spec = request.spec;
  ordered_json object = {{"strategy", spec.strategy},
                         {"begin", request.strategy->text(spec.range.begin)},
                         {"end", request.strategy->text(spec.range.end)},
                         {"mode", search::text(spec.parameters.mode)},
                         {"threshold", spec.parameters.threshold.text()},
                         {"candidates", flow::wide_number(summary.candidates)},
                         {"violations", list(summary.violations)},
                         {"witness_count", summary.witness_count},
                         {"witnesses", list(summary.witnesses)},
                         {"undecided", list(summary.undecided)},
                         {"digest_kind", search::text(spec.parameters.digest)},
                         {"digest", summary.digest},
                         {"elapsed_seconds", summary.elapsed_seconds}};
  if (request.strategy->finds_best()) {
    object["best_witness"] = summary.best ? to_json(WitnessView(*summary.best)) : ordered_json();
  }
  if (summary.histogram) {
    // Twelve classes: below the first border, ten a thousandth of the threshold wide, and from the threshold on.
    object["histogram"] = {{"from", spec.parameters.threshold.per_mille(990).text()},
                           {"width", spec.parameters.threshold.per_mille(1).text()},
                           {"counts", summary.histogram->counts()}};
  }
  if (summary.primes) {
    object["prime_count"] = flow::wide_number(summary.primes->count);
    object["prime_sum"] = flow::wide_number(summary.primes->sum);
  }
  if (summary.certificate) {
    object["certificate"] = summary.certificate->json;
  }
  if (summary.blocks) {
    object["blocks_finished"] = summary.blocks->finished;
    object["blocks_failed"] = summary.blocks->failed;
  }
  return object.dump() + "\n";
}

std::string plain_text(const SearchRequest& request, const Summary& summary) {
  const auto& spec = request.spec;
  std::string text = fmt::format("{} [{}, {})\n", spec.strategy, request.strategy->text(spec.range.begin),
                                 request.strategy->text(spec.range.end));
  text += fmt::format("  candidates   {} in {:.2f} s\n", grouped(summary.candidates), summary.elapsed_seconds);
  if (summary.blocks) {
    text += fmt::format("  blocks       {} finished, {} failed\n", summary.blocks->finished, summary.blocks->failed);
  }
  text += violations_text(summary.violations);
  if (summary.primes) {
    text +=
        fmt::format("  primes       {}, their sum {}\n", grouped(summary.primes->count), grouped(summary.primes->sum));
  }
  if (!summary.undecided.empty()) {
    text += fmt::format("  UNDECIDED    {} candidates at the limit of precision\n", summary.undecided.size());
  }
  if (summary.best) {
    text += spec.parameters.mode == search::Mode::Complete ? "  best         over all candidates:\n"
                                                           : "  best         of those kept:\n";
    add_row(text, *summary.best);
  }
  text += fmt::format("  witnesses    {} with a ratio >= {}{}\n", summary.witness_count,
                      spec.parameters.threshold.text(), summary.witnesses.empty() ? "" : ", the best:");
  for (std::size_t i = 0; i < std::min(summary.witnesses.size(), shown_in_text_max); ++i) {
    add_row(text, summary.witnesses[i]);
  }
  if (summary.witnesses.size() > shown_in_text_max) {
    text +=
        fmt::format("               ... {} more with -o json --top all\n", summary.witness_count - shown_in_text_max);
  }
  if (summary.histogram) {
    const auto& counts = summary.histogram->counts();
    text += fmt::format("  near misses  {} within 1 % below the threshold\n",
                        std::accumulate(counts.begin() + 1, counts.end() - 1, std::uint64_t{0}));
  }
  text += fmt::format("  digest       {} {}\n", search::text(spec.parameters.digest), summary.digest);
  return summary.certificate ? text + summary.certificate->sentence : text;
}

ExitStatus status_of(const Summary& summary) {
  if (count_known(summary.violations) != summary.violations.size()) {
    return ExitStatus::Violation;
  }
  const bool failed = summary.blocks && summary.blocks->failed > 0;
  const bool refused = summary.certificate && !summary.certificate->refusal.empty();
  return failed || refused || !summary.undecided.empty() ? ExitStatus::Failure : ExitStatus::Done;
}

std::string with_unit(double value) {
  constexpr std::array<const char*, 6> units = {"", " k", " M", " G", " T", " P"};
  std::size_t unit = 0;
  while (value >= 1000 && unit + 1 < units.size()) {
    value /= 1000;
    ++unit;
  }
  return fmt::format("{:.3g}{}", value, units[unit]);
}

}  // namespace robin::cli
