#include "cli/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "api/json.hpp"
#include "api/witness_view.hpp"

namespace robin::cli {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t shown_in_text_max = 10;

ordered_json list(const std::vector<search::Witness>& witnesses) {
  ordered_json all = ordered_json::array();
  for (const auto& witness : witnesses) {
    all.push_back(api::json_of(api::view(witness)));
  }
  return all;
}

std::size_t count(const Summary& summary, search::Standing standing) {
  return static_cast<std::size_t>(std::count(summary.standings.begin(), summary.standings.end(), standing));
}

void add_figures(ordered_json& object, const std::vector<search::Figure>& figures) {
  for (const auto& figure : figures) {
    object[figure.name] = std::visit(
        [](const auto& value) -> ordered_json {
          using Value = std::remove_cvref_t<decltype(value)>;
          if constexpr (std::is_same_v<Value, std::vector<search::Figure>>) {
            ordered_json inner = ordered_json::object();
            add_figures(inner, value);
            return inner;
          } else if constexpr (std::is_same_v<Value, search::uint128>) {
            return core::wide_to_json<ordered_json>(value);
          } else {
            return value;
          }
        },
        figure.value);
  }
}

/// "1.80461089...": enough digits to tell witnesses apart.
std::string shown_ratio(const search::Witness& witness) { return witness.ratio_lo.substr(0, 12) + "..."; }

void add_row(std::string& text, const search::Witness& witness) {
  const auto view = api::view(witness);
  const std::string name = short_name(view);
  text += fmt::format("               {}  {}{}{}\n", shown_ratio(witness), name,
                      name == view.factorization ? "" : " = " + view.factorization,
                      view.known_exception ? "  (known exception)" : "");
}

/// Of a violation that is claimed and not certified: what is known of it.
std::string_view doubt(search::Standing standing) {
  return standing == search::Standing::Holds       ? "the inequality holds there"
         : standing == search::Standing::Undecided ? "undecided at the limit of precision"
                                                   : "too large to be judged here";
}

std::string violations_text(const Summary& summary) {
  const std::size_t known = count(summary, search::Standing::Known);
  std::string text = fmt::format("  violations   {} known exceptions (n <= 5040), {} other\n", known,
                                 count(summary, search::Standing::Violates));
  std::string names;
  std::string others;
  for (std::size_t i = 0; i < summary.violations.size(); ++i) {
    const auto& violation = summary.violations[i];
    switch (summary.standings[i]) {
      case search::Standing::Known:
        names += " " + short_name(api::view(violation));
        break;
      case search::Standing::Violates:
        others += fmt::format("  COUNTEREXAMPLE n = {}, ratio in [{}, {}]\n", violation.factorization,
                              violation.ratio_lo, violation.ratio_hi);
        break;
      case search::Standing::Holds:
      case search::Standing::Undecided:
      case search::Standing::Unread:
        others += fmt::format("  NOT CERTIFIED n = {} is said to violate: {}\n", violation.factorization,
                              doubt(summary.standings[i]));
    }
  }
  return text + (names.empty() ? "" : fmt::format("              {}\n", names)) + others;
}

}  // namespace

void take_violations(Summary& summary, const search::Strategy& strategy, std::vector<search::Witness> violations,
                     Origin origin) {
  summary.violations = std::move(violations);
  summary.standings.clear();
  for (const auto& violation : summary.violations) {
    const auto standing = search::judge(strategy, violation.factorization, search::for_one_number);
    summary.standings.push_back(
        standing == search::Standing::Unread && origin == Origin::ThisProcess ? search::Standing::Violates : standing);
  }
}

void certify_witnesses(Summary& summary, const search::Strategy& strategy, Origin origin) {
  // Of more than that, which only a list of all has, nobody reads each as the best.
  constexpr std::size_t certified_max = 100;
  if (origin == Origin::ThisProcess) {
    return;
  }
  const auto anew = [&strategy](const search::Witness& claimed) {
    const auto factors = search::read_claimed(claimed.factorization, search::for_a_list);
    return factors ? search::certified(strategy, claimed, *factors) : std::nullopt;
  };
  std::vector<search::Witness> kept;
  for (std::size_t i = 0; i < summary.witnesses.size(); ++i) {
    auto witness = i < certified_max ? anew(summary.witnesses[i]) : std::optional(summary.witnesses[i]);
    if (witness) {
      kept.push_back(*std::move(witness));
    }
  }
  summary.witnesses = std::move(kept);
  summary.best = summary.best ? anew(*summary.best) : std::nullopt;
}

std::string json_text(const SearchRequest& request, const Summary& summary) {
  const auto& spec = request.spec;
  ordered_json object = {{"strategy", spec.strategy},
                         {"begin", request.strategy->text(spec.range.begin)},
                         {"end", request.strategy->text(spec.range.end)},
                         {"mode", search::text(spec.parameters.mode)},
                         {"threshold", spec.parameters.threshold.text()},
                         {"candidates", core::wide_to_json<ordered_json>(summary.candidates)},
                         {"violations", list(summary.violations)},
                         {"witness_count", summary.witness_count},
                         {"witnesses", list(summary.witnesses)},
                         {"undecided", list(summary.undecided)},
                         {"digest_kind", search::text(spec.parameters.digest)},
                         {"digest", summary.digest},
                         {"elapsed_seconds", summary.elapsed_seconds}};
  if (request.strategy->finds_best()) {
    object["best_witness"] = summary.best ? api::json_of(api::view(*summary.best)) : ordered_json();
  }
  add_figures(object, summary.details.figures);
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
  text += violations_text(summary);
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
  for (const auto& [label, said] : summary.details.lines) {
    text += fmt::format("  {:<12} {}\n", label, said);
  }
  text += fmt::format("  digest       {} {}\n", search::text(spec.parameters.digest), summary.digest);
  return summary.certificate ? text + summary.certificate->sentence : text;
}

ExitStatus status_of(const Summary& summary) {
  if (count(summary, search::Standing::Violates) > 0) {
    return ExitStatus::Violation;
  }
  const bool doubted = count(summary, search::Standing::Known) != summary.violations.size();
  const bool failed = summary.blocks && summary.blocks->failed > 0;
  const bool refused = summary.certificate && !summary.certificate->refusal.empty();
  return failed || refused || doubted || !summary.undecided.empty() ? ExitStatus::Failure : ExitStatus::Done;
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
