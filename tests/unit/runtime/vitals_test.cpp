#include "runtime/vitals.hpp"

#include <gmock/gmock.h>

#include "runtime/error.hpp"
#include "runtime/health_server.hpp"
#include "support/http_get.hpp"

namespace robin::runtime {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::http_get;

const Metric blocks{"robin_blocks_total", "Blocks", MetricKind::Counter};
const Metric depth{"robin_depth", "Depth", MetricKind::Gauge};
const Metric duration{"robin_duration_seconds", "Duration", MetricKind::Histogram, {1, 10}};

TEST(VitalsTest, MetricsAreShownInPrometheusTextFormat) {
  Vitals vitals;
  vitals.count(blocks, {{"result", "failed"}}, 0);
  vitals.count(blocks, {{"result", "finished"}}, 2);
  vitals.count(blocks, {{"result", "finished"}});
  vitals.set(depth, 7);
  vitals.set(depth, 5);
  vitals.observe(duration, 3);
  const std::string text = vitals.metrics_text();
  EXPECT_THAT(text, HasSubstr("# TYPE robin_blocks_total counter"));
  EXPECT_THAT(text, HasSubstr("robin_blocks_total{result=\"failed\"} 0"));
  EXPECT_THAT(text, HasSubstr("robin_blocks_total{result=\"finished\"} 3"));
  EXPECT_THAT(text, HasSubstr("robin_depth 5"));
  EXPECT_THAT(text, HasSubstr("robin_duration_seconds_bucket{le=\"1\"} 0"));
  EXPECT_THAT(text, HasSubstr("robin_duration_seconds_bucket{le=\"10\"} 1"));
}

TEST(VitalsTest, ALoopThatDoesNotTurnIsStuckUntilItTurnsOrEnds) {
  Vitals vitals;
  EXPECT_TRUE(vitals.stuck(0ms).empty());
  {
    Vitals::Loop loop(&vitals, "save");
    EXPECT_TRUE(vitals.stuck(1h).empty());
    EXPECT_THAT(vitals.stuck(-1ms), ElementsAre("save"));
    loop.turned();
    EXPECT_TRUE(vitals.stuck(1h).empty());
  }
  EXPECT_TRUE(vitals.stuck(-1ms).empty());
}

TEST(VitalsTest, ReadyIsWhatSaysSoInAllItsParts) {
  Vitals vitals;
  EXPECT_THAT(vitals.unready(), ElementsAre("start"));
  vitals.set_ready("broker", false);
  vitals.set_ready("work", true);
  EXPECT_THAT(vitals.unready(), ElementsAre("broker"));
  vitals.set_ready("broker", true);
  EXPECT_TRUE(vitals.unready().empty());
}

TEST(HealthServerTest, AnswersForTheVitals) {
  Vitals vitals;
  const Vitals::Loop loop(&vitals, "compute");
  vitals.set(depth, 1);
  const HealthServer patient(vitals, "127.0.0.1:0", 1h);
  const HealthServer strict(vitals, "127.0.0.1:0", -1ms);
  const auto url = [](const HealthServer& server, const char* path) {
    return "http://127.0.0.1:" + std::to_string(server.port()) + path;
  };
  EXPECT_EQ(http_get(url(patient, "/livez")).status, 200);
  const auto stuck = http_get(url(strict, "/livez"));
  EXPECT_EQ(stuck.status, 503);
  EXPECT_EQ(stuck.body, "stuck: compute\n");
  EXPECT_EQ(http_get(url(patient, "/readyz")).body, "not ready: start\n");
  vitals.set_ready("work", true);
  EXPECT_EQ(http_get(url(patient, "/readyz")).status, 200);
  EXPECT_THAT(http_get(url(patient, "/metrics")).body, HasSubstr("robin_depth 1"));
  EXPECT_EQ(http_get(url(patient, "/elsewhere")).status, 404);
}

TEST(HealthServerTest, AnAddressThatCannotBeUsedIsNamed) {
  const Vitals vitals;
  const HealthServer first(vitals, "127.0.0.1:0", 1s);
  for (const std::string& wrong : {std::string("127.0.0.1"), std::string("127.0.0.1:70000"), std::string(":80"),
                                   std::string("127.0.0.1:x"), "127.0.0.1:" + std::to_string(first.port())}) {
    try {
      const HealthServer server(vitals, wrong, 1s);
      ADD_FAILURE() << wrong;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(wrong));
    }
  }
}

}  // namespace
}  // namespace robin::runtime
