#pragma once

// steps_again: the steps with k >= 2 found a second time, with the balls of Arb and nothing of higher_step: for whoever
// looks at a certificate again.

#include <cstdint>
#include <vector>

#include "search/prime_windows/walk_again.hpp"

namespace robin::search::colossally_abundant {

/// All (q, k), k >= 2, with begin <= y < end, in the order of their positions, 2 <= begin <= end <= 2^63.  Cost: some
/// hundred comparisons for each k, and as many for each step found.
[[nodiscard]] std::vector<prime_windows::FurtherStep> steps_again(std::uint64_t begin, std::uint64_t end);

}  // namespace robin::search::colossally_abundant
