// Turns by work: a fleet is simulated that computes what is published in order, and the seconds that each search got
// are compared with its share.

#include "flow/rules/fair_turns.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <vector>

namespace robin::flow {
namespace {

constexpr SearchId search_1{1};
constexpr SearchId search_2{2};
constexpr SearchId search_3{3};

/// Workers that take blocks from one queue, and a producer that keeps it filled as the rule says.
class SimulatedQueue {
 public:
  struct Search {
    std::uint32_t share;
    double block_seconds;
    /// It has something to publish from then on, and so many blocks of it in all.
    double from = 0;
    std::uint64_t blocks = 1'000'000'000;
    std::uint64_t published = 0;
    std::uint64_t finished = 0;
    std::uint64_t in_flight = 0;
    double seconds = 0;
  };

  explicit SimulatedQueue(std::size_t workers, std::uint64_t in_flight_max)
      : busy_(workers), in_flight_max_(in_flight_max) {}

  std::map<SearchId, Search> searches;

  void run_until(double end) {
    for (; now_ < end; now_ += tick) {
      finish();
      publish();
      begin();
    }
  }
  [[nodiscard]] std::size_t queued() const { return queue_.size(); }

 private:
  static constexpr double tick = 0.005;
  struct Busy {
    SearchId search{0};
    double until = 0;
  };

  void finish() {
    for (Busy& worker : busy_) {
      if (worker.search.value != 0 && worker.until <= now_) {
        Search& search = searches.at(worker.search);
        ++search.finished;
        --search.in_flight;
        search.seconds += search.block_seconds;
        worker.search = {0};
      }
    }
  }
  void publish() {
    std::vector<Contender> contenders;
    std::uint64_t all = 0;
    for (auto& [id, search] : searches) {
      all += search.in_flight;
      if (search.from <= now_ && search.published < search.blocks) {
        contenders.push_back({id, search.share, search.finished, search.seconds, search.in_flight,
                              std::min<std::uint64_t>(search.blocks - search.published, in_flight_max_)});
      }
    }
    const auto running = static_cast<std::uint64_t>(
        std::ranges::count_if(busy_, [](const Busy& worker) { return worker.search.value != 0; }));
    const std::uint64_t room = in_flight_max_ - std::min(in_flight_max_, all);
    for (const SearchId id : turns_.next(contenders, {room, queue_.size(), std::max<std::uint64_t>(8, 4 * running),
                                                      std::max<std::uint64_t>(1, running)})) {
      ++searches.at(id).published;
      ++searches.at(id).in_flight;
      queue_.push_back(id);
    }
  }
  void begin() {
    for (Busy& worker : busy_) {
      if (worker.search.value == 0 && !queue_.empty()) {
        worker = {queue_.front(), now_ + searches.at(queue_.front()).block_seconds};
        queue_.pop_front();
      }
    }
  }

