#include "api/horizon_view.hpp"

#include <array>
#include <cmath>
#include <variant>

#include "core/contract.hpp"
#include "horizon/small_numbers.hpp"
#include "math/number_text.hpp"
#include "math/robin.hpp"

namespace robin::api {
namespace {

using math::Integer;
using math::Interval;

constexpr int digits_kept = 12;
constexpr int digits_of_height_shown = 5;
constexpr int digits_of_bounds = 10;
/// Bounds stand at these times powers of ten: the last is beyond 2^63, where positions end.
constexpr std::array steps = {10U, 12U, 15U, 20U, 30U, 40U, 50U, 70U};
constexpr unsigned last_power = 18;

/// Where the two meet: floor(exp(from)) + 1; null if that is too far, or if one of them is not certain.
std::optional<std::uint64_t> small_numbers_below(const Interval& from, const horizon::Arithmetic& at) {
  const Interval least = at.exp(from);
  if (!least.certainly_less_than(at.number(horizon::small_end_max - 1))) {
    return std::nullopt;
  }
  const auto below = static_cast<std::uint64_t>(std::floor(least.upper_double())) + 1;
  constexpr std::uint64_t first = math::known_exception_max + 1;
  return below > first && !horizon::first_not_certain(first, below) ? std::optional(below) : std::nullopt;
}

std::string range_of_log_n(const Horizon& horizon) {
  return horizon.from_log_n + " <= log n <= " + math::scientific(horizon.to_log_n, digits_of_bounds);
}

std::string statement_of(const Horizon& horizon) {
  const std::string tower = "10^(10^" + math::cut(horizon.log10_log10_n, digits_of_height_shown) + ")";
  return horizon.inequality + " holds for every " +
         (horizon.one_by_one_below ? "5040 < n <= " + tower
                                   : "n with " + range_of_log_n(horizon) + ", that is up to n = " + tower);
}

std::vector<Text> remarks_of(const Horizon& horizon) {
  return {"By " + std::to_string(horizon.segments) + " segments for " + range_of_log_n(horizon) +
              ", from the zeros of zeta up to height " + math::grouped(horizon.height) +
              (horizon.one_by_one_below ? "; 5041 to " + math::grouped(*horizon.one_by_one_below - 1) + " one by one."
                                        : "."),
          "With x = log n the margin is at least " +
              math::cut(math::cut(horizon.least_margin_factor, digits_of_bounds), digits_of_height_shown) +
              "/(sqrt x log x).",
          horizon.averaging
              ? "Averaged over " + std::to_string(horizon.averaging->terms) + " steps of width " +
                    horizon.averaging->width +
                    ": a step of the proof that nobody has reviewed yet; robin horizon --no-averaging does "
                    "without it."
              : "Without averaging: nothing here is new but the arithmetic.",
          "No block of a search is part of this: it rests on the computations of those who are named."};
}

}  // namespace

Horizon view(const horizon::Horizon& horizon, const horizon::Reach& reach, const Interval& from,
             const std::string& from_text) {
  Horizon shown;
  shown.inequality = horizon::inequality;
  shown.height = horizon.height();
  shown.from_log_n = from_text;
  shown.to_log_n = reach.to.to_decimal();
  shown.log10_log10_n = reach.log10_log10_n.lower_decimal(digits_kept);
  shown.least_margin_factor = reach.least_factor.lower_decimal(digits_kept);
  shown.segments = reach.segments.size();
  for (const auto input : reach.given) {
    const auto& text = horizon::text_of(input);
    shown.given.push_back({Text(text.name), Text(text.statement), Text(text.reference)});
  }
  shown.one_by_one_below = small_numbers_below(from, horizon.arithmetic());
  if (const auto& averaging = horizon.averaging(); averaging.terms > 0) {
    shown.averaging = {averaging.terms, averaging.width_text()};
  }
  shown.precision = static_cast<Count>(horizon.arithmetic().precision().value);
  shown.statement = statement_of(shown);
  shown.remarks = remarks_of(shown);
  shown.searches =
      "If that is right, no search will meet a counterexample below. What a search proves, it proves without any of "
      "these theorems, with exact margins.";
  return shown;
}

const horizon::Horizon& standard_horizon() {
  static const horizon::Horizon horizon = [] {
    auto made = horizon::Horizon::make({});
    ROBIN_ASSERT(core::accepted(made) != nullptr, "the options by default are in range");
    return std::get<horizon::Horizon>(std::move(made));
  }();
  return horizon;
}

const Horizon& known_horizon() {
  static const Horizon known = [] {
    const auto& horizon = standard_horizon();
    const Interval from = horizon.arithmetic().number(horizon::first_log_n);
    const auto reach = horizon::reach_from(horizon, from);
    ROBIN_ASSERT(core::accepted(reach) != nullptr, "the bound is positive from there on");
    return view(horizon, *core::accepted(reach), from, std::to_string(horizon::first_log_n));
  }();
  return known;
}

const std::vector<HorizonBound>& known_bounds() {
  static const std::vector<HorizonBound> bounds = [] {
    std::vector<HorizonBound> all;
    const auto& horizon = standard_horizon();
    for (unsigned power = 0; power <= last_power; ++power) {
      for (const unsigned step : steps) {
        const Integer log_n = Integer(step) * Integer::power(10, power);
        if (log_n < Integer(horizon::first_log_n)) {
          continue;
        }
        const auto answer = horizon.bound_at(horizon.arithmetic().number(log_n));
        // Where it says nothing there is no bound.
        if (const auto* bound = core::accepted(answer); bound != nullptr && bound->margin.certainly_positive()) {
          all.push_back(
              {log_n.to_decimal(), math::scientific(bound->margin.lower_decimal(digits_of_bounds), digits_of_bounds)});
        }
      }
    }
    return all;
  }();
  return bounds;
}

std::string names_of(const std::vector<HorizonInput>& given) {
  std::string all;
  for (const auto& input : given) {
    all += (all.empty() ? "[" : ", [") + input.short_name + "]";
  }
  return all;
}

}  // namespace robin::api
