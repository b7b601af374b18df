// The last line of defence of a search's tiling: the database itself refuses an overlap, whoever asks for it, and also
// where two ask at the same time.

#include <gtest/gtest.h>

#include <future>

#include "runtime/error.hpp"
#include "support/patience.hpp"
#include "support/postgres_server.hpp"

namespace robin::adapters {
namespace {

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
  /// Whether the database refuses it, by its own words.
  static bool is_refused(const std::function<void()>& act) {
    try {
      act();
      return false;
    } catch (const runtime::Error& error) {
      const std::string what = error.what();
      return what.find("overlap") != std::string::npos || what.find("blocks_by_position") != std::string::npos;
    }
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
