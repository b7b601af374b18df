#pragma once

// PrunedWalk: the partitions of a level whose ratio may reach a cut, in reverse lexicographic order, without visiting
// those that cannot: a prefix of parts is left as soon as no completion of it can gain enough. What it visits is a
// superset of what reaches the cut. Used by one thread. ALGORITHMS.md, "The pruned search".

#include <functional>
#include <optional>
#include <vector>

#include "search/strategies/superabundant/benefit_table.hpp"
#include "search/strategies/superabundant/partition_table.hpp"

namespace robin::search {

class PrunedWalk {
 public:
  /// Every number of this level and of those above it is above 5040.
  static constexpr std::uint32_t level_min = 13;

  /// For the level of `benefits`, at least level_min. Numbers whose ratio is at least `cut` > 0 are kept. Both tables
  /// must outlive this object.
  PrunedWalk(const ExponentTable& table, const BenefitTable& benefits, double cut);

  /// Visits, in order, each partition from `from` on and before `to` (nullopt: to the end of the level) that may reach
  /// the cut.  Cost: that of what is visited.
  void walk(const Partition& from, const std::optional<Partition>& to,
            const std::function<void(const Partition&)>& visit);

  /// A group is the partitions that share their first `depth` parts. Returns the last partition of the first group,
  /// from `from` on, that may hold one to visit; nullopt if the level has no such group left.
  [[nodiscard]] std::optional<Partition> next_group(const Partition& from, std::size_t depth);

 private:
  /// A prefix of parts: what its parts add up to, and whether it is a prefix of `from` or of `to`.
  struct Node {
    std::uint32_t rest;
    std::uint32_t part_max;
    double log;
    double gain;  // log(sigma/n)
    bool on_from;
    bool on_to;
  };

  /// Whether a completion of the first `count` parts, with log n in [log_min, log_max], may reach the cut.
  [[nodiscard]] bool may_reach(const Node& node, std::size_t count, double log_min, double log_max) const;
  [[nodiscard]] bool reaches(double log, double gain) const;
  /// Returns false to end the whole walk.
  bool descend(const Node& node);
  bool descend_to_ones(const Node& node);
  bool visit();

  const ExponentTable& table_;
  const BenefitTable& benefits_;
  double needed_;
  const Partition* from_ = nullptr;
  const Partition* to_ = nullptr;
  const std::function<void(const Partition&)>* visit_ = nullptr;
  std::optional<std::size_t> depth_;
  Partition parts_;
};

}  // namespace robin::search
