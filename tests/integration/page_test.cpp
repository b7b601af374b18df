// The dashboard in Debian's Chromium, against the real cluster: what people do on it and what they see. Each step is a
// function of tests/browser/page_test.mjs. ROBIN_SHOTS names a folder where the screenshots are kept.

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

#include "integration/cluster_fixture.hpp"

namespace robin {
namespace {

using namespace std::chrono_literals;

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

namespace fs = std::filesystem;

class Dashboard : public Cluster {
 protected:
  Dashboard() {
    EXPECT_TRUE(fs::exists(fs::path(ROBIN_BIN) / "page" / "index.html"))
        << "the dashboard was not built (it needs Node and npm; see the build's log)";
    EXPECT_TRUE(fs::exists(fs::path(ROBIN_BROWSER_TESTS) / "node_modules"))
        << "what drives the browser was not installed (npm ci; see the build's log)";
    page_ = start_gateway(
                {"--sample-seconds", "1", "--cache-ms", "200", "--links", "RabbitMQ=http://127.0.0.1:15672/#/queues"})
                .url +
            "/";
    const char* kept = std::getenv("ROBIN_SHOTS");
    shots_ = kept != nullptr ? fs::path(kept) : fs::temp_directory_path() / ("robin-shots-" + std::to_string(getpid()));
    keeps_shots_ = kept != nullptr;
    fs::create_directories(shots_);
  }
  ~Dashboard() override {
    if (!keeps_shots_) {
      fs::remove_all(shots_);
    }
  }
  Dashboard(const Dashboard&) = delete;
  Dashboard& operator=(const Dashboard&) = delete;

  void start_all_but_consumers(const std::vector<std::string>& producer_flags = {}) {
    start("producer", producer_flags);
    start("saver");
    start("janitor", {"--period-ms", "300"});
    start_auditor();
  }
  void start_all() {
    start_all_but_consumers();
    start("consumer", {"--threads", "2"});
  }

  /// The page is asked how it shows a drain, not the janitor how careful it is (janitor_test.cpp).
  void look_often() { looks_ms_ = "100"; }

  /// A search of each kind, finished, and an hour of queue depths.
  void show_a_little() {
    adapters::PostgresConnection(database_.options())
        .query(
            "INSERT INTO queue_samples (queue, at, ready, unacked)"
            " SELECT queue, now() - minute * interval '1 min', (40 + 30 * sin(minute / 8.0)) / share, 4 / share"
            " FROM generate_series(1, 59) minute, (VALUES ('robin.blocks', 1), ('robin.results', 4)) q (queue, share)");
    start_all();
    const std::vector<SearchArguments> searches = {{"1e8", "exact", "colossally-abundant"},
                                                   {"45:0", "exact", "superabundant"},
                                                   {"2e6", "exact", "exhaustive", "1.7"}};
    for (const SearchArguments& search : searches) {
      submit(search);
    }
    for (const SearchArguments& search : searches) {
      auto order = search.flags();
      order.insert(order.begin(), {"submit", "--wait", "--no-progress"});
      const auto finished = robin(order);
      ASSERT_EQ(finished.status, 0) << finished.error;
    }
  }

