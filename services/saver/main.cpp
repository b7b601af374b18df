// robin-saver: the only writer of results. Commits what consumers report, answers, and acks.

#include "adapters/postgres/store.hpp"
#include "adapters/rabbitmq/broker.hpp"
#include "adapters/server_settings.hpp"
#include "adapters/versions.hpp"
#include "flow/loops/save.hpp"
#include "flow/loops/synthetic.hpp"
#include "flow/loops/test_points.hpp"
#include "runtime/service.hpp"

namespace {

using robin::runtime::Config;
using robin::runtime::integer_from;
using robin::runtime::Log;

void work(const Config& config, Log& log, const robin::runtime::Stops& stops, robin::runtime::Vitals& vitals) {
  const std::stop_token& stop = stops.stop;
  const robin::search::Strategies strategies = robin::flow::fleet_strategies();
  const auto store =
      robin::adapters::open_postgres_store({.url = config.text("database-url"), .name = "robin-saver"}, strategies);
  const auto broker = robin::adapters::open_rabbitmq_broker({.url = config.text("amqp-url"),
                                                             .ca_file = config.text("amqp-ca-file"),
                                                             .management_url = {},
                                                             .name = "robin-saver"});
  robin::flow::SaveOptions options;
  options.batch_max = config.number("batch");
  options.batch_wait = robin::core::Milliseconds(config.number("batch-wait-ms"));
  options.vitals = &vitals;
  vitals.set_ready("work", true);
  robin::flow::save(store->save_ledger(), *broker, strategies, options, log, stop);
}

}  // namespace

int main(int argc, char** argv) {
  robin::flow::arm_test_points();
  return robin::runtime::run_service(
      {"robin-saver",
       "Commits the results that consumers report to PostgreSQL",
       {robin::adapters::database_url(),
        robin::adapters::amqp_url(),
        robin::adapters::amqp_ca_file(),
        {"batch", "reports in one transaction at most", "200", false, integer_from(1, 1000)},
        {"batch-wait-ms", "how long a report may wait for others, in milliseconds", "20", false,
         integer_from(0, 10'000)}},
       robin::adapters::all_versions(),
       robin::adapters::check_authority},
      argc, argv, work);
}
