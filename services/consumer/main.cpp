// robin-consumer: computes blocks. It holds no state that matters and no database connection; run as many as you like.

#include <unistd.h>

#include <algorithm>
#include <functional>
#include <thread>

#include "adapters/rabbitmq/broker.hpp"
#include "adapters/server_settings.hpp"
#include "adapters/versions.hpp"
#include "flow/loops/compute.hpp"
#include "flow/loops/synthetic.hpp"
#include "flow/loops/test_points.hpp"
#include "flow/ports/bounds.hpp"
#include "math/sieve_plan.hpp"
#include "runtime/pause.hpp"
#include "runtime/process_facts.hpp"
#include "runtime/service.hpp"

namespace {

using robin::core::Milliseconds;
using robin::math::SievePlan;
using robin::runtime::Config;
using robin::runtime::integer_from;
using robin::runtime::Log;
using robin::runtime::word_or_integer;

/// Requests `abandon` when the grace after a stop is over, or the stop is urgent.
class Grace {
 public:
  Grace(const robin::runtime::Stops& stops, Milliseconds grace)
      : urgent_(stops.urgent, [this] { abandon_.request_stop(); }),
        thread_([this, stop = stops.stop, grace](const std::stop_token& end) {
          while (!stop.stop_requested() && !end.stop_requested()) {
            robin::runtime::pause(tick, stop);
          }
          robin::runtime::pause(grace, end);
          if (!end.stop_requested()) {
            abandon_.request_stop();
          }
        }) {}
  [[nodiscard]] std::stop_token abandon() const { return abandon_.get_token(); }

 private:
  static constexpr Milliseconds tick{100};
  std::stop_source abandon_;
  std::stop_callback<std::function<void()>> urgent_;
  std::jthread thread_;
};

unsigned slots_of(const Config& config) {
  return config.text("threads") == "cores" ? std::max(1U, std::thread::hardware_concurrency())
                                           : static_cast<unsigned>(config.number("threads"));
}

void check(const Config& config) {
  robin::adapters::check_authority(config);
  const std::uint64_t slots = slots_of(config);
  const std::uint64_t awaiting = static_cast<std::uint64_t>(config.number("awaiting"));
  if (slots * (awaiting + 1) > robin::flow::prefetch_max) {
    throw Config::Refused{robin::runtime::variable_of("awaiting") + ": " + std::to_string(slots) +
                          " threads may have " + std::to_string(robin::flow::prefetch_max / slots - 1) +
                          " each at most, since RabbitMQ counts unacked messages up to " +
                          std::to_string(robin::flow::prefetch_max)};
  }
}

void work(const Config& config, Log& log, const robin::runtime::Stops& stops, robin::runtime::Vitals& vitals) {
  const std::stop_token& stop = stops.stop;
  const robin::search::Strategies strategies = robin::flow::fleet_strategies();
  const auto broker = robin::adapters::open_rabbitmq_broker(
      {.url = config.text("amqp-url"),
       .ca_file = config.text("amqp-ca-file"),
       .management_url = {},
       .name = "robin-consumer",
       .heartbeat_seconds = static_cast<int>(config.number("heartbeat-seconds"))});
  robin::flow::ComputeOptions options;
  options.worker = robin::flow::host_name(robin::runtime::host_name()) + "/" + std::to_string(getpid());
  options.slots = slots_of(config);
  options.awaiting = static_cast<unsigned>(config.number("awaiting")) * options.slots;
  options.heard_every = Milliseconds(1000 * config.number("heard-seconds"));
  options.hold = Milliseconds(1000 * config.number("hold-seconds"));
  options.answer_timeout = Milliseconds(1000 * config.number("answer-timeout-seconds"));
  options.witnesses_a_result = static_cast<std::size_t>(config.number("witnesses-a-result"));
  options.abandon_wait = Milliseconds(1000 * config.number("abandon-seconds"));
  options.vitals = &vitals;
  if (config.text("cache-kib") != "auto") {
    SievePlan::set_second_level(1024 * static_cast<std::uint64_t>(config.number("cache-kib")));
  }
  vitals.set_ready("work", true);
  const Grace grace(stops, Milliseconds(1000 * config.number("grace-seconds")));
  const auto report = robin::flow::compute(*broker, strategies, options, log, stop, grace.abandon());
  log.info("consumer stopped", {{"saved", static_cast<std::int64_t>(report.saved)},
                                {"failed", static_cast<std::int64_t>(report.failed)},
                                {"split", static_cast<std::int64_t>(report.split)},
                                {"handed_back", static_cast<std::int64_t>(report.handed_back)},
                                {"left", static_cast<std::int64_t>(report.left)}});
}

}  // namespace

int main(int argc, char** argv) {
  robin::flow::arm_test_points();
  return robin::runtime::run_service(
      {"robin-consumer",
       "Computes blocks from RabbitMQ and reports what it found",
       {robin::adapters::amqp_url(),
        robin::adapters::amqp_ca_file(),
        {"threads", "blocks computed at once: a number, or cores", "cores", false, word_or_integer("cores", 1, 1024)},
        {"cache-kib", "second-level cache of a core, in KiB, half of which the sieve takes: a number, or auto", "auto",
         false, word_or_integer("auto", SievePlan::second_level_kib_min, SievePlan::second_level_kib_max)},
        {"awaiting", "results that may wait to be saved, for each thread", "2", false, integer_from(1, 10'000)},
        {"heard-seconds", "how often a block that is being computed is reported, so that its lease goes on", "15",
         false, integer_from(1, 86'400)},
        {"hold-seconds", "a block that was not begun for so long is left to others", "60", false,
         integer_from(1, 86'400)},
        {"answer-timeout-seconds", "a report without an answer for so long is repeated", "30", false,
         integer_from(1, 86'400)},
        {"witnesses-a-result",
         "a block that keeps so many witnesses is finished there, and its rest becomes a block of its own", "10000",
         false, integer_from(1, robin::flow::bounds::of_a_fleet.witnesses)},
        {"grace-seconds", "after SIGTERM: how long blocks at hand may take to finish", "20", false,
         integer_from(0, 86'400)},
        {"abandon-seconds",
         "after the grace, SIGQUIT or a second SIGTERM: how long what was found may take to be saved", "5", false,
         integer_from(0, 86'400)},
        {"heartbeat-seconds", "AMQP heartbeat: a broker that is silent for two of them is out of reach", "10", false,
         integer_from(1, 600)}},
       robin::adapters::all_versions(),
       check},
      argc, argv, work);
}
