#pragma once

// Strategy `synthetic`: blocks that wait for a set time and find nothing, to try out how much a fleet carries (robin
// loadtest). It waits by the clock, which strategies of a search must not look at: so it lives here, and only the
// tables of a fleet know it. Positions are numbers from 0; a block has a hundred, so that it can be split
// and let go of soon; the threshold of its parameters is the time that a block takes, in milliseconds.

#include "search/strategy.hpp"

namespace robin::flow {

inline constexpr const char* synthetic_strategy = "synthetic";
inline constexpr std::uint64_t synthetic_block_positions = 100;

/// The strategies that were built in, and `synthetic`: for services, and whoever watches them.
[[nodiscard]] search::Strategies fleet_strategies();

}  // namespace robin::flow
