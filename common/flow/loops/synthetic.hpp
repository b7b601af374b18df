#pragma once

// Strategy `synthetic`: blocks that wait for a set time and find nothing, to measure how much a fleet carries (robin
// loadtest). It looks at the clock, which strategies in common/search must not do, so it lives here, and only the
// services know it. Positions are numbers from 0. A block has a hundred of them, so that it can be split and abandoned
// soon. The threshold of its parameters is the time that a block takes, in milliseconds.

#include "search/strategy.hpp"

namespace robin::flow {

inline constexpr const char* synthetic_strategy = "synthetic";
inline constexpr std::uint64_t synthetic_block_positions = 100;

/// All built-in strategies, and `synthetic`: for services, and for commands that look at a fleet.
[[nodiscard]] search::Strategies fleet_strategies();

}  // namespace robin::flow
