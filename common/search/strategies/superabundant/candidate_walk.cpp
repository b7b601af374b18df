#include "search/strategies/superabundant/candidate_walk.hpp"

#include "core/contract.hpp"

namespace robin::search {

CandidateWalk::CandidateWalk(const ExponentTable& table, const Partition& partition)
    : table_(table), prefix_{{0.0, 1.0}} {
  ROBIN_ASSERT(!partition.empty(), "a level is at least 1");
  std::uint32_t ones = 0;
  for (const std::uint32_t part : partition) {
    if (part > 1) {
      push(part);
    } else {
      ++ones;
    }
  }
  set_ones(ones);
}

void CandidateWalk::push(std::uint32_t part) {
  const auto& power = table_.power(large_.size(), part);
  const auto& before = prefix_.back();
  large_.push_back(part);
  prefix_.push_back({before.log + power.log, before.abundancy * power.abundancy});
}

void CandidateWalk::set_ones(std::uint32_t count) {
  ones_ = count;
  ones_entry_ = table_.ones(large_.size(), large_.size() + count);
}

void CandidateWalk::advance() {
  if (large_.empty()) {
    // (1, ..., 1) ends a level; the next one begins with a single part.
    unchanged_ = 0;
    const std::uint32_t next_level = ones_ + 1;
    ROBIN_ASSERT(next_level <= table_.level(), "the table covers the next level");
    if (next_level > 1) {
      push(next_level);
    }
    set_ones(next_level > 1 ? 0 : 1);
    return;
  }
  // The last part above 1 shrinks by one; what it loses and the ones are dealt out again, greedily.
  const std::uint32_t part = large_.back() - 1;
  std::uint32_t rest = ones_ + 1;
  large_.pop_back();
  prefix_.pop_back();
  unchanged_ = large_.size();
  if (part == 1) {
    set_ones(rest + 1);
    return;
  }
  push(part);
  for (; rest >= part; rest -= part) {
    push(part);
  }
  if (rest > 1) {
    push(rest);
    rest = 0;
  }
  set_ones(rest);
}

Partition CandidateWalk::partition() const {
  Partition parts = large_;
  parts.insert(parts.end(), ones_, 1);
  return parts;
}

}  // namespace robin::search
