#pragma once

// Superabundant numbers: those n > 1 with sigma(m)/m < sigma(n)/n for every m < n, whatever its level. Between
// neighbouring colossally abundant numbers N < N' such an n loses at most what the step from N to N' is worth, and so
// does every m that could be in its way; there are few of these, and they are compared with each other in exact
// integers. What was found between two neighbours is kept, since the levels nearby ask for it again; any thread may
// ask. Reference: L. Alaoglu, P. Erdős, "On highly composite and similar numbers", Trans. AMS 56 (1944).
// ALGORITHMS.md, "The exact superabundant numbers".

#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

#include "search/strategies/superabundant/exponent_table.hpp"
#include "search/strategies/superabundant/partition_table.hpp"

namespace robin::search {

/// How many levels beyond the one asked for the table must cover.
inline constexpr std::uint32_t superabundant_margin = 100;

class SuperabundantNumbers {
 public:
  /// The table must outlive this object.  Cost: its entries, sorted.
  explicit SuperabundantNumbers(const ExponentTable& table);

  /// The superabundant numbers of a level, ascending.  Requires level + superabundant_margin <= table.level()
  /// (asserted).  Cost: O(level^2 log level), and a few thousand numbers of the level's length for each of some dozens
  /// of intervals that were not asked for before.
  [[nodiscard]] std::vector<Partition> of_level(std::uint32_t level) const;

 private:
  /// The step from one colossally abundant number to the next: prime number `i` goes to exponent `a`. Both numbers have
  /// the greatest benefit there is at the price of the step.
  struct Step {
    std::size_t i;
    std::uint32_t a;
    double price;
  };

  [[nodiscard]] double least_loss(double price, std::uint32_t level) const;
  /// The superabundant numbers after `begin` up to its neighbour, to which step j leads.
  [[nodiscard]] const std::vector<Partition>& between(const Partition& begin, std::size_t j) const;

  const ExponentTable& table_;
  std::vector<Step> steps_;
  mutable std::mutex mutex_;
  mutable std::map<std::size_t, std::vector<Partition>> known_;
};

}  // namespace robin::search
