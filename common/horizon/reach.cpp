#include "horizon/reach.hpp"

#include <set>
#include <utility>

#include "core/contract.hpp"

namespace robin::horizon {
namespace {

using core::Refusal;
using math::Integer;
using math::Interval;

/// What is left of the factor at the upper end, and in each segment: so no segment need be thin.
constexpr std::uint64_t left_at_the_end = 100;
constexpr std::uint64_t left_in_a_segment = 128;

constexpr unsigned halvings_max = 24;

/// 10, 11, ... 99, 100, 110, ...: numbers of two digits, by their place in the list.
constexpr std::uint64_t per_power = 90;
constexpr std::uint64_t places = per_power * 120;

Integer at_place(std::uint64_t place) {
  return Integer(10 + place % per_power) * Integer::power(10, place / per_power);
}

bool leaves(const core::Parsed<Bound>& bound, std::uint64_t part, const Arithmetic& at) {
  const auto* known = core::accepted(bound);
  return known != nullptr && at.ratio(1, part).certainly_at_most(known->factor);
}

std::string reason_of(const core::Parsed<Bound>& bound) {
  return core::accepted(bound) == nullptr ? core::refusal_reason(bound) : "the bound is not positive there";
}

Refusal not_proved(const Interval& log_n, const core::Parsed<Bound>& bound) {
  return {"nothing is proved at log n = " + short_text(log_n) + ": " + reason_of(bound)};
}

/// The last place where the bound leaves enough; 0 if there is none after `from`.
std::uint64_t last_place(const Horizon& horizon, const Interval& from) {
  const Arithmetic& at = horizon.arithmetic();
  std::uint64_t low = 0;
  while (low < places && !from.certainly_less_than(at.number(at_place(low)))) {
    ++low;
  }
  std::uint64_t high = places;
  if (low == high || !leaves(horizon.bound_at(at.number(at_place(low))), left_at_the_end, at)) {
    return 0;
  }
  while (high - low > 1) {
    const std::uint64_t middle = low + (high - low) / 2;
    (leaves(horizon.bound_at(at.number(at_place(middle))), left_at_the_end, at) ? low : high) = middle;
  }
  return low;
}

/// log10(log10 n), log n = x.
Interval double_log10(const Interval& x, const Arithmetic& at) {
  const Interval log_10 = at.log(at.number(10));
  return at.div(at.log(at.div(x, log_10)), log_10);
}

}  // namespace

core::Parsed<Reach> reach_from(const Horizon& horizon, const Interval& from) {
  const Arithmetic& at = horizon.arithmetic();
  if (!at.number(2).certainly_less_than(from)) {
    return Refusal{"nothing is known where log n is below 2"};
  }
  const auto begin = horizon.bound_at(from);
  const std::uint64_t place = last_place(horizon, from);
  if (!leaves(begin, left_in_a_segment, at) || place == 0) {
    return not_proved(from, begin);
  }
  const Interval end = at.number(at_place(place));
  Reach reach{{}, std::get<Bound>(begin).factor, at_place(place), double_log10(end, at), {}};
  std::set<Input> given = {Input::ExplicitFormula, Input::VerifiedZeros, Input::CountOfZeros};
  unsigned halvings = 0;
  for (Interval a = from; a.certainly_less_than(end);) {
    const Interval b = Interval::min(at.add(a, at.mul(a, at.ratio(1, Integer::power(2, halvings)))).upper_point(), end);
    const auto bound = horizon.bound_between(a, b);
    if (!leaves(bound, left_in_a_segment, at)) {
      if (++halvings > halvings_max) {
        return not_proved(a, bound);
      }
      continue;
    }
    const auto& known = std::get<Bound>(bound);
    reach.segments.push_back({a, b, known.factor});
    reach.least_factor = Interval::min(reach.least_factor, known.factor);
    if (known.theta) {
      given.insert(*known.theta);
    }
    a = b;
    halvings -= halvings > 0 ? 1 : 0;
  }
  reach.given.assign(given.begin(), given.end());
  return reach;
}

}  // namespace robin::horizon
