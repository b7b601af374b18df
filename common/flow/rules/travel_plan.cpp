#include "flow/rules/travel_plan.hpp"

#include <algorithm>

#include "flow/wire/bundle.hpp"

namespace robin::flow {
namespace {

/// If all that may be in flight travelled in full bundles, each consumer would have so many of them.
constexpr std::uint64_t bundles_for_each_consumer = 4;

}  // namespace

TravelLimits travel_limits(const Consumers& consumers, std::uint64_t in_flight_max) {
  if (!consumers.read_bundles) {
    return {};
  }
  const std::uint64_t for_each =
      in_flight_max / (bundles_for_each_consumer * std::max<std::uint64_t>(consumers.heard, 1));
  return {std::clamp<std::uint64_t>(for_each, 1, bundle_length_max)};
}

std::vector<Travel> travel_plan(std::span<const Work> works, const BlockSeconds& block_seconds,
                                const TravelLimits& limits) {
  std::vector<Travel> travels(works.size(), Travel::Alone);
  // The works that travel with the next one, if that may: the last of them, how many, and what they take together.
  std::optional<std::size_t> last;
  std::uint64_t length = 0;
  double together = 0;
  const auto depart = [&] {
    if (last) {
      travels[*last] = length > 1 ? Travel::Shared : Travel::Alone;
    }
    last.reset();
    length = 0;
    together = 0;
  };
  for (std::size_t i = 0; i < works.size(); ++i) {
    const auto seconds = block_seconds(works[i].search);
    const bool is_usual = works[i].key.purpose.is_search() && works[i].attempt.value == 1;
    if (limits.length < 2 || !is_usual || !seconds || *seconds > limits.seconds) {
      continue;
    }
    if (together + *seconds > limits.seconds) {
      depart();
    }
    travels[i] = Travel::Waiting;
    last = i;
    together += *seconds;
    if (++length == limits.length) {
      depart();
    }
  }
  depart();
  return travels;
}

}  // namespace robin::flow
