#pragma once

// LateMarks: short blocks that were published and are not marked QUEUED yet. To mark a block costs the database as much
// as to save its result, and most short blocks are finished a moment later. So a producer marks those that are left
// every two seconds. Until then they are PENDING, as if the broker's confirm had come late: whoever takes over
// meanwhile publishes them again, and a copy of a short block costs nothing. Does no I/O. Used by one thread.

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "flow/ports/plan_ledger.hpp"
#include "flow/ports/work.hpp"

namespace robin::flow {

class LateMarks {
 public:
  void add(const Work& work) {
    Published& of_search = published_[work.search];
    ++of_search.blocks;
    of_search.newest = std::max(of_search.newest, work.key.block);
    works_.push_back(work);
  }
  [[nodiscard]] bool is_empty() const { return works_.empty(); }
  /// What was published, in the order of add(); it is to be marked now.
  [[nodiscard]] std::vector<Work> take() {
    published_.clear();
    return std::exchange(works_, {});
  }

  /// Counts what is in flight as such. Some of what was published may be finished by now, so that as many others that
  /// are PENDING are taken for it; the look after the next take() sees them.
  void count(OpenPlans& plans) const {
    for (OpenPlan& plan : plans.searches) {
      if (const auto found = published_.find(plan.record.id); found != published_.end()) {
        const std::uint64_t in_flight = std::min(plan.counts.pending, found->second.blocks);
        plan.counts.pending -= in_flight;
        plan.counts.queued += in_flight;
        plans.in_flight.queued += in_flight;
      }
    }
  }
  /// Whether there is one of a search that nothing more is published of: people paused it, and count what is in flight.
  [[nodiscard]] bool has_others_than(std::span<const OpenPlan> plans) const {
    return std::ranges::any_of(published_, [plans](const auto& of_search) {
      return std::ranges::none_of(plans, [&](const OpenPlan& plan) { return plan.record.id == of_search.first; });
    });
  }
  /// What is PENDING of this search and has no greater id may have been published; 0: nothing was.
  [[nodiscard]] BlockId newest(SearchId search) const {
    const auto found = published_.find(search);
    return found == published_.end() ? BlockId{0} : found->second.newest;
  }

 private:
  struct Published {
    std::uint64_t blocks = 0;
    BlockId newest{0};
  };
  std::vector<Work> works_;
  std::map<SearchId, Published> published_;
};

}  // namespace robin::flow
