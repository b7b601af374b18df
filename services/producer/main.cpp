// robin-producer: plans blocks and publishes them. Of any number of producers one leads; the others wait for its end.

#include "adapters/postgres/store.hpp"
#include "adapters/rabbitmq/broker.hpp"
#include "adapters/server_settings.hpp"
#include "adapters/versions.hpp"
#include "flow/loops/leadership.hpp"
#include "flow/loops/produce.hpp"
#include "flow/loops/synthetic.hpp"
#include "flow/loops/test_points.hpp"
#include "runtime/service.hpp"

namespace {

using robin::runtime::Config;
using robin::runtime::integer_from;
using robin::runtime::Log;
using robin::runtime::word_or_integer;

constexpr std::uint64_t block_size_max = std::uint64_t{1} << 40U;

void work(const Config& config, Log& log, const robin::runtime::Stops& stops, robin::runtime::Vitals& vitals) {
  const std::stop_token& stop = stops.stop;
  const robin::search::Strategies strategies = robin::flow::fleet_strategies();
  const auto store =
      robin::adapters::open_postgres_store({.url = config.text("database-url"), .name = "robin-producer"}, strategies);
  const auto broker = robin::adapters::open_rabbitmq_broker({.url = config.text("amqp-url"),
                                                             .ca_file = config.text("amqp-ca-file"),
                                                             .management_url = {},
                                                             .name = "robin-producer"});
  vitals.set_ready("work", true);
  robin::flow::ProduceOptions options;
  options.vitals = &vitals;
  options.in_flight_max = config.number("in-flight");
  if (config.text("block-size") != "grows") {
    options.block_size = config.number("block-size");
  }
  options.poll = robin::core::Milliseconds(config.number("poll-ms"));
  options.watch = &store->plan_watch();
  options.idle_poll = robin::core::Milliseconds(config.number("idle-poll-ms"));
  robin::flow::wait_until_writable(store->monitor_ledger(), log, stop, &vitals);
  robin::flow::lead(store->leadership(), robin::flow::Role::Producer, log, stop, &vitals,
                    [&](robin::flow::Epoch epoch) {
                      robin::flow::produce(store->plan_ledger(), *broker, strategies, epoch, options, log, stop);
                    });
}

}  // namespace

int main(int argc, char** argv) {
  robin::flow::arm_test_points();
  return robin::runtime::run_service(
      {"robin-producer",
       "Plans the blocks of searches and publishes them to RabbitMQ",
       {robin::adapters::database_url(),
        robin::adapters::amqp_url(),
        robin::adapters::amqp_ca_file(),
        {"in-flight", "blocks kept queued or running", "64", false, integer_from(1, 1'000'000)},
        {"block-size", "candidates a block: a number, or grows (with the height reached)", "grows", false,
         word_or_integer("grows", 1, block_size_max)},
        {"poll-ms", "how often to look for work while there is some, in milliseconds", "10", false,
         integer_from(1, 60'000)},
        {"idle-poll-ms", "how often to look while there is none and the database says nothing of any, in milliseconds",
         "5000", false, integer_from(1, 60'000)}},
       robin::adapters::all_versions(),
       robin::adapters::check_authority},
      argc, argv, work);
}
