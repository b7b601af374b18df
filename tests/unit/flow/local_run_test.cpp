// The whole pipeline in one process, over the in-process broker and a store in memory.

#include "flow/loops/local_run.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "adapters/memory/broker.hpp"
#include "adapters/sqlite/store.hpp"
#include "runtime/error.hpp"
#include "search/sha256.hpp"
#include "support/hooked_store.hpp"
#include "support/parsed.hpp"
#include "support/random.hpp"
#include "support/temporary_folder.hpp"
#include "support/wrapped_strategy.hpp"

namespace robin::flow {
namespace {

using testing_support::parameters;
using testing_support::TemporaryFolder;

class LocalRunTest : public testing::Test {
 protected:
  SearchSpec spec(std::uint64_t end, std::string_view threshold = "1.767") {
    return {"exhaustive", {{2}, {end}}, parameters(threshold)};
  }

  FollowResult run(Store& store, SearchId search, const LocalRunOptions& options, const std::stop_token& stop = {}) {
    const auto broker = adapters::open_memory_broker();
    return run_locally(store, *broker, strategies_, search, options, *log_, stop);
  }

  std::unique_ptr<Store> memory_store() { return adapters::open_sqlite_store(":memory:", strategies_); }

  /// The digest of a run by its definition: every block examined here, one after the other.
  std::string reference_digest(std::uint64_t end, std::uint64_t size) {
    std::string lines;
    for (std::uint64_t at = 2; at < end; at += size) {
      lines += search::examine(*strategies_.find("exhaustive"), {{at}, {std::min(end, at + size)}}, parameters(), {})
                   .digest +
               "\n";
    }
    return search::Sha256::hex_of(lines);
  }

