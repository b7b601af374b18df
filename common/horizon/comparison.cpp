#include "horizon/comparison.hpp"

#include <optional>

namespace robin::horizon {

using math::Interval;

core::Parsed<Interval> least_bound(const Horizon& horizon, const Interval& from, const Interval& to) {
  const Arithmetic& at = horizon.arithmetic();
  std::optional<Interval> least;
  Interval begin = from;
  do {
    const Interval end = Interval::min(at.add(begin, at.mul(begin, at.ratio(1, 64))).upper_point(), to);
    const auto answer = horizon.bound_between(begin, end);
    const auto* bound = core::accepted(answer);
    if (bound == nullptr) {
      return *std::get_if<core::Refusal>(&answer);
    }
    least = least ? Interval::min(*least, bound->margin) : bound->margin;
    begin = end;
  } while (begin.certainly_less_than(to));
  return *least;
}

bool agree(const Interval& bound, const Interval& certified) { return bound.certainly_at_most(certified); }

}  // namespace robin::horizon
