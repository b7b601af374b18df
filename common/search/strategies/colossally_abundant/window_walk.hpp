#pragma once

// walk_windows: the windows of [begin, end) once more, alone, with all their steps: for whoever looks closer at a part
// of a block, to locate a minimum or to verify a sum.

#include <cstdint>
#include <functional>

#include "search/strategies/colossally_abundant/block_certificate.hpp"
#include "search/strategies/colossally_abundant/window.hpp"

namespace robin::search::colossally_abundant {

/// Calls visit(window, sums of all its steps) in order; the same sums as in any block that holds the windows.  Requires
/// 2^20 <= begin.  Cost: sieving, on the calling thread.
void walk_windows(std::uint64_t begin, std::uint64_t end,
                  const std::function<void(const WindowTally&, const StepSums&)>& visit);

/// What a slice of a block must hold.
[[nodiscard]] SliceSums slice_sums(std::uint64_t begin, std::uint64_t end);

}  // namespace robin::search::colossally_abundant
