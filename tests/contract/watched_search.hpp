#pragma once

// WatchedSearch: a search of twenty blocks, all queued, as the contracts of those who watch begin with.

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "flow/ports/store.hpp"
#include "support/parsed.hpp"

namespace robin::flow {

/// `Test` is what the fixture is to be for GoogleTest, `Kind` the store that it looks at.
template <class Test, class Kind>
class WatchedSearch : public Test {
 protected:
  using Open = std::function<std::unique_ptr<Kind>(const search::Strategies&)>;

  /// What `open` holds outlives the store.
  explicit WatchedSearch(Open open) : open_(std::move(open)) {
    search_ = store().search_ledger().add_search({"exhaustive", {{2}, {402}}, testing_support::parameters("0.5")});
    const Epoch producer = *store().leadership().lead(Role::Producer);
    std::vector<search::Block> blocks;
    for (std::uint64_t at = 2; at < 402; at += 20) {
      blocks.push_back({{at}, {at + 20}});
    }
    EXPECT_EQ(store().plan_ledger().plan(producer, search_, blocks), PlanOutcome::Planned);
    work_ = store().plan_ledger().pending(search_, 100);
    EXPECT_EQ(store().plan_ledger().mark_queued(producer, work_), 20U);
  }

  Kind& store() { return *store_; }
  Outcome save(std::size_t i, decltype(Report::content) content, const std::string& worker = "a") {
    const Report report{work_[i].key,   work_[i].attempt,   worker,
                        work_[i].block, std::move(content), work_[i].provenance};
    return store().save_ledger().save(std::span(&report, 1)).front();
  }
  WorkResult computed(std::size_t i, double seconds = 0.25) {
    return {search::examine(*strategies_.find("exhaustive"), work_[i].block, work_[i].parameters, {}), seconds};
  }
  void finish(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      ASSERT_EQ(save(i, computed(i, static_cast<double>(i))), Outcome::Stored);
    }
  }

  SearchId search_{0};
  std::vector<Work> work_;

 private:
  search::Strategies strategies_;
  Open open_;
  std::unique_ptr<Kind> store_ = open_(strategies_);
};

}  // namespace robin::flow
