// robin horizon: how far Robin's inequality follows from the verified zeros of zeta alone, what that rests on, and
// whether it agrees with what the sieve certifies.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/certified_margins.hpp"
#include "cli/commands.hpp"
#include "cli/paint.hpp"
#include "cli/search_flags.hpp"
#include "horizon/comparison.hpp"
#include "horizon/reach.hpp"
#include "horizon/small_numbers.hpp"
#include "math/number_text.hpp"
#include "math/robin.hpp"

namespace robin::cli {
namespace {

using horizon::Horizon;
using math::Integer;
using math::Interval;
using nlohmann::ordered_json;

constexpr int digits_in_json = 24;
constexpr int digits_in_table = 10;
constexpr int digits_of_height_shown = 5;
constexpr int digits_of_height_in_json = 12;

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

/// The horizon's bound against one certified margin.
struct Overlap {
  const CertifiedMargin* certified;
  Interval bound;
  bool agrees;
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
  const Horizon& horizon;
  const horizon::Reach& reach;
  /// n below are looked at one by one, from 5041 on; 0: they are not.
  std::uint64_t one_by_one_below;
  std::vector<CertifiedMargin> certified;
  std::vector<Overlap> overlaps;
  std::vector<TableRow> table;
};

std::string power_tower(const Answer& answer) {
  return "10^(10^" +
         math::cut(answer.reach.log10_log10_n.lower_decimal(digits_of_height_in_json), digits_of_height_shown) + ")";
}

std::string range_of_log_n(const Answer& answer) {
  return fmt::format("{} <= log n <= {}", answer.flags.from_log_n,
                     math::scientific(answer.reach.to.to_decimal(), digits_in_table));
}

std::string statement(const Answer& answer) {
  return "Robin's inequality holds for every " +
         (answer.one_by_one_below > 0
              ? "5040 < n <= " + power_tower(answer)
              : "n with " + range_of_log_n(answer) + ", that is up to n = " + power_tower(answer));
}

std::string names_of(const std::vector<horizon::Input>& inputs) {
  std::string all;
  for (const auto input : inputs) {
    all += (all.empty() ? "[" : ", [") + std::string(horizon::text_of(input).name) + "]";
  }
  return all;
}

/// Whether the certified numbers reach into what the horizon speaks of.
bool overlaps(const CertifiedMargin& certified, const Interval& from, const Interval& to) {
  return from.certainly_less_than(certified.log_n_to) && certified.log_n_from.certainly_less_than(to);
}

std::vector<Overlap> compared(const Horizon& horizon, const std::vector<CertifiedMargin>& all, const Interval& from,
                              const Interval& to) {
  std::vector<Overlap> found;
  for (const auto& certified : all) {
    if (!overlaps(certified, from, to)) {
      continue;
    }
    const auto answer =
        horizon::least_bound(horizon, Interval::max(from, certified.log_n_from), Interval::min(to, certified.log_n_to));
    // Where the horizon says nothing it contradicts nothing.
    if (const auto* bound = core::accepted(answer)) {
      found.push_back({&certified, *bound, horizon::agree(*bound, certified.margin)});
    }
  }
  return found;
}

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

std::string margin_text(const Interval& margin) {
  return margin.certainly_positive() ? math::scientific(margin.lower_decimal(digits_in_table), digits_in_table)
                                     : std::string("none");
}

double ratio_of(const Overlap& one) { return one.bound.lower_double() / one.certified->margin.lower_double(); }

const Overlap& closest(const std::vector<Overlap>& all) {
  return *std::max_element(all.begin(), all.end(),
                           [](const Overlap& a, const Overlap& b) { return ratio_of(a) < ratio_of(b); });
}

ordered_json json_of_overlaps(const Answer& answer) {
  ordered_json contradictions = ordered_json::array();
  for (const auto& one : answer.overlaps) {
    if (!one.agrees) {
      contradictions.push_back({{"block", one.certified->name},
                                {"bound", one.bound.lower_decimal(digits_in_json)},
                                {"certified", one.certified->margin.lower_decimal(digits_in_json)}});
    }
  }
  const bool is_empty = answer.overlaps.empty();
  return {
      {"file", answer.flags.from},
      {"blocks", answer.overlaps.size()},
      {"to_log_n", is_empty ? ordered_json()
                            : ordered_json(answer.overlaps.back().certified->log_n_to.lower_decimal(digits_in_json))},
      {"closest_block", is_empty ? ordered_json() : ordered_json(closest(answer.overlaps).certified->name)},
      {"closest_ratio", is_empty ? ordered_json() : ordered_json(ratio_of(closest(answer.overlaps)))},
      {"contradictions", contradictions}};
}

ordered_json json_of(const Answer& answer) {
  const auto& averaging = answer.horizon.averaging();
  ordered_json given = ordered_json::array();
  for (const auto input : answer.reach.given) {
    const auto& text = horizon::text_of(input);
    given.push_back({{"name", text.name}, {"statement", text.statement}, {"reference", text.reference}});
  }
  ordered_json object = {
      {"statement", statement(answer)},
      {"height", answer.horizon.height()},
      {"from_log_n", answer.flags.from_log_n},
      {"to_log_n", answer.reach.to.to_decimal()},
      {"log10_log10_n", answer.reach.log10_log10_n.lower_decimal(digits_of_height_in_json)},
      {"least_margin_factor", answer.reach.least_factor.lower_decimal(digits_of_height_in_json)},
      {"segments", answer.reach.segments.size()},
      {"given", given},
      {"one_by_one_below", answer.one_by_one_below == 0 ? ordered_json() : ordered_json(answer.one_by_one_below)},
      {"averaging", averaging.terms == 0
                        ? ordered_json()
                        : ordered_json({{"terms", averaging.terms}, {"width", averaging.width_text()}})},
      {"precision", answer.horizon.arithmetic().precision().value}};
  if (answer.flags.table) {
    ordered_json rows = ordered_json::array();
    for (const auto& row : answer.table) {
      rows.push_back({{"log_n", "1" + std::string(row.power, '0')},
                      {"margin", row.bound.margin.lower_decimal(digits_in_json)},
                      {"factor", row.bound.factor.lower_decimal(digits_of_height_in_json)},
                      {"certified_margin", row.certified == nullptr
                                               ? ordered_json()
                                               : ordered_json(row.certified->margin.lower_decimal(digits_in_json))}});
    }
    object["table"] = rows;
  }
  if (!answer.flags.from.empty()) {
    object["overlap"] = json_of_overlaps(answer);
  }
  return object;
}

std::string text_of_overlaps(const Answer& answer) {
  if (answer.overlaps.empty()) {
    return fmt::format("{}: nothing of it reaches into {}\n", answer.flags.from, range_of_log_n(answer));
  }
  std::string contradictions;
  for (const auto& one : answer.overlaps) {
    if (!one.agrees) {
      contradictions +=
          painted(Paint::Bad,
                  fmt::format("CONTRADICTION: {}: the horizon's bound {} is above the certified "
                              "margin {}: one of the two is wrong",
                              one.certified->name, margin_text(one.bound), margin_text(one.certified->margin))) +
          "\n";
    }
  }
  if (!contradictions.empty()) {
    return contradictions;
  }
  const auto& near = closest(answer.overlaps);
  return fmt::format(
      "{}: both speak up to log n = {:.6g}, and the horizon's bound is below the certified margin in each of "
      "{} blocks (at most {:.3f} of it, in {})\n",
      answer.flags.from, answer.overlaps.back().certified->log_n_to.lower_double(), answer.overlaps.size(),
      ratio_of(near), near.certified->name);
}

std::string text_of(const Answer& answer) {
  const auto& reach = answer.reach;
  std::string text = painted(Paint::Good, statement(answer)) + ", given:\n";
  if (answer.flags.verbose) {
    for (const auto input : reach.given) {
      const auto& one = horizon::text_of(input);
      text += fmt::format("  [{}] {}\n    {}\n", one.name, one.statement, one.reference);
    }
  } else {
    text += "  " + names_of(reach.given) + "\n";
  }
  text += fmt::format("By {} segments for {}, from the zeros of zeta up to height {}{}.\n", reach.segments.size(),
                      range_of_log_n(answer), math::grouped(answer.horizon.height()),
                      answer.one_by_one_below == 0
                          ? std::string()
                          : fmt::format("; 5041 to {} one by one", math::grouped(answer.one_by_one_below - 1)));
  text += fmt::format("With x = log n the margin is at least {}/(sqrt x log x).\n",
                      math::cut(reach.least_factor.lower_decimal(digits_in_table), digits_of_height_shown));
  const auto& averaging = answer.horizon.averaging();
  text += averaging.terms == 0
              ? "Without averaging: nothing here is new but the arithmetic.\n"
              : fmt::format(
                    "Averaged over {} steps of width {}: a step of the proof that nobody has reviewed yet; "
                    "--no-averaging does without it.\n",
                    averaging.terms, averaging.width_text());
  text += "No block of a search is part of this: it rests on the computations of those who are named.\n";
  if (!answer.table.empty()) {
    text += fmt::format("\n{:>8}  {:>16}  {:>22}  {}\n", "log n", "margin >=", "times sqrt x log x",
                        answer.certified.empty() ? "" : "certified in its block");
    for (const auto& row : answer.table) {
      text += fmt::format("{:>8}  {:>16}  {:>22}  {}\n", "1e" + std::to_string(row.power),
                          margin_text(row.bound.margin), row.bound.factor.lower_decimal(8),
                          row.certified == nullptr ? "" : margin_text(row.certified->margin));
    }
  }
  return answer.flags.from.empty() ? text : text + "\n" + text_of_overlaps(answer);
}

std::uint64_t small_numbers_below(const Interval& from, const horizon::Arithmetic& at) {
  // Where the two meet: floor(exp(from)) + 1.
  const Interval least = at.exp(from);
  if (!least.certainly_less_than(at.number(horizon::small_end_max - 1))) {
    return 0;
  }
  const auto below = static_cast<std::uint64_t>(std::floor(least.upper_double())) + 1;
  constexpr std::uint64_t first = math::known_exception_max + 1;
  return below > first && !horizon::first_not_certain(first, below) ? below : 0;
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
  const auto made = Horizon::make(options);
  const auto* horizon = core::accepted(made);
  if (horizon == nullptr) {
    throw CLI::ValidationError("--height", core::refusal_reason(made));
  }
  const auto& at = horizon->arithmetic();
  const auto from = read_decimal(flags.from_log_n, at);
  if (core::accepted(from) == nullptr) {
    throw CLI::ValidationError("--from-log-n", core::refusal_reason(from));
  }
  const Interval& begin = *core::accepted(from);
  const auto proved = horizon::reach_from(*horizon, begin);
  const auto* reach = core::accepted(proved);
  if (reach == nullptr) {
    throw CLI::ValidationError("--from-log-n", core::refusal_reason(proved) + " (from " +
                                                   std::to_string(horizon::first_log_n) +
                                                   " on there is more, and a larger --height reaches further)");
  }
  Answer answer{flags, *horizon, *reach, small_numbers_below(begin, at), {}, {}, {}};
  const Interval end = at.number(reach->to);
  if (!flags.from.empty()) {
    answer.certified = read_certified_margins(flags.from, at);
    answer.overlaps = compared(*horizon, answer.certified, begin, end);
  }
  if (flags.table) {
    answer.table = table_of(*horizon, answer.certified, begin, end);
  }
  print(output == Output::Json ? json_of(answer).dump() + "\n" : text_of(answer));
  const bool agrees =
      std::all_of(answer.overlaps.begin(), answer.overlaps.end(), [](const Overlap& one) { return one.agrees; });
  return number(agrees ? ExitStatus::Done : ExitStatus::Mismatch);
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
