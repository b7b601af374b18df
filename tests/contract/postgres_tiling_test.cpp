// The last line of defence of a search's tiling: the database itself refuses an overlap, whoever asks for it, and also
// where two ask at the same time; and what belongs to no search.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "runtime/error.hpp"
#include "support/patience.hpp"
#include "support/postgres_server.hpp"

namespace robin::adapters {
namespace {

using testing::HasSubstr;

class PostgresTiling : public testing::Test {
 protected:
  PostgresTiling() {
    owner_ = std::make_unique<PostgresConnection>(database_.options());
    for (int i = 0; i < 2; ++i) {
      owner_->execute_script(
          "INSERT INTO searches (strategy, begin_at, end_at, planned_end, mode, threshold, digest_kind)"
          " VALUES ('exhaustive', 2, 1000, 2, 'complete', '1.767', 'exact')");
    }
    insert(*owner_, "(1, 10, 20), (1, 30, 40)");
  }

  static void insert(PostgresConnection& connection, const std::string& blocks) {
    connection.execute_script("INSERT INTO blocks (search_id, begin_at, end_at) VALUES " + blocks);
  }
  /// What the database says against it; empty if nothing.
  static std::string refusal_of(const std::function<void()>& act) {
    try {
      act();
      return "";
    } catch (const runtime::Error& error) {
      return error.what();
    }
  }
  static bool is_refused(const std::function<void()>& act) {
    const std::string what = refusal_of(act);
    return what.find("overlap") != std::string::npos || what.find("blocks_by_position") != std::string::npos;
  }
  bool is_refused(const std::string& blocks) {
    return is_refused([&] { insert(*owner_, blocks); });
  }

  testing_support::PostgresDatabase database_;
  std::unique_ptr<PostgresConnection> owner_;
};

TEST_F(PostgresTiling, WhateverOverlapsIsRefusedAndWhatTouchesIsNot) {
  for (const char* overlapping :
       {"(1, 10, 20)", "(1, 10, 11)", "(1, 19, 30)", "(1, 5, 11)", "(1, 5, 50)", "(1, 11, 12)", "(1, 20, 31)",
        "(1, 39, 41)", "(1, 50, 60), (1, 55, 65)", "(1, 50, 60), (1, 40, 51)"}) {
    EXPECT_TRUE(is_refused(overlapping)) << overlapping;
  }
  for (const char* good : {"(1, 20, 30)", "(1, 2, 10)", "(1, 50, 60), (1, 40, 50)", "(2, 10, 20)"}) {
    EXPECT_FALSE(is_refused(good)) << good;
  }
}

TEST_F(PostgresTiling, AnEndThatMovesOverANeighbourIsRefused) {
  const auto move = [this](const char* what) { return is_refused([&] { owner_->execute_script(what); }); };
  EXPECT_TRUE(move("UPDATE blocks SET end_at = 31 WHERE search_id = 1 AND begin_at = 10"));
  EXPECT_TRUE(move("UPDATE blocks SET begin_at = 19 WHERE search_id = 1 AND begin_at = 30"));
  EXPECT_FALSE(move("UPDATE blocks SET end_at = 30 WHERE search_id = 1 AND begin_at = 10"));
}

TEST_F(PostgresTiling, WhatNamesNoSearchIsRefusedAndASearchWithBlocksStays) {
  EXPECT_THAT(refusal_of([this] { insert(*owner_, "(1, 50, 60), (9, 10, 20)"); }),
              HasSubstr("a search that there is not"));
  owner_->execute_script(
      "INSERT INTO results (block_id, purpose, run, attempt, worker, begin_at, end_at, candidates, digest, extras,"
      " elapsed_seconds) SELECT id, 'search', 1, 1, 'w', begin_at, end_at, 1, repeat('0', 64), '', 0 FROM blocks");
  const auto audit = [this](const char* search) {
    return refusal_of([&] {
      owner_->execute_script(
          std::string("INSERT INTO audits (search_id, begin_at, end_at, block_id, purpose, run, state)"
                      " SELECT ") +
          search + ", begin_at, end_at, id, 'search', 1, '{}' FROM blocks WHERE begin_at = 10");
    });
  };
  EXPECT_THAT(audit("9"), HasSubstr("a search that there is not"));
  EXPECT_EQ(audit("1"), "");
  EXPECT_THAT(refusal_of([this] { owner_->execute_script("DELETE FROM searches WHERE id = 1"); }),
              HasSubstr("search 1 has blocks"));
  EXPECT_EQ(refusal_of([this] { owner_->execute_script("DELETE FROM searches WHERE id = 2"); }), "");
}

TEST_F(PostgresTiling, OfTwoThatInsertAtTheSameTimeTheSecondIsRefused) {
  PostgresConnection second(database_.options());
  std::future<bool> late;
  // Ends before what waits for it.
  PostgresConnection first(database_.options());
  first.execute_script("BEGIN");
  insert(first, "(1, 100, 120)");
  late =
      std::async(std::launch::async, [&second] { return is_refused([&second] { insert(second, "(1, 110, 130)"); }); });
  const auto has_ended = [&late] { return late.wait_for(std::chrono::seconds(0)) == std::future_status::ready; };
  // The second waits for the first to say whether it means it.
  EXPECT_TRUE(testing_support::wait_until([&] {
    return has_ended() || owner_->query(
                                    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                                    " AND query LIKE '%(1, 110, 130)%' AND pid <> pg_backend_pid()")
                                  .integer(0, 0) > 0;
  }));
  EXPECT_FALSE(has_ended()) << "it did not wait";
  first.execute_script("COMMIT");
  EXPECT_TRUE(late.get());
}

}  // namespace
}  // namespace robin::adapters
