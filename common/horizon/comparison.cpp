#include "horizon/comparison.hpp"

#include <algorithm>
#include <optional>

namespace robin::horizon {

using math::Interval;

core::Parsed<Interval> least_bound(const Horizon& horizon, const Interval& from, const Interval& to,
                                   std::uint64_t part) {
  const Arithmetic& at = horizon.arithmetic();
  std::optional<Interval> least;
  Interval begin = from;
  do {
    // The bound falls: far before the end a coarser one is still above what it is there.
    const bool is_far = at.times(begin, 4).certainly_less_than(to);
    const Interval step = at.mul(begin, at.ratio(1, is_far ? std::min<std::uint64_t>(part, 8) : part));
    const Interval end = Interval::min(at.add(begin, step).upper_point(), to);
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
