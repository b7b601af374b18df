#pragma once

// walk_windows: windows with all their steps: while a block is built, and once more for whoever looks closer at a part
// of one, to locate a minimum or to verify a sum.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "search/prime_windows/window.hpp"
#include "search/strategies/colossally_abundant/block_certificate.hpp"

namespace robin::search::colossally_abundant {

/// A window, the sums of all its steps, and those with k >= 2.
using VisitWindow = std::function<void(const WindowTally&, const StepSums&, std::span<const HigherStep>)>;

/// Calls visit for the windows of `tally`, which is that of [begin, end), in order;
/// `higher` are the steps with k >= 2 there. The sums are the same in any block that holds the windows.  Requires
/// 2^20 <= begin.
void walk_windows(std::uint64_t begin, std::uint64_t end, const Tally& tally, const std::vector<HigherStep>& higher,
                  const VisitWindow& visit);

/// As the above, after summing up the primes and finding the steps with k >= 2.  Cost: sieving, on the calling thread.
void walk_windows(std::uint64_t begin, std::uint64_t end, const VisitWindow& visit);

}  // namespace robin::search::colossally_abundant
