#pragma once

// CandidateWalk: walks the partitions of successive levels in order and carries log n and sigma(n)/n of the number
// 2^a1 3^a2 5^a3 ... along. Parts of 1 are a number, not a list, and each prefix keeps its product, so that a step
// costs the parts it changes: constant on average. Used by one thread. Reference: Zoghbi, Stojmenovic, "Fast algorithms
// for generating integer partitions" (1998), algorithm ZS1.

#include <cstdint>
#include <vector>

#include "search/strategies/superabundant/exponent_table.hpp"
#include "search/strategies/superabundant/partition_table.hpp"

namespace robin::search {

class CandidateWalk {
 public:
  /// Bound of the relative error of log_n() and abundancy(): at most 1000 factors, each with its rounding.
  static constexpr double relative_error = 0x1p-40;

  /// Begins at the given partition, whose level is at most table.level(). The table must outlive this object.
  CandidateWalk(const ExponentTable& table, const Partition& partition);

  /// Goes to the next partition of the level, or to the first one of the next level (which the table must cover).
  void advance();

  [[nodiscard]] double log_n() const noexcept { return prefix_.back().log + ones_entry_.log; }
  [[nodiscard]] double abundancy() const noexcept { return prefix_.back().abundancy * ones_entry_.abundancy; }

  /// The parts above 1, in order, and how many parts of 1 follow.
  [[nodiscard]] const std::vector<std::uint32_t>& large_parts() const noexcept { return large_; }
  [[nodiscard]] std::uint32_t ones() const noexcept { return ones_; }
  [[nodiscard]] Partition partition() const;
  /// How many of large_parts() are unchanged since the previous candidate.
  [[nodiscard]] std::size_t unchanged() const noexcept { return unchanged_; }

 private:
  void push(std::uint32_t part);
  void set_ones(std::uint32_t count);

  const ExponentTable& table_;
  std::vector<std::uint32_t> large_;
  /// prefix_[i] belongs to the first i large parts.
  std::vector<ExponentTable::Ones> prefix_;
  std::uint32_t ones_ = 0;
  ExponentTable::Ones ones_entry_{0.0, 1.0};
  std::size_t unchanged_ = 0;
};

}  // namespace robin::search
