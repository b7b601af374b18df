// How fast blocks finish, kept as rows that are added up once nobody adds to them any more, and dropped after a month:
// the table stays small, and what it says stays the same.

#include <gmock/gmock.h>

#include "adapters/postgres/store.hpp"
#include "support/postgres_server.hpp"

namespace robin::adapters {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class PostgresPaces : public testing::Test {
 protected:
  PostgresPaces() {
    owner_ = std::make_unique<PostgresConnection>(database_.options());
    owner_->execute_script(
        "INSERT INTO searches (strategy, begin_at, end_at, planned_end, mode, threshold, digest_kind)"
        " VALUES ('exhaustive', 2, 1000, 2, 'complete', '1.767', 'exact')");
    began_ = owner_->query("SELECT now()").text(0, 0);
  }

  /// As the trigger does, so long before the test began, a row for each number of blocks.
  void add(const std::string& ago, std::initializer_list<int> blocks) {
    for (const int count : blocks) {
      owner_->query(
          "INSERT INTO paces (search_id, at, blocks, candidates) VALUES (1,"
          " pace_begin($3::timestamptz - $1::interval), $2::bigint, 100 * $2::bigint)",
          {ago, std::to_string(count), began_});
    }
  }
  void fold() { owner_->execute_script("SELECT fold_tallies()"); }
  /// Oldest first: blocks, and whether they are a sum.
  std::vector<std::pair<std::int64_t, std::string>> rows() {
    const auto rows = owner_->query("SELECT blocks, is_sum FROM paces ORDER BY at, blocks");
    std::vector<std::pair<std::int64_t, std::string>> all;
    for (int i = 0; i < rows.count(); ++i) {
      all.emplace_back(rows.integer(i, 0), rows.text(i, 1));
    }
    return all;
  }

  testing_support::PostgresDatabase database_;
  std::unique_ptr<PostgresConnection> owner_;
  std::string began_;
};

TEST_F(PostgresPaces, RowsOfOneMomentAreAddedUpWhenItIsOver) {
  add("2 minutes", {1, 2, 3});
  add("1 minute", {4, 5});
  // However long the test takes, this is not over.
  add("-10 minutes", {6, 7});
  fold();
  EXPECT_THAT(rows(), ElementsAre(std::pair(6, "t"), std::pair(9, "t"), std::pair(6, "f"), std::pair(7, "f")));
  fold();
  EXPECT_THAT(rows(), ElementsAre(std::pair(6, "t"), std::pair(9, "t"), std::pair(6, "f"), std::pair(7, "f")));
  // One that committed late.
  add("1 minute", {10});
  fold();
  EXPECT_THAT(rows(), ElementsAre(std::pair(6, "t"), std::pair(9, "t"), std::pair(10, "t"), std::pair(6, "f"),
                                  std::pair(7, "f")));
}

TEST_F(PostgresPaces, WhatTheySayIsTheSameBeforeAndAfter) {
  add("40 minutes", {1, 2, 3});
  add("5 minutes", {4, 5});
  const search::Strategies strategies;
  const auto store = open_postgres_store(database_.options(), strategies);
  const auto told = [&store] {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> all;
    for (const auto& pace : store->fleet_ledger().pace(flow::SearchId{1}, 3600s, 600s)) {
      all.emplace_back(pace.blocks, static_cast<std::uint64_t>(pace.candidates));
    }
    return all;
  };
  const auto before = told();
  EXPECT_THAT(before, ElementsAre(std::pair(6, 600), std::pair(9, 900)));
  fold();
  EXPECT_EQ(rows().size(), 2U);
  EXPECT_EQ(told(), before);
}

TEST_F(PostgresPaces, AMonthLaterTheyAreForgotten) {
  add("32 days", {1, 2});
  add("30 days", {3, 4});
  fold();
  EXPECT_THAT(rows(), ElementsAre(std::pair(7, "t")));
}

}  // namespace
}  // namespace robin::adapters
