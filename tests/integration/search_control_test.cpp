// Searches as things one can act on, on the real servers: shares of the fleet, one that waits, one that is ended.

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iostream>
#include <string>
#include <vector>

#include "integration/cluster_fixture.hpp"
#include "support/parsed.hpp"

namespace robin {
namespace {

using namespace std::chrono_literals;
using flow::SearchId;
using testing::HasSubstr;

class SearchControls : public Cluster {
 protected:
  void start_services(int consumers) {
    start_all_but_consumers();
    for (int i = 0; i < consumers; ++i) {
      start("consumer", {"--threads", "1"});
    }
  }
  void start_all_but_consumers() {
    start("producer");
    start("saver");
    start("janitor", {"--period-ms", "500"});
  }
  /// Blocks that take so long, and wait until all searches are there.
  SearchId submit_paused(const std::string& milliseconds, std::uint64_t blocks, std::uint32_t share) {
    return store_->search_ledger()
        .submit(
            {flow::synthetic_strategy,
             {{first_}, {first_ += blocks * flow::synthetic_block_positions}},
             {search::Mode::Complete, *core::accepted(math::Decimal::parse(milliseconds)), search::DigestKind::Exact}},
            {flow::RunState::Paused, share})
        .id;
  }
  void order(SearchId search, const char* what, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"search", what, std::to_string(search.value)});
    const auto result = robin(more);
    EXPECT_EQ(result.status, 0) << result.error;
  }

  std::int64_t count(const std::string& sql) {
    adapters::PostgresConnection owner(database_.options());
    return owner.query(sql.c_str()).integer(0, 0);
  }
  /// How long its finished blocks were computed.
  double seconds(SearchId search) {
    return static_cast<double>(count("SELECT coalesce(1000 * sum(seconds), 0)::bigint FROM tallies WHERE search_id = " +
                                     std::to_string(search.value))) /
           1000;
  }
  std::uint64_t finished(SearchId search) { return store_->reader().counts(search).finished; }
  flow::BlockCounts counts(SearchId search) { return store_->reader().counts(search); }

  /// The share of the first in the seconds of both, from now until both have `enough`; printed every so often.
  double share_of(SearchId one, SearchId other, double enough, double print_every) {
    const std::array before = {seconds(one), seconds(other)};
    double told = 0;
    double share = 0;
    EXPECT_TRUE(testing_support::wait_until(
        [&] {
          const std::array now = {seconds(one) - before[0], seconds(other) - before[1]};
          const double all = now[0] + now[1];
          share = now[0] / all;
          if (all >= told + print_every) {
            told = all;
            std::cout << "after " << std::lround(all) << " s of computing: " << std::round(1000 * share) / 10 << " %\n";
          }
          return all >= enough;
        },
        core::Deadline::in(std::chrono::seconds(std::lround(10 * enough)))));
    return share;
  }
  /// So that no consumer waits for a saver that was told to stop as well.
  void end(const std::vector<SearchId>& searches) {
    for (const SearchId search : searches) {
      order(search, "cancel");
    }
    EXPECT_TRUE(wait_until([&] {
      return std::ranges::all_of(searches, [&](SearchId search) { return counts(search).in_flight() == 0; }) &&
             is_empty(flow::Queue::Blocks) && is_empty(flow::Queue::Results);
    }));
  }
  void expect_nothing_went_wrong() {
    EXPECT_EQ(count("SELECT count(*) FROM failures"), 0);
    EXPECT_EQ(count("SELECT count(*) FROM conflicts"), 0);
    EXPECT_EQ(count("SELECT count(*) FROM events WHERE kind = 'dead_letter'"), 0);
    EXPECT_EQ(count("SELECT coalesce(max(attempt), 1) FROM blocks"), 1);
    EXPECT_TRUE(is_empty(flow::Queue::Dead));
  }

  std::uint64_t first_ = 0;
};

