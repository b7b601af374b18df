#include "search/strategies/superabundant/pruned_walk.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/contract.hpp"

namespace robin::search {

PrunedWalk::PrunedWalk(const ExponentTable& table, const BenefitTable& benefits, double cut)
    : table_(table), benefits_(benefits), needed_(std::log(cut) - BenefitTable::slack) {
  ROBIN_ASSERT(benefits.level() >= level_min && cut > 0, "log log n is positive, and so is what is looked for");
}

void PrunedWalk::walk(const Partition& from, const std::optional<Partition>& to,
                      const std::function<void(const Partition&)>& visit) {
  ROBIN_ASSERT(std::accumulate(from.begin(), from.end(), 0U) == benefits_.level(), "it begins in its level");
  from_ = &from;
  to_ = to ? &*to : nullptr;
  visit_ = &visit;
  depth_.reset();
  parts_.clear();
  descend({benefits_.level(), benefits_.level(), 0, 0, true, to_ != nullptr});
}

std::optional<Partition> PrunedWalk::next_group(const Partition& from, std::size_t depth) {
  from_ = &from;
  to_ = nullptr;
  visit_ = nullptr;
  depth_ = depth;
  parts_.clear();
  if (descend({benefits_.level(), benefits_.level(), 0, 0, true, false})) {
    return std::nullopt;
  }
  const std::uint32_t sum = std::accumulate(parts_.begin(), parts_.end(), 0U);
  parts_.insert(parts_.end(), benefits_.level() - sum, 1);
  return parts_;
}

bool PrunedWalk::may_reach(const Node& node, std::size_t count, double log_min, double log_max) const {
  // At each price a completion with log n = t has log(sigma(n)/n) <= gain + greatest benefit + price (t - log): lines
  // in t. The least of them, less log log log n, is convex between the places where neighbouring lines cross: so it is
  // greatest at one of these or at an end.
  std::array<double, BenefitTable::prices> at_zero{};
  for (std::size_t k = 0; k < at_zero.size(); ++k) {
    at_zero[k] = node.gain + benefits_.greatest(k, count, node.rest) - benefits_.price(k) * node.log;
  }
  const auto may_reach_at = [&](double t) {
    double least = at_zero[0] + benefits_.price(0) * t;
    for (std::size_t k = 1; k < at_zero.size(); ++k) {
      least = std::min(least, at_zero[k] + benefits_.price(k) * t);
    }
    return least + benefits_.bar_above(t) >= needed_;
  };
  if (may_reach_at(log_min) || may_reach_at(log_max)) {
    return true;
  }
  for (std::size_t k = 1; k < at_zero.size(); ++k) {
    const double t = (at_zero[k] - at_zero[k - 1]) / (benefits_.price(k - 1) - benefits_.price(k));
    if (log_min < t && t < log_max && may_reach_at(t)) {
      return true;
    }
  }
  return false;
}

bool PrunedWalk::reaches(double log, double gain) const { return gain + benefits_.bar_above(log) >= needed_; }

bool PrunedWalk::descend(const Node& node) {
  const std::size_t i = parts_.size();
  if (depth_ && i == *depth_) {
    return visit();
  }
  const std::uint32_t greatest = std::min({node.rest, node.part_max, node.on_from ? (*from_)[i] : node.part_max});
  const std::uint32_t least = node.on_to ? (*to_)[i] : 1;
  for (std::uint32_t part = greatest; part >= std::max(least, 2U); --part) {
    const auto& power = table_.power(i, part);
    const Node child{node.rest - part,
                     part,
                     node.log + power.log,
                     node.gain + power.log_abundancy,
                     node.on_from && part == (*from_)[i],
                     node.on_to && part == least};
    if (child.rest == 0) {
      // With the parts of `to` it is `to`.
      if (child.on_to || !reaches(child.log, child.gain)) {
        continue;
      }
    } else {
      // The rest is least when it goes to the smallest primes, in parts as large as this one, and greatest as ones.
      const std::uint32_t whole = child.rest / part;
      const double log_first = table_.primorial(i + 1).log;
      const double log_min = child.log + part * (table_.primorial(i + 1 + whole).log - log_first) +
                             (child.rest % part == 0 ? 0 : table_.power(i + 1 + whole, child.rest % part).log);
      const double log_max = child.log + table_.primorial(i + 1 + child.rest).log - log_first;
      if (!may_reach(child, i + 1, log_min, log_max)) {
        continue;
      }
    }
    parts_.push_back(part);
    if (!(child.rest == 0 ? visit() : descend(child))) {
      return false;
    }
    parts_.pop_back();
  }
  // All parts 1 is the last of all with this prefix: not before `from`, and before `to` unless it is `to`.
  return node.on_to || descend_to_ones(node);
}

bool PrunedWalk::descend_to_ones(const Node& node) {
  const std::size_t begin = parts_.size();
  const auto& before = table_.primorial(begin);
  const auto& after = table_.primorial(begin + node.rest);
  if (!reaches(node.log + after.log - before.log, node.gain + after.log_abundancy - before.log_abundancy)) {
    return true;
  }
  parts_.insert(parts_.end(), node.rest, 1);
  if (!visit()) {
    return false;
  }
  parts_.resize(begin);
  return true;
}

bool PrunedWalk::visit() {
  if (depth_) {
    return false;
  }
  (*visit_)(parts_);
  return true;
}

}  // namespace robin::search
