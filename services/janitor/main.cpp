// robin-janitor: takes back what was lost or failed, quarantines what fails too often, empties the dead letters, and
// carries out the drain. Of any number of janitors one leads; the others wait for its end.

#include "adapters/postgres_store.hpp"
#include "adapters/rabbitmq_broker.hpp"
#include "adapters/server_settings.hpp"
#include "adapters/versions.hpp"
#include "flow/clean.hpp"
#include "flow/leadership.hpp"
#include "flow/synthetic.hpp"
#include "flow/test_points.hpp"
#include "runtime/service.hpp"

namespace {

using robin::runtime::Config;
using robin::runtime::integer_from;
using robin::runtime::Log;
using robin::runtime::Milliseconds;

void work(const Config& config, Log& log, const robin::runtime::Stops& stops, robin::runtime::Vitals& vitals) {
  const std::stop_token& stop = stops.stop;
  robin::flow::CleanOptions options;
  options.vitals = &vitals;
  options.sweep.lease = Milliseconds(1000 * config.number("lease-seconds"));
  options.sweep.attempts_max = static_cast<std::uint32_t>(config.number("attempts"));
  options.period = Milliseconds(config.number("period-ms"));
  const robin::search::Strategies strategies = robin::flow::fleet_strategies();
  const auto store =
      robin::adapters::open_postgres_store({.url = config.text("database-url"), .name = "robin-janitor"}, strategies);
  const auto broker = robin::adapters::open_rabbitmq_broker({.url = config.text("amqp-url"),
                                                             .ca_file = config.text("amqp-ca-file"),
                                                             .management_url = config.text("management-url"),
                                                             .name = "robin-janitor"});
  vitals.set_ready("work", true);
  const auto epoch = robin::flow::wait_for_the_lead(*store, robin::flow::Role::Janitor, log, stop, &vitals);
  if (!epoch) {
    return;
  }
  robin::flow::clean(*store, *broker, strategies, *epoch, options, log, stop);
  store->release(robin::flow::Role::Janitor);
}

}  // namespace

int main(int argc, char** argv) {
  robin::flow::arm_test_points();
  return robin::runtime::run_service(
      {"robin-janitor",
       "Takes back lost and failed blocks, empties the dead letters, carries out the drain",
       {robin::adapters::database_url(),
        robin::adapters::amqp_url(),
        robin::adapters::amqp_ca_file(),
        robin::adapters::management_url(std::nullopt),
        {"lease-seconds", "a block whose worker was not heard of for so long is lost", "90", false,
         integer_from(1, 7 * 86'400)},
        {"attempts", "attempts of a block that may fail or be lost before it is quarantined", "5", false,
         integer_from(1, 1000)},
        {"period-ms", "how often to look at everything, in milliseconds, give or take a half", "2000", false,
         integer_from(10, 3'600'000)}},
       robin::adapters::all_versions(),
       robin::adapters::check_authority},
      argc, argv, work);
}
