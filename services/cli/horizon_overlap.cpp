#include "cli/horizon_overlap.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/paint.hpp"
#include "horizon/comparison.hpp"
#include "math/number_text.hpp"

namespace robin::cli {
namespace {

using math::Interval;
using nlohmann::ordered_json;

constexpr int digits_of_margins = 24;
constexpr int digits_of_margins_shown = 10;

double ratio_of(const Overlap& one) { return one.bound.lower_double() / one.certified.margin.lower_double(); }

const Overlap& closest(const std::vector<Overlap>& all) {
  return *std::max_element(all.begin(), all.end(),
                           [](const Overlap& a, const Overlap& b) { return ratio_of(a) < ratio_of(b); });
}

}  // namespace

std::string margin_text(const Interval& margin) {
  return margin.certainly_positive()
             ? math::scientific(margin.lower_decimal(digits_of_margins_shown), digits_of_margins_shown)
             : std::string("none");
}

std::vector<Overlap> compared(const horizon::Horizon& horizon, const std::vector<CertifiedMargin>& all,
                              const Interval& from, const Interval& to, Closeness closeness) {
  std::vector<Overlap> found;
  for (const auto& certified : all) {
    if (!from.certainly_less_than(certified.log_n_to) || !certified.log_n_from.certainly_less_than(to)) {
      continue;
    }
    const auto answer =
        horizon::least_bound(horizon, Interval::max(from, certified.log_n_from), Interval::min(to, certified.log_n_to),
                             static_cast<std::uint64_t>(closeness));
    if (const auto* bound = core::accepted(answer)) {
      found.push_back({certified, *bound, horizon::agree(*bound, certified.margin)});
    }
  }
  return found;
}

bool all_agree(const std::vector<Overlap>& overlaps) {
  return std::all_of(overlaps.begin(), overlaps.end(), [](const Overlap& one) { return one.agrees; });
}

ordered_json json_of_overlaps(const std::vector<Overlap>& overlaps) {
  ordered_json contradictions = ordered_json::array();
  for (const auto& one : overlaps) {
    if (!one.agrees) {
      contradictions.push_back({{"block", one.certified.name},
                                {"bound", one.bound.lower_decimal(digits_of_margins)},
                                {"certified", one.certified.margin.lower_decimal(digits_of_margins)}});
    }
  }
  const bool is_empty = overlaps.empty();
  return {{"blocks", overlaps.size()},
          {"to_log_n", is_empty ? ordered_json()
                                : ordered_json(overlaps.back().certified.log_n_to.lower_decimal(digits_of_margins))},
          {"closest_block", is_empty ? ordered_json() : ordered_json(closest(overlaps).certified.name)},
          {"closest_ratio", is_empty ? ordered_json() : ordered_json(ratio_of(closest(overlaps)))},
          {"contradictions", contradictions}};
}

std::string text_of_overlaps(const std::vector<Overlap>& overlaps, const std::string& where, const std::string& what) {
  if (overlaps.empty()) {
    return where + ": nothing of it reaches into what the horizon speaks of\n";
  }
  std::string contradictions;
  for (const auto& one : overlaps) {
    if (!one.agrees) {
      contradictions +=
          painted(Paint::Bad,
                  fmt::format("CONTRADICTION: {}: the horizon's bound {} is above the certified margin {}: one of the "
                              "two is wrong",
                              one.certified.name, margin_text(one.bound), margin_text(one.certified.margin))) +
          "\n";
    }
  }
  if (!contradictions.empty()) {
    return contradictions;
  }
  const auto& near = closest(overlaps);
  return fmt::format(
      "{}: both speak up to log n = {:.6g}, and the horizon's bound is below the certified margin in each of {} {} (at "
      "most {:.3f} of it, in {})\n",
      where, overlaps.back().certified.log_n_to.lower_double(), overlaps.size(), what, ratio_of(near),
      near.certified.name);
}

}  // namespace robin::cli
