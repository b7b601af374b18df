#pragma once

// travel_plan: decides which blocks travel as one message. Three messages for a block cost more than a short block
// itself; but the blocks of one message all go to the same consumer, one after the other. So blocks travel together
// only as long as they take a moment together, and only so many that each consumer gets several messages. A block that
// was tried before travels alone: if it is the one that ends consumers, it ends none of its companions a second time.
// Does no I/O.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "flow/ports/broker.hpp"
#include "flow/ports/plan_ledger.hpp"
#include "flow/ports/work.hpp"

namespace robin::flow {

struct TravelLimits {
  /// Blocks in one message: 1 if not all consumers read bundles.
  std::uint64_t length = 1;
  /// What they may take a consumer together. A block that takes longer travels alone, and so does one of which nothing
  /// is known.
  double seconds = 0.04;
};

/// The limits for a fleet that has so many blocks and orders in flight.
[[nodiscard]] TravelLimits travel_limits(const Consumers& consumers, std::uint64_t in_flight_max);

/// The mean time of a block of this search, in seconds; nullopt: not known.
using BlockSeconds = std::function<std::optional<double>(SearchId)>;

/// How each of `works` travels, which are published in this order. The last one of those that travel together is
/// Shared, the others are Waiting.
[[nodiscard]] std::vector<Travel> travel_plan(std::span<const Work> works, const BlockSeconds& block_seconds,
                                              const TravelLimits& limits);

}  // namespace robin::flow
