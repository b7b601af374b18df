#pragma once

// check_enumeration: what a result says of one part of its block, against what is found there when it is computed
// again: for strategies whose candidates are their positions. Pure; any thread may call.

#include <string>
#include <vector>

#include "search/strategy.hpp"

namespace robin::search {

/// One line: the first thing that differs; empty: nothing. All numbers that the result names of the part, in their
/// order and no others; how many candidates it has; and, where a strategy looks for the greatest ratio, that the part
/// has no greater one. Every entry of a list belongs to exactly one part, wherever it stands and whatever it says: so a
/// list of which no part is contradicted is that of an honest result.  Cost: that of examining the part, and of reading
/// some thirty numbers.
[[nodiscard]] std::string check_enumeration(const Strategy& strategy, const Block& block, const Findings& stored,
                                            const Block& part, const Parameters& parameters);

/// Where the numbers of the block stand that one result names, in whichever list, and the other does not; the block's
/// begin if they differ in what belongs to no part, which contradicts each. Nowhere, if more than a few dozen differ.
[[nodiscard]] std::vector<Position> where_enumerations_differ(const Strategy& strategy, const Block& block,
                                                              const Findings& one, const Findings& other);

}  // namespace robin::search
