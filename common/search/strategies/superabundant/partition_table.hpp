#pragma once

// PartitionTable: how many partitions of m have no part above k, for every m up to the greatest level, and with it
// random access to the partitions of a level in reverse lexicographic order. Immutable after construction (8 MiB).
// Reference: Andrews, "The Theory of Partitions" (1976), chapter 1; ranking as in Knuth, TAOCP 4A, 7.2.1.4.

#include <cstdint>
#include <vector>

#include "math/integer.hpp"

namespace robin::search {

using core::uint128;

/// Non-increasing parts, all >= 1.
using Partition = std::vector<std::uint32_t>;

/// p(1000) is about 2.4e31; all levels up to here hold 1.3e32 positions, well below 2^128.
inline constexpr std::uint32_t level_max = 1000;

/// p(0), p(1), ... up to p(level_max).  Cost: level_max^2 / 2 additions, and no table.
[[nodiscard]] std::vector<uint128> partition_counts();

class PartitionTable {
 public:
  /// Cost: level_max^2 / 2 additions.
  PartitionTable();

  /// Partitions of m into parts of at most k; 0 <= m <= level_max.
  [[nodiscard]] uint128 count(std::uint32_t m, std::uint32_t k) const;
  /// p(m).
  [[nodiscard]] uint128 count(std::uint32_t m) const { return count(m, m); }

  /// The partition of `level` at `index` < p(level), where index 0 is (level).  Cost: O(level).
  [[nodiscard]] Partition unrank(std::uint32_t level, uint128 index) const;

  /// The inverse of unrank.  Cost: O(number of parts).
  [[nodiscard]] uint128 rank(const Partition& partition) const;

 private:
  [[nodiscard]] static std::size_t row(std::uint32_t m) { return std::size_t{m} * (m + 1) / 2; }

  std::vector<uint128> counts_;
};

}  // namespace robin::search
