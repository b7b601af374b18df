// robin-janitor: takes back what was lost or failed, quarantines what fails too often, empties the dead letters,
// carries out the drain, compacts what is old, and tells Kubernetes, where it is asked to, which consumers compute. Of
// any number of janitors one leads; the others wait for its end.

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "adapters/kubernetes/pods.hpp"
#include "adapters/postgres/store.hpp"
#include "adapters/rabbitmq/broker.hpp"
#include "adapters/server_settings.hpp"
#include "adapters/versions.hpp"
#include "core/duration.hpp"
#include "flow/loops/clean.hpp"
#include "flow/loops/leadership.hpp"
#include "flow/loops/synthetic.hpp"
#include "flow/loops/test_points.hpp"
#include "flow/ports/orchestrator.hpp"
#include "runtime/address.hpp"
#include "runtime/service.hpp"

namespace {

using robin::core::Milliseconds;
using robin::runtime::Config;
using robin::runtime::integer_from;
using robin::runtime::Log;

std::optional<std::string> refuse_kubernetes(const std::string& url) {
  return robin::runtime::refuse_address(url, {{"https", "http"}, "https://kubernetes.default.svc"});
}

std::optional<std::string> refuse_retention(const std::string& text) {
  const std::string reason = robin::core::refusal_reason(robin::core::duration_from(text));
  return reason.empty() ? std::nullopt : std::optional(reason);
}

/// Tells who computes for as long as it lives, where that is asked for.
class Telling {
 public:
  Telling(const Config& config, robin::flow::FleetLedger& ledger, Log& log, robin::runtime::Vitals& vitals) {
    if (config.text("kubernetes-api").empty()) {
      return;
    }
    pods_ = robin::adapters::open_kubernetes_pods({.api = config.text("kubernetes-api")});
    thread_ = std::jthread([this, &ledger, &log, &vitals](const std::stop_token& stop) {
      robin::flow::tell_who_computes(ledger, *pods_, {.vitals = &vitals}, log, stop);
    });
  }

 private:
  std::unique_ptr<robin::flow::Orchestrator> pods_;
  std::jthread thread_;
};

void work(const Config& config, Log& log, const robin::runtime::Stops& stops, robin::runtime::Vitals& vitals) {
  const std::stop_token& stop = stops.stop;
  robin::flow::CleanOptions options;
  options.vitals = &vitals;
  options.sweep.lease = Milliseconds(1000 * config.number("lease-seconds"));
  options.sweep.attempts_max = static_cast<std::uint32_t>(config.number("attempts"));
  options.period = Milliseconds(config.number("period-ms"));
  if (const std::string& retention = config.text("retention"); !retention.empty()) {
    options.compact.retention = *robin::core::accepted(robin::core::duration_from(retention));
  }
  const robin::search::Strategies strategies = robin::flow::fleet_strategies();
  const auto store =
      robin::adapters::open_postgres_store({.url = config.text("database-url"), .name = "robin-janitor"}, strategies);
  const auto broker = robin::adapters::open_rabbitmq_broker({.url = config.text("amqp-url"),
                                                             .ca_file = config.text("amqp-ca-file"),
                                                             .management_url = config.text("management-url"),
                                                             .name = "robin-janitor"});
  vitals.set_ready("work", true);
  robin::flow::lead(store->leadership(), robin::flow::Role::Janitor, log, stop, &vitals, [&](robin::flow::Epoch epoch) {
    const Telling telling(config, store->fleet_ledger(), log, vitals);
    robin::flow::clean(store->janitor_ledger(), store->monitor_ledger(), *broker, strategies, epoch, options, log,
                       stop);
  });
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
        {"kubernetes-api",
         "is told which consumers' pods compute, so that others end first: https://kubernetes.default.svc", "", false,
         refuse_kubernetes},
        {"retention", "blocks that finished so long ago are compacted, such as 1d; empty: none", "", false,
         refuse_retention},
        {"period-ms", "how often to look at everything, in milliseconds, give or take a half", "2000", false,
         integer_from(10, 3'600'000)}},
       robin::adapters::all_versions(),
       robin::adapters::check_authority},
      argc, argv, work);
}
