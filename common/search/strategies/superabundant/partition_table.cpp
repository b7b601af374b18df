#include "search/strategies/superabundant/partition_table.hpp"

#include <algorithm>
#include <numeric>

#include "core/contract.hpp"

namespace robin::search {

std::vector<uint128> partition_counts() {
  std::vector<uint128> counts(level_max + 1);
  counts[0] = 1;
  // Once part k is allowed, too, a partition of m has it not at all, or is one of m - k and k.
  for (std::uint32_t k = 1; k <= level_max; ++k) {
    for (std::uint32_t m = k; m <= level_max; ++m) {
      counts[m] += counts[m - k];
    }
  }
  return counts;
}

PartitionTable::PartitionTable() : counts_(row(level_max + 1)) {
  counts_[0] = 1;
  for (std::uint32_t m = 1; m <= level_max; ++m) {
    for (std::uint32_t k = 1; k <= m; ++k) {
      // A partition of m without part k has parts of at most k - 1; with it, what remains is one of m - k.
      counts_[row(m) + k] = counts_[row(m) + k - 1] + count(m - k, k);
    }
  }
}

uint128 PartitionTable::count(std::uint32_t m, std::uint32_t k) const { return counts_[row(m) + std::min(m, k)]; }

Partition PartitionTable::unrank(std::uint32_t level, uint128 index) const {
  ROBIN_ASSERT(level <= level_max && index < count(level), "the index names a partition of the level");
  Partition parts;
  std::uint32_t rest = level;
  std::uint32_t part = level;
  while (rest > 0) {
    part = std::min(part, rest);
    // Partitions with a greater first part come first. Parts only shrink, so all of these steps together are O(level).
    for (uint128 with_part = count(rest - part, part); index >= with_part; with_part = count(rest - part, part)) {
      index -= with_part;
      --part;
    }
    parts.push_back(part);
    rest -= part;
  }
  return parts;
}

uint128 PartitionTable::rank(const Partition& partition) const {
  std::uint32_t rest = std::accumulate(partition.begin(), partition.end(), std::uint32_t{0});
  ROBIN_ASSERT(rest <= level_max, "the partition lies within the table");
  uint128 index = 0;
  std::uint32_t previous = rest;
  for (const std::uint32_t part : partition) {
    ROBIN_ASSERT(part >= 1 && part <= previous, "parts do not increase");
    index += count(rest, previous) - count(rest, part);
    rest -= part;
    previous = part;
  }
  return index;
}

}  // namespace robin::search