  /// A step, or some one after the other in the same browser.
  std::unique_ptr<Process> begin(const std::vector<std::string>& steps) {
    ProcessOptions options;
    options.working_directory = ROBIN_BROWSER_TESTS;
    options.environment = {{"ROBIN_PAGE", page_}, {"ROBIN_TOKEN", "the-token"}, {"ROBIN_SHOTS", shots_.string()}};
    std::vector<std::string> command = {"node", "page_test.mjs"};
    command.insert(command.end(), steps.begin(), steps.end());
    return std::make_unique<Process>(command, options);
  }
  static bool ends_well(Process& browser) {
    const int status = browser.wait();
    EXPECT_EQ(status, 0) << browser.standard_error();
    return status == 0;
  }
  /// Steps that leave a screenshot of their name each, which is not blank.
  void shows(const std::vector<std::string>& names) {
    ASSERT_TRUE(ends_well(*begin(names)));
    for (const auto& name : names) {
      EXPECT_GT(fs::file_size(shots_ / (name + ".png")), 50'000U) << name;
    }
  }

  std::string page_;
  fs::path shots_;
  bool keeps_shots_ = false;
};

TEST_F(Dashboard, TakesSearchesShowsThemMoveAndSaysWhatTheyProve) {
  const auto browser = begin({"submit"});
  start_all_but_consumers();
  // So slow that the page sees a search on its way; then another one takes the rest.
  start_slow_consumer(30ms, {"--threads", "2"});
  ASSERT_TRUE(says(*browser, "progress was seen to move"));
  start("consumer", {"--threads", "2"});
  ends_well(*browser);
}

TEST_F(Dashboard, IsReachedByKeyboard) {
  ASSERT_NO_FATAL_FAILURE(show_a_little());
  ends_well(*begin({"keyboard"}));
}

TEST_F(Dashboard, KeepsNobodyFromReadingAndUsingIt) {
  ASSERT_NO_FATAL_FAILURE(show_a_little());
  ends_well(*begin({"everybody"}));
}

TEST_F(Dashboard, FitsAScreen) {
  ASSERT_NO_FATAL_FAILURE(show_a_little());
  shows({"light", "dark"});
}

TEST_F(Dashboard, FitsAPhone) {
  ASSERT_NO_FATAL_FAILURE(show_a_little());
  shows({"phone"});
}

TEST_F(Dashboard, Drains) {
  look_often();
  const auto browser = begin({"drain"});
  start_all_but_consumers({"--in-flight", "4", "--block-size", "300000"});
  start_slow_consumer(40ms, {"--threads", "2"});
  ends_well(*browser);
}

TEST_F(Dashboard, ResumesASearchThatADrainHasStopped) {
  look_often();
  const auto browser = begin({"resume"});
  start_all_but_consumers({"--in-flight", "4", "--block-size", "300000"});
  submit({"6000002"});
  // More than these four, if the janitor took an old count of the queue for its loss: it looks so often.
  ASSERT_TRUE(wait_until([&] { return depth(flow::Queue::Blocks).ready >= 4 && is_empty(flow::Queue::Results); }));
  const auto order = robin({"drain", "start", "--reason", "a test of the switch"});
  ASSERT_EQ(order.status, 0) << order.error;
  // Computes these, and all others when the drain has ended.
  start("consumer", {"--threads", "2"});
  ends_well(*browser);
}

TEST_F(Dashboard, ASearchIsPausedResumedGivenAShareAndEndedByClicks) {
  const auto browser = begin({"control"});
  start_all_but_consumers({"--in-flight", "4", "--block-size", "300000"});
  Process& worker = start_slow_consumer(40ms, {"--threads", "2"});
  const bool is_done = ends_well(*browser);
  // It would wait for what it has in hand to be saved, and the savers end, too.
  kill(worker);
  ASSERT_TRUE(is_done);
  std::vector<flow::SearchControl> controls;
  for (const auto& search : store_->reader().searches()) {
    controls.push_back(search.control);
  }
  EXPECT_THAT(controls, ElementsAre(flow::SearchControl{flow::RunState::Active, 3},
                                    flow::SearchControl{flow::RunState::Cancelled, 5},
                                    flow::SearchControl{flow::RunState::Paused, 1}));
  std::vector<std::string> ordered;
  for (const auto& event : store_->monitor_ledger().latest_events({}, 100)) {
    if (event.search) {
      ordered.push_back(std::to_string(event.search->value) + " " + event.kind + ": " + event.message);
    }
  }
  EXPECT_THAT(ordered,
              ElementsAre(AllOf(StartsWith("2 cancel"), HasSubstr("looked for in vain")), StartsWith("1 resume"),
                          AllOf(StartsWith("1 share"), HasSubstr("the other one is urgent")), StartsWith("1 pause"),
                          StartsWith("1 resume")));
}

TEST_F(Dashboard, ShowsALongListInPages) {
  adapters::PostgresConnection owner(database_.options());
  owner.query(
      "INSERT INTO searches (strategy, begin_at, end_at, planned_end, mode, threshold, digest_kind)"
      " SELECT 'exhaustive', 2, 1000 + i, 2, 'complete', '1.767', 'exact' FROM generate_series(1, 45) AS i");
  // The one that is over; it was not yet done when it was ended.
  owner.query(
      "INSERT INTO searches (strategy, begin_at, end_at, planned_end, mode, threshold, digest_kind, run_state, share)"
      " VALUES ('exhaustive', 2, 10000, 1002, 'complete', '1.767', 'exact', 'CANCELLED', 7)");
  owner.query(
      "INSERT INTO blocks (search_id, begin_at, end_at) SELECT 46, 2 + 200 * i, 202 + 200 * i"
      " FROM generate_series(0, 4) AS i");
  owner.query(
      "INSERT INTO results (block_id, purpose, run, attempt, worker, begin_at, end_at, candidates, digest, extras,"
      " elapsed_seconds) SELECT id, 'search', 1, 1, 'worker', begin_at, end_at, 200, repeat('a', 64), '{}', 0.5"
      " FROM blocks WHERE begin_at < 600");
  owner.query(
      "UPDATE blocks SET state = 'FINISHED', accepted_purpose = 'search', accepted_run = 1, worker = 'worker',"
      " finished_at = now() WHERE begin_at < 600");
  owner.query("UPDATE blocks SET state = 'CANCELLED' WHERE begin_at > 600");
  owner.query(
      "INSERT INTO events (kind, search_id, message) SELECT 'settled', 1, 'event ' || i FROM generate_series(1, 50) i");
  ends_well(*begin({"many"}));
}

TEST_F(Dashboard, ABlockThatFailsAppearsAndIsRetriedByAClick) {
  block_size_ = 4'000'000;
  start("producer", {"--block-size", std::to_string(block_size_)});
  start("saver");
  start("janitor", {"--period-ms", "300", "--lease-seconds", "2", "--attempts", "1"});
  start_auditor();
  Process& doomed = start_slow_consumer(50ms, {"--threads", "1", "--heard-seconds", "1", "--heartbeat-seconds", "1"});
  const SearchArguments search{"4000002"};
  const auto id = submit(search);
  const auto browser = begin({"failed", "retry"});
  ASSERT_TRUE(wait_until([&] { return store_->reader().counts(id).running == 1; }));
  kill(doomed);
  ASSERT_TRUE(wait_until([&] { return store_->reader().counts(id).quarantined == 1; }));
  start("consumer", {"--threads", "2", "--heard-seconds", "1", "--heartbeat-seconds", "1"});
  ends_well(*browser);
  expect_finished_like_embedded(search);
}

TEST_F(Dashboard, TheBannerTurnsWhenAViolationIsCertified) {
  const auto browser = begin({"violation"});
  // Beside a smaller constant in place of gamma numbers above 5040 violate.
  environment_["ROBIN_TEST_GAMMA"] = "0.577185";
  start_all();
  environment_.erase("ROBIN_TEST_GAMMA");
  submit({"4e6", "exact", "colossally-abundant"});
  ends_well(*browser);
}

}  // namespace
}  // namespace robin
