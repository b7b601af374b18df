// robin-auditor: folds finished blocks, certifies them, has some computed again, settles disputes, raises the alarm. Of
// any number of auditors one leads; the others wait for its end.

#include "adapters/postgres/store.hpp"
#include "adapters/server_settings.hpp"
#include "adapters/versions.hpp"
#include "flow/loops/audit.hpp"
#include "flow/loops/leadership.hpp"
#include "flow/loops/synthetic.hpp"
#include "flow/loops/test_points.hpp"
#include "math/number_text.hpp"
#include "runtime/service.hpp"

namespace {

using robin::core::Milliseconds;
using robin::runtime::Config;
using robin::runtime::integer_from;
using robin::runtime::Log;

std::optional<std::string> refuse_share(const std::string& text) {
  const auto share = robin::math::parse_share(text);
  return robin::core::accepted(share) != nullptr ? std::nullopt : std::optional(robin::core::refusal_reason(share));
}

void work(const Config& config, Log& log, const robin::runtime::Stops& stops, robin::runtime::Vitals& vitals) {
  const std::stop_token& stop = stops.stop;
  robin::flow::AuditOptions options;
  options.vitals = &vitals;
  options.double_check = std::get<double>(robin::math::parse_share(config.text("double-check")));
  options.audit_share = std::get<double>(robin::math::parse_share(config.text("audit-share")));
  options.poll = Milliseconds(config.number("poll-ms"));
  options.other_worker_wait = Milliseconds(1000 * config.number("other-worker-wait-seconds"));
  options.checks_max = static_cast<std::uint32_t>(config.number("checks"));
  const robin::search::Strategies strategies = robin::flow::fleet_strategies();
  const auto store =
      robin::adapters::open_postgres_store({.url = config.text("database-url"), .name = "robin-auditor"}, strategies);
  vitals.set_ready("work", true);
  robin::flow::lead(store->leadership(), robin::flow::Role::Auditor, log, stop, &vitals, [&](robin::flow::Epoch epoch) {
    robin::flow::audit(store->audit_ledger(), store->reader(), strategies, epoch, options, log, stop, {});
  });
}

}  // namespace

int main(int argc, char** argv) {
  robin::flow::arm_test_points();
  return robin::runtime::run_service(
      {"robin-auditor",
       "Certifies what the fleet computed, and has a sample of it computed again",
       {robin::adapters::database_url(),
        {"double-check", "share of the blocks that another worker computes again", "1%", false, refuse_share},
        {"audit-share", "share of the slices of results that it computes again itself, on a core at most", "5%", false,
         refuse_share},
        {"checks", "checks of one block at most, until two results agree", "5", false, integer_from(1, 1000)},
        {"other-worker-wait-seconds", "if no other worker was heard of for so long, one checks its own results", "60",
         false, integer_from(1, 86'400)},
        {"poll-ms", "how often to look for finished blocks, in milliseconds", "500", false, integer_from(1, 60'000)}},
       robin::adapters::all_versions()},
      argc, argv, work);
}