  FairTurns turns_;
  std::vector<Busy> busy_;
  std::uint64_t in_flight_max_;
  std::deque<SearchId> queue_;
  double now_ = 0;
};

TEST(FairTurns, ComputingSecondsAreAsTheSharesHoweverLongBlocksTake) {
  for (const auto& [share, block_seconds] :
       {std::pair{std::uint32_t{3}, std::pair{0.01, 2.0}}, {3, {2.0, 0.01}}, {1, {0.01, 2.0}}, {7, {0.5, 0.5}}}) {
    SimulatedQueue fleet(2, 64);
    fleet.searches = {{search_1, {share, block_seconds.first}}, {search_2, {1, block_seconds.second}}};
    fleet.run_until(600);
    const double ratio = fleet.searches.at(search_1).seconds / fleet.searches.at(search_2).seconds;
    EXPECT_NEAR(ratio / share, 1, 0.05) << "share " << share << ", blocks of " << block_seconds.first << " and "
                                        << block_seconds.second << " s";
    EXPECT_GT(fleet.searches.at(search_1).seconds + fleet.searches.at(search_2).seconds, 0.95 * 1200)
        << "nobody is idle";
  }
}

TEST(FairTurns, AShortBlockNeverWaitsForManyLongOnes) {
  // Long blocks fill the queue alone; then somebody comes who has short ones.
  SimulatedQueue fleet(2, 64);
  fleet.searches = {{search_1, {1, 30.0}}, {search_2, {1, 0.01, 120}}};
  fleet.run_until(120);
  EXPECT_LE(fleet.queued(), 8U);
  fleet.run_until(120 + 8 * 30.0 / 2 + 31);
  EXPECT_GT(fleet.searches.at(search_2).finished, 0U);
  const double before = fleet.searches.at(search_2).seconds;
  fleet.run_until(2400);
  const double later = fleet.searches.at(search_2).seconds - before;
  EXPECT_NEAR(later / (2400 - 120 - 151), 1, 0.1) << "half of two workers";
}

TEST(FairTurns, NobodySavesUpTurnsWhileAway) {
  SimulatedQueue fleet(2, 64);
  fleet.searches = {{search_1, {1, 0.1}}, {search_2, {1, 0.1, 300}}, {search_3, {2, 0.1, 600}}};
  fleet.run_until(300);
  const double alone = fleet.searches.at(search_1).seconds;
  EXPECT_NEAR(alone, 600, 30);
  fleet.run_until(600);
  EXPECT_NEAR(fleet.searches.at(search_1).seconds - alone, 300, 30);
  fleet.run_until(1000);
  EXPECT_NEAR(fleet.searches.at(search_3).seconds, 400, 30);
}

TEST(FairTurns, AnotherShareCountsFromThenOn) {
  SimulatedQueue fleet(2, 64);
  fleet.searches = {{search_1, {1, 0.02}}, {search_2, {1, 0.3}}};
  fleet.run_until(200);
  const double before = fleet.searches.at(search_1).seconds;
  fleet.searches.at(search_1).share = 4;
  fleet.run_until(600);
  EXPECT_NEAR(fleet.searches.at(search_1).seconds - before, 0.8 * 800, 40);
}

TEST(FairTurns, OrdersAreCharged) {
  FairTurns turns;
  const std::vector<Contender> both = {{search_1, 1, 10, 10, 0, 4}, {search_2, 1, 10, 10, 0, 4}};
  const TurnLimits limits{4, 0, 100, 100};
  ASSERT_EQ(turns.next(both, limits), (std::vector{search_1, search_2, search_1, search_2}));
  turns.charge_orders(search_1, 2);
  EXPECT_EQ(turns.next(both, limits), (std::vector{search_2, search_2, search_1, search_2}));
}

TEST(FairTurns, WhatNobodyKnowsIsTriedWithFewBlocksIfOthersWait) {
  FairTurns turns;
  const TurnLimits limits{64, 0, 64, 64};
  EXPECT_EQ(turns.next(std::vector<Contender>{{search_1, 1, 0, 0, 0, 64}}, limits).size(), 64U);
  EXPECT_EQ(turns.next(std::vector<Contender>{{search_1, 1, 0, 0, 0, 64}}, {64, 0, 8, 1}).size(), 8U);
  const auto both =
      turns.next(std::vector<Contender>{{search_1, 1, 100, 1, 0, 64}, {search_2, 1, 0, 0, 0, 64}}, limits);
  EXPECT_EQ(std::ranges::count(both, search_2), 2);
  EXPECT_EQ(both.size(), 64U);
  const auto few =
      turns.next(std::vector<Contender>{{search_1, 1, 200, 400, 2, 64}, {search_2, 1, 0, 0, 0, 64}}, {64, 5, 8, 2});
  EXPECT_EQ(few, (std::vector{search_2, search_2})) << "long blocks make way for those that are tried";
}

}  // namespace
}  // namespace robin::flow
