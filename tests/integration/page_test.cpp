// The dashboard in Debian's Chromium, against the real cluster: what people do on it and what they see. Each step is a
// function of tests/browser/page_test.mjs. ROBIN_SHOTS names a folder where the screenshots are kept.

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

#include "integration/cluster_fixture.hpp"

namespace robin {
namespace {

using namespace std::chrono_literals;

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

  /// A search of each kind, finished.
  void show_a_little() {
    start_all();
    for (const SearchArguments& search :
         {SearchArguments{"1e9", "exact", "colossally-abundant"}, SearchArguments{"45:0", "exact", "superabundant"},
          SearchArguments{"2e6", "exact", "exhaustive", "1.7"}}) {
      auto order = search.flags();
      order.insert(order.begin(), {"submit", "--wait", "--no-progress"});
      const auto finished = robin(order);
      ASSERT_EQ(finished.status, 0) << finished.error;
    }
  }

  void step(const std::string& name) {
    ProcessOptions options;
    options.working_directory = ROBIN_BROWSER_TESTS;
    options.environment = {{"ROBIN_PAGE", page_}, {"ROBIN_TOKEN", "the-token"}, {"ROBIN_SHOTS", shots_.string()}};
    const auto result = testing_support::run_process({"node", "page_test.mjs", name}, options);
    EXPECT_EQ(result.status, 0) << name << ":\n" << result.output << result.error;
  }

  std::int64_t query(const std::string& sql) {
    adapters::PostgresConnection owner(database_.options());
    const auto rows = owner.query(sql.c_str());
    return rows.count() == 0 ? 0 : rows.integer(0, 0);
  }

  std::string page_;
  fs::path shots_;
  bool keeps_shots_ = false;
};

TEST_F(Dashboard, TakesSearchesShowsThemMoveAndSaysWhatTheyProve) {
  start_all();
  step("submit");
}

TEST_F(Dashboard, IsReachedByKeyboard) {
  ASSERT_NO_FATAL_FAILURE(show_a_little());
  step("keyboard");
}

TEST_F(Dashboard, FitsAScreenAndAPhone) {
  ASSERT_NO_FATAL_FAILURE(show_a_little());
  step("screenshots");
  for (const char* shot : {"light.png", "dark.png", "phone.png"}) {
    EXPECT_GT(fs::file_size(shots_ / shot), 50'000U) << shot;
  }
}

TEST_F(Dashboard, DrainsAndResumes) {
  start_all_but_consumers({"--in-flight", "4", "--block-size", "300000"});
  start_slow_consumer(50ms, {"--threads", "2"});
  submit({"18000002"});
  ASSERT_TRUE(wait_until([&] { return query("SELECT count(*) FROM blocks WHERE state = 'FINISHED'") >= 2; }));
  step("drain");
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
  ASSERT_TRUE(wait_until([&] { return store_->counts(id).running == 1; }));
  kill(doomed);
  ASSERT_TRUE(wait_until([&] { return store_->counts(id).quarantined == 1; }));
  start("consumer", {"--threads", "2", "--heard-seconds", "1", "--heartbeat-seconds", "1"});
  step("failed");
  step("retry");
  expect_finished_like_embedded(search);
}

TEST_F(Dashboard, TheBannerTurnsWhenAViolationIsCertified) {
  // Beside a smaller constant in place of gamma numbers above 5040 violate.
  environment_["ROBIN_TEST_GAMMA"] = "0.577185";
  start_all();
  environment_.erase("ROBIN_TEST_GAMMA");
  submit({"4e6", "exact", "colossally-abundant"});
  step("violation");
}

}  // namespace
}  // namespace robin
