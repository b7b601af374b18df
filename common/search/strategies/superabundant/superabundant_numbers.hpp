#pragma once

// Superabundant numbers: those n > 1 with sigma(m)/m < sigma(n)/n for every m < n, whatever its level. Between
// neighbouring colossally abundant numbers N < N' such an n loses at most what the step from N to N' is worth, and so
// does every m that could be in its way; there are few of these, and they are compared with each other in exact
// integers. Pure. Reference: L. Alaoglu, P. Erdős, "On highly composite and similar numbers", Trans. AMS 56 (1944).
// ALGORITHMS.md, "The exact superabundant numbers".

#include <cstdint>
#include <vector>

#include "search/strategies/superabundant/exponent_table.hpp"
#include "search/strategies/superabundant/partition_table.hpp"

namespace robin::search {

/// How many levels beyond its own the table must cover.
inline constexpr std::uint32_t superabundant_margin = 100;

/// The superabundant numbers of a level, ascending.  Requires level + superabundant_margin <= table.level() (asserted).
/// Cost: O(level^2 log level), and a few hundred numbers for each of some dozens of intervals.
[[nodiscard]] std::vector<Partition> superabundant_numbers(const ExponentTable& table, std::uint32_t level);

}  // namespace robin::search