  search::Strategies strategies_;
  std::unique_ptr<runtime::Log> log_ = runtime::Log::silent();
};

TEST_F(LocalRunTest, DigestIsThatOfTheBlocksInOrderForAnyNumberOfThreads) {
  const std::string expected = reference_digest(300'000, 7000);
  for (const unsigned threads : {1U, 2U, 5U}) {
    const auto store = memory_store();
    const SearchId search = store->search_ledger().add_search(spec(300'000));
    const auto result = run(*store, search, {threads, 7000, {}});
    EXPECT_EQ(result.end, FollowEnd::Finished);
    EXPECT_EQ(result.fold.digest(), expected);
    EXPECT_EQ(result.fold.candidates(), 299'998U);
    EXPECT_EQ(result.counts.finished, 43U);
    EXPECT_EQ(store->reader().count_findings(search, Finding::Violation), 27U);
  }
}

TEST_F(LocalRunTest, ManySmallBlocksAllArriveOnce) {
  const auto store = memory_store();
  constexpr std::uint64_t blocks = testing_support::extent(1000U, 250U);
  constexpr std::uint64_t end = 2 + 20 * blocks;
  const SearchId search = store->search_ledger().add_search(spec(end));
  const auto result = run(*store, search, {3, 20, {}});
  EXPECT_EQ(result.end, FollowEnd::Finished);
  EXPECT_EQ(result.fold.blocks(), blocks);
  EXPECT_EQ(result.fold.candidates(), 20 * blocks);
  EXPECT_EQ(result.fold.digest(), reference_digest(end, 20));
}

TEST_F(LocalRunTest, AFinishedSearchEndsAtOnce) {
  const auto store = memory_store();
  const SearchId search = store->search_ledger().add_search(spec(50'000));
  const auto first = run(*store, search, {2, 5000, {}});
  const auto second = run(*store, search, {2, 5000, {}});
  EXPECT_EQ(second.end, FollowEnd::Finished);
  EXPECT_EQ(second.fold.digest(), first.fold.digest());
  EXPECT_EQ(second.counts, first.counts);
}

TEST_F(LocalRunTest, StoppedAgainAndAgainItEndsWithTheSameDigest) {
  const auto inner = memory_store();
  const SearchId search = inner->search_ledger().add_search(spec(2'000'000));
  int stops = 0;
  while (true) {
    std::stop_source source;
    std::size_t reports = 0;
    HookedStore store(*inner, [&](auto saved_at_once) {
      reports += saved_at_once.size();
      if (reports >= 5) {
        source.request_stop();
      }
    });
    const auto result = run(store, search, {2, 30'000, {}}, source.get_token());
    if (result.end == FollowEnd::Finished) {
      EXPECT_EQ(result.fold.digest(), reference_digest(2'000'000, 30'000));
      break;
    }
    EXPECT_EQ(result.end, FollowEnd::Stopped);
    ASSERT_LT(++stops, 100);
  }
  EXPECT_GT(stops, 1);
}

TEST_F(LocalRunTest, TwoRunsOnOneStoreAreRefused) {
  const TemporaryFolder folder;
  const auto store = adapters::open_sqlite_store(folder.file("robin.db"), strategies_);
  const auto other = adapters::open_sqlite_store(folder.file("robin.db"), strategies_);
  const SearchId search = store->search_ledger().add_search(spec(1000));
  ASSERT_TRUE(other->leadership().lead(Role::Producer));
  EXPECT_THROW(static_cast<void>(run(*store, search, {1, {}, {}})), runtime::Error);
}

TEST_F(LocalRunTest, AFailingBlockIsNamedAndTheOthersAreFinishedAndItCanBeTakenUpAgain) {
  const auto poisoned = testing_support::poisoned_strategies(strategies_, 123'456);
  const auto store = memory_store();
  const SearchId search = store->search_ledger().add_search(spec(300'000));
  {
    const auto broker = adapters::open_memory_broker();
    const auto result = run_locally(*store, *broker, poisoned, search, {2, 10'000, {}}, *log_, {});
    EXPECT_EQ(result.end, FollowEnd::SomeFailed);
    EXPECT_EQ(result.counts, (BlockCounts{0, 0, 0, 29, 1, 0, 0}));
    EXPECT_EQ(result.fold.frontier(), search::Position{120'002});
  }
  const auto failed = store->reader().blocks({search, {BlockState::Failed}, {0}}, 10);
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0].block, (search::Block{{120'002}, {130'002}}));
  EXPECT_EQ(failed[0].error, "strategy_error: poisoned at 123456");
  const auto mended = run(*store, search, {2, 10'000, {}});
  EXPECT_EQ(mended.end, FollowEnd::Finished);
  EXPECT_EQ(mended.fold.digest(), reference_digest(300'000, 10'000));
}

TEST_F(LocalRunTest, AnExtendedSearchContinuesWhereItEnded) {
  const auto store = memory_store();
  const auto first = store->search_ledger().submit(spec(40'000));
  EXPECT_EQ(first.choice, Choice::Created);
  EXPECT_EQ(run(*store, first.id, {2, 5000, {}}).end, FollowEnd::Finished);
  const auto same = store->search_ledger().submit(spec(40'000));
  EXPECT_EQ(same.choice, Choice::Resumed);
  EXPECT_EQ(same.id, first.id);
  const auto longer = store->search_ledger().submit(spec(90'000));
  EXPECT_EQ(longer.choice, Choice::Extended);
  EXPECT_EQ(longer.id, first.id);
  const auto result = run(*store, first.id, {2, 5000, {}});
  EXPECT_EQ(result.fold.candidates(), 89'998U);
  EXPECT_EQ(store->search_ledger().submit(spec(50'000)).choice, Choice::Created);
  EXPECT_EQ(store->search_ledger().submit(spec(90'000, "1.77")).choice, Choice::Created);
}

TEST_F(LocalRunTest, ATransientFailureOfTheStoreIsWaitedOut) {
  const auto inner = memory_store();
  int failures_left = 3;
  HookedStore store(*inner, [&failures_left](auto) {
    if (failures_left-- > 0) {
      throw runtime::Error("store: out of order", runtime::Retry::Yes);
    }
  });
  const SearchId search = store.search_ledger().add_search(spec(50'000));
  const auto result = run(store, search, {2, 5000, {}});
  EXPECT_EQ(result.end, FollowEnd::Finished);
  EXPECT_EQ(result.fold.digest(), reference_digest(50'000, 5000));
}

TEST_F(LocalRunTest, AFailureThatStaysEndsTheRunAndNothingIsLost) {
  const auto inner = memory_store();
  const SearchId search = inner->search_ledger().add_search(spec(10'000));
  {
    HookedStore store(*inner, [](auto) { throw runtime::Error("store: out of order", runtime::Retry::No); });
    EXPECT_THROW(static_cast<void>(run(store, search, {2, 1000, {}})), runtime::Error);
  }
  const auto result = run(*inner, search, {2, 1000, {}});
  EXPECT_EQ(result.end, FollowEnd::Finished);
  EXPECT_EQ(result.fold.digest(), reference_digest(10'000, 1000));
}

}  // namespace
}  // namespace robin::flow
