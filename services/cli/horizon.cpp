// robin horizon: how far Robin's inequality follows from the verified zeros of zeta alone, what that rests on, and
// whether it agrees with what the sieve certifies.

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "api/horizon_view.hpp"
#include "api/json.hpp"
#include "cli/certified_margins.hpp"
#include "cli/commands.hpp"
#include "cli/horizon_overlap.hpp"
#include "cli/paint.hpp"
#include "cli/search_flags.hpp"
#include "horizon/reach.hpp"

namespace robin::cli {
namespace {

using horizon::Horizon;
using math::Integer;
using math::Interval;
using nlohmann::ordered_json;

constexpr int digits_in_json = 24;
constexpr int digits_of_factor_in_json = 12;

struct HorizonFlags {
  std::string height = "3e12";
  std::string from_log_n = std::to_string(horizon::first_log_n);
  std::string precision = "128";
  std::string from;
  bool no_averaging = false;
  bool table = false;
  bool verbose = false;
  std::string output = "text";
};

struct TableRow {
  unsigned power;
  horizon::Bound bound;
  /// Of the block that holds it; none if that ends far beyond, where the margin is far less.
  const CertifiedMargin* certified;
};

/// Everything that is said.
struct Answer {
  const HorizonFlags& flags;
  api::Horizon view;
  std::vector<CertifiedMargin> certified;
  std::vector<Overlap> overlaps;
  std::vector<TableRow> table;
};

std::vector<TableRow> table_of(const Horizon& horizon, const std::vector<CertifiedMargin>& all, const Interval& from,
                               const Interval& to) {
  const auto& at = horizon.arithmetic();
  std::vector<TableRow> rows;
  for (unsigned power = 1;; ++power) {
    const Interval x = at.number(Integer::power(10, power));
    if (to.certainly_less_than(x)) {
      return rows;
    }
    const auto answer = horizon.bound_at(x);
    const auto* bound = core::accepted(answer);
    if (x.certainly_less_than(from) || bound == nullptr) {
      continue;
    }
    const auto block = std::find_if(all.begin(), all.end(), [&](const CertifiedMargin& one) {
      const Interval far = at.add(x, at.mul(x, at.ratio(1, 4)));
      return one.log_n_from.certainly_less_than(x) && x.certainly_less_than(one.log_n_to) &&
             one.log_n_to.certainly_less_than(far);
    });
    rows.push_back({power, *bound, block == all.end() ? nullptr : &*block});
  }
}

ordered_json json_of(const Answer& answer) {
  ordered_json object = api::json_of(answer.view);
  if (answer.flags.table) {
    ordered_json rows = ordered_json::array();
    for (const auto& row : answer.table) {
      rows.push_back({{"log_n", "1" + std::string(row.power, '0')},
                      {"margin", row.bound.margin.lower_decimal(digits_in_json)},
                      {"factor", row.bound.factor.lower_decimal(digits_of_factor_in_json)},
                      {"certified_margin", row.certified == nullptr
                                               ? ordered_json()
                                               : ordered_json(row.certified->margin.lower_decimal(digits_in_json))}});
    }
    object["table"] = rows;
  }
  if (!answer.flags.from.empty()) {
    ordered_json overlap = {{"file", answer.flags.from}};
    overlap.update(json_of_overlaps(answer.overlaps));
    object["overlap"] = overlap;
  }
  return object;
}

std::string text_of(const Answer& answer) {
  std::string text = painted(Paint::Good, answer.view.statement) + ", given:\n";
  if (answer.flags.verbose) {
    for (const auto& input : answer.view.given) {
      text += fmt::format("  [{}] {}\n    {}\n", input.short_name, input.statement, input.reference);
    }
  } else {
    text += "  " + api::names_of(answer.view.given) + "\n";
  }
  for (const auto& remark : answer.view.remarks) {
    text += remark + "\n";
  }
  text += answer.view.searches + "\n";
  if (!answer.table.empty()) {
    text += fmt::format("\n{:>8}  {:>16}  {:>22}  {}\n", "log n", "margin >=", "times sqrt x log x",
                        answer.certified.empty() ? "" : "certified in its block");
    for (const auto& row : answer.table) {
      text += fmt::format("{:>8}  {:>16}  {:>22}  {}\n", "1e" + std::to_string(row.power),
                          margin_text(row.bound.margin), row.bound.factor.lower_decimal(8),
                          row.certified == nullptr ? "" : margin_text(row.certified->margin));
    }
  }
  if (!answer.flags.from.empty()) {
    text += "\n" + text_of_overlaps(answer.overlaps, answer.flags.from, "blocks");
  }
  return text;
}

int run_horizon(const HorizonFlags& flags) {
  const Output output = checked_output(flags.output);
  horizon::HorizonOptions options;
  options.precision = {static_cast<long>(
      checked_number("--precision", flags.precision, horizon::horizon_bits_min, horizon::horizon_bits_max))};
  options.height = checked_number("--height", flags.height, 1, UINT64_MAX);
  options.squares_below = horizon::HorizonOptions().squares_below;
  if (flags.no_averaging) {
    options.averaging = horizon::Averaging{};
  }
  // What was named is read first: the horizon takes a second to compute.
  const horizon::Arithmetic at(options.precision);
  const auto from = read_decimal(flags.from_log_n, at);
  if (core::accepted(from) == nullptr) {
    throw CLI::ValidationError("--from-log-n", core::refusal_reason(from));
  }
  std::vector<CertifiedMargin> certified;
  if (!flags.from.empty()) {
    certified = read_certified_margins(flags.from, at);
  }
  const auto made = Horizon::make(options);
  const auto* horizon = core::accepted(made);
  if (horizon == nullptr) {
    throw CLI::ValidationError("--height", core::refusal_reason(made));
  }
  const Interval& begin = *core::accepted(from);
  const auto proved = horizon::reach_from(*horizon, begin);
  const auto* reach = core::accepted(proved);
  if (reach == nullptr) {
    throw CLI::ValidationError("--from-log-n", core::refusal_reason(proved) + " (from " +
                                                   std::to_string(horizon::first_log_n) +
                                                   " on there is more, and a larger --height reaches further)");
  }
  Answer answer{flags, api::view(*horizon, *reach, begin, flags.from_log_n), {}, {}, {}};
  const Interval end = at.number(reach->to);
  if (!flags.from.empty()) {
    answer.certified = std::move(certified);
    answer.overlaps = compared(*horizon, answer.certified, begin, end);
  }
  if (flags.table) {
    answer.table = table_of(*horizon, answer.certified, begin, end);
  }
  print(output == Output::Json ? json_of(answer).dump() + "\n" : text_of(answer));
  return number(all_agree(answer.overlaps) ? ExitStatus::Done : ExitStatus::Mismatch);
}

}  // namespace

void add_horizon(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("horizon", "How far Robin's inequality follows from the verified zeros of zeta");
  auto flags = std::make_shared<HorizonFlags>();
  command->add_option("--height", flags->height, "up to which the zeros of zeta are taken for verified")
      ->capture_default_str();
  command->add_option("--from-log-n", flags->from_log_n, "where to begin")->capture_default_str();
  command->add_flag("--no-averaging", flags->no_averaging, "without the step of the proof that is new: not as far");
  command->add_option("--from", flags->from,
                      "hold the bound against the margins of this certificate: what robin certificate wrote, by --out "
                      "or -o json, or a store of robin run");
  command->add_flag("--table", flags->table, "the bound at powers of ten, beside the certified margins of --from");
  command->add_option("--precision", flags->precision, "bits of every enclosure")->capture_default_str();
  command->add_flag("--verbose", flags->verbose, "what it rests on in full");
  add_output(*command, flags->output);
  command->footer(
      "Nothing is computed of any n: the zeros up to that height lie on the critical line, by a computation of "
      "others,\n"
      "and from that the inequality follows up to n = 10^(10^46). common/horizon/ALGORITHMS.md has the proof.\n"
      "Exit status 4 if a certified margin lies below the bound: then one of the two is wrong.\n\nExamples:\n"
      "  robin horizon --no-averaging --verbose\n  robin horizon --from certificate.json --table\n");
  command->callback([&context, flags] { context.chosen = [flags] { return run_horizon(*flags); }; });
}

}  // namespace robin::cli
