#pragma once

// check_enumeration: what a result says of one part of its block, against what is found there when it is computed
// again: for strategies whose candidates are their positions. Pure; any thread may call.

#include <string>
#include <vector>

#include "search/strategy.hpp"

namespace robin::search {

/// Computes the part again and compares what `stored` says of it: all numbers that it names in the part, in their order
/// and no others; how many candidates there are; and, where a strategy looks for the greatest ratio, that the part has
/// no greater one. Returns one line, the first thing that differs; empty if nothing does. Every entry of a list belongs
/// to exactly one part, wherever it stands and whatever it says, so a result of which no part is contradicted is an
/// honest one.  Cost: that of examining the part, and of reading some thirty numbers.
[[nodiscard]] std::string check_enumeration(const Strategy& strategy, const Block& block, const Findings& stored,
                                            const Block& part, const Parameters& parameters);

/// The positions of the numbers that one result names, in any list, and the other does not. The block's begin if they
/// differ in something that belongs to no part, which contradicts both. Empty if more than a few dozen differ.
[[nodiscard]] std::vector<Position> where_enumerations_differ(const Strategy& strategy, const Block& block,
                                                              const Findings& one, const Findings& other);

}  // namespace robin::search
