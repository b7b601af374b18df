#include "search/strategies/colossally_abundant/window_walk.hpp"

#include <algorithm>

#include "search/strategies/colossally_abundant/higher_step.hpp"

namespace robin::search::colossally_abundant {

void walk_windows(std::uint64_t begin, std::uint64_t end,
                  const std::function<void(const WindowTally&, const StepSums&)>& visit) {
  const Tally tally = tally_windows(begin, end);
  const auto higher = higher_steps(begin, end);
  auto next = higher.begin();
  WindowEnclosures enclose;
  std::size_t index = 0;
  for (std::uint64_t at = begin; at < end; index += numbers_a_window) {
    const WindowTally window{at, std::min(window_end(at), end), tally[index], tally[index + 1], tally[index + 2]};
    StepSums sums = enclose(window);
    for (; next != higher.end() && next->floor < window.end; ++next) {
      sums += sums_of_step(next->prime, next->exponent);
    }
    visit(window, sums);
    at = window.end;
  }
}

SliceSums slice_sums(std::uint64_t begin, std::uint64_t end) {
  SliceSums slice{end, {}, {}};
  walk_windows(begin, end, [&slice](const WindowTally& window, const StepSums& sums) {
    slice.primes += {window.count, window.prime_sum()};
    slice.sums += sums;
  });
  return slice;
}

}  // namespace robin::search::colossally_abundant
