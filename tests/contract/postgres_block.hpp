#pragma once

// PostgresBlock: a ledger with one planned block, and the owner's own way into it.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapters/postgres/store.hpp"
#include "support/parsed.hpp"
#include "support/postgres_server.hpp"

namespace robin::adapters {

class PostgresBlock : public testing::Test {
 protected:
  PostgresBlock() {
    const auto search = store_->search_ledger().add_search(
        {"exhaustive", testing_support::block(*strategies_.find("exhaustive"), "2", "100"),
         testing_support::parameters()});
    const auto epoch = store_->leadership().lead(flow::Role::Producer);
    EXPECT_EQ(store_->plan_ledger().plan(*epoch, search, std::vector{search::Block{{2}, {100}}}),
              flow::PlanOutcome::Planned);
    work_ = store_->plan_ledger().pending(search, 1);
  }

  flow::Outcome save(decltype(flow::Report::content) content, const std::string& worker, bool reads_bundles = true) {
    const flow::Report report{work_[0].key, work_[0].attempt, worker, work_[0].block, std::move(content),
                              {},           reads_bundles};
    return store_->save_ledger().save(std::span(&report, 1)).front();
  }

  search::Strategies strategies_;
  testing_support::PostgresDatabase database_;
  PostgresConnection owner_{database_.options()};
  std::unique_ptr<flow::ClusterStore> store_ = open_postgres_store(database_.options(), strategies_);
  std::vector<flow::Work> work_;
};

}  // namespace robin::adapters
