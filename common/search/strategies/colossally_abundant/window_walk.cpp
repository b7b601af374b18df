#include "search/strategies/colossally_abundant/window_walk.hpp"

namespace robin::search::colossally_abundant {

void walk_windows(std::uint64_t begin, std::uint64_t end, const Tally& tally, const std::vector<HigherStep>& higher,
                  const VisitWindow& visit) {
  auto next = higher.begin();
  for_each_window(begin, end, tally, [&](const WindowTally& window) {
    StepSums sums = sums_of_window(window, math::EulerFactor::Sigma);
    const auto first = next;
    for (; next != higher.end() && next->floor < window.end; ++next) {
      sums += sums_of_step(next->prime, next->exponent);
    }
    visit(window, sums, {first, next});
  });
}

void walk_windows(std::uint64_t begin, std::uint64_t end, const VisitWindow& visit) {
  walk_windows(begin, end, tally_windows(begin, end), higher_steps(begin, end), visit);
}

}  // namespace robin::search::colossally_abundant