TEST_F(SearchControls, TheFleetIsSharedByComputingSeconds) {
  const SearchId one = submit_paused("10", 100'000, 3);
  const SearchId other = submit_paused("300", 100'000, 1);
  start_services(2);
  order(one, "resume");
  order(other, "resume");
  // Both are known, and what went before is on its way.
  ASSERT_TRUE(wait_until([&] { return finished(one) >= 20 && finished(other) >= 2; }));
  EXPECT_NEAR(share_of(one, other, 10, 2), 0.75, 0.08);
  order(other, "share", {"9"});
  const double before = seconds(other);
  ASSERT_TRUE(wait_until([&] { return seconds(other) > before + 1; }));
  EXPECT_NEAR(share_of(one, other, 8, 2), 0.25, 0.1);
  end({one, other});
}

class LongSearchControls : public SearchControls {};

TEST_F(LongSearchControls, OfBlocksOf10MillisecondsAnd2SecondsTheFleetIsSharedThreeToOne) {
  const SearchId one = submit_paused("10", 1'000'000, 3);
  const SearchId other = submit_paused("2000", 1'000'000, 1);
  start_services(2);
  order(one, "resume");
  order(other, "resume");
  ASSERT_TRUE(wait_until([&] { return finished(one) >= 20 && finished(other) >= 2; }));
  EXPECT_NEAR(share_of(one, other, 240, 20), 0.75, 0.05 * 0.75);
  end({one, other});
  expect_nothing_went_wrong();
}

TEST_F(LongSearchControls, EqualOnesOfOneConsumerGoOnSideBySide) {
  const SearchId one = submit_paused("10", 1'000'000, 1);
  const SearchId other = submit_paused("2000", 1'000'000, 1);
  start_services(1);
  order(other, "resume");
  ASSERT_TRUE(wait_until([&] { return finished(other) >= 1; })) << "it has the fleet alone";
  order(one, "resume");
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(wait_until([&] { return finished(one) >= 1; }));
  std::cout << "blocks of 10 ms began after "
            << std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count()
            << " s behind those of 2 s\n";
  EXPECT_NEAR(share_of(one, other, 80, 10), 0.5, 0.06);
  end({one, other});
}

TEST_F(SearchControls, APausedSearchStandsStillToTheBlockAndGoesOnWhereItWas) {
  const SearchId one = submit_paused("20", 100'000, 1);
  const SearchId other = submit_paused("20", 100'000, 1);
  start_services(1);
  order(one, "resume");
  order(other, "resume");
  ASSERT_TRUE(wait_until([&] { return finished(one) >= 5 && finished(other) >= 5; }));
  order(one, "pause", {"--reason", "first the other one"});
  ASSERT_TRUE(wait_until([&] { return counts(one).in_flight() == 0; })) << "what is in flight ends";
  // A round of the producer that read the search as active may have been on its way.
  const std::uint64_t other_then = finished(other);
  ASSERT_TRUE(wait_until([&] { return finished(other) >= other_then + 10 && counts(one).in_flight() == 0; }));
  const std::uint64_t stood = finished(one);
  const std::uint64_t other_before = finished(other);
  ASSERT_TRUE(wait_until([&] { return finished(other) >= other_before + 50; }));
  EXPECT_EQ(finished(one), stood);
  const auto shown = robin({"search", "show", std::to_string(one.value)});
  EXPECT_THAT(shown.output, HasSubstr("paused"));
  EXPECT_THAT(shown.output, testing::Not(HasSubstr("ETA")));
  EXPECT_THAT(robin({"status"}).output, HasSubstr("paused"));
  EXPECT_THAT(robin({"search", "list"}).output, HasSubstr("paused"));
  EXPECT_THAT(robin({"events", "--kind", "pause"}).output, HasSubstr("first the other one"));
  order(one, "resume");
  ASSERT_TRUE(wait_until([&] { return finished(one) > stood; }));
  end({one, other});
  expect_nothing_went_wrong();
}

TEST_F(SearchControls, ACancelledOneFreesItsConsumersAndWhatWasFoundStays) {
  const SearchArguments found{"100000"};
  start_all_but_consumers();
  start_auditor();
  start("consumer", {"--threads", "1"});
  const SearchId kept = submit(found);
  ASSERT_TRUE(wait_until([&] { return finished(kept) >= 1; }));
  // Blocks of five minutes: each consumer is at one, and others wait.
  start("consumer", {"--threads", "1"});
  const SearchId one = submit_paused("300000", 100, 1);
  const SearchId other = submit_paused("20", 50, 1);
  order(one, "resume");
  ASSERT_TRUE(wait_until([&] { return counts(one).running == 2; }));
  order(other, "resume");
  const auto begin = std::chrono::steady_clock::now();
  order(one, "cancel", {"--reason", "the blocks are too long"});
  // Far less than five minutes.
  ASSERT_TRUE(wait_until([&] { return finished(other) >= 1; }));
  std::cout << "consumers were free " << std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count()
            << " s after the order\n";
  ASSERT_TRUE(wait_until([&] { return finished(other) == 50 && is_empty(flow::Queue::Blocks); }));
  EXPECT_EQ(finished(one), 0U);
  EXPECT_EQ(counts(one).in_flight() + counts(one).pending, 0U);
  EXPECT_GE(counts(one).cancelled, 2U);
  const auto refused = robin({"search", "resume", std::to_string(one.value)});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.error, HasSubstr("for good"));
  EXPECT_THAT(robin({"search", "show", std::to_string(one.value)}).output, HasSubstr("ended at   "));
  expect_nothing_went_wrong();
  EXPECT_GE(finished(kept), 1U);
}

}  // namespace
}  // namespace robin
