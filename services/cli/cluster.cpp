// robin migrate and robin submit: the database of a cluster, which ROBIN_DATABASE_URL names, is brought up to date; a
// search is ordered, directly or by way of a gateway.

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "adapters/postgres/store.hpp"
#include "cli/api_source.hpp"
#include "cli/cluster_access.hpp"
#include "cli/commands.hpp"
#include "cli/followed.hpp"
#include "cli/gateway_reader.hpp"
#include "cli/progress.hpp"
#include "cli/search_flags.hpp"
#include "core/deadline.hpp"
#include "runtime/error.hpp"
#include "runtime/pause.hpp"
#include "runtime/service.hpp"

namespace robin::cli {
namespace {

struct SubmitFlags {
  ServerFlags server;
  SearchFlags search;
  std::string share;
  bool paused = false;
  bool dry_run = false;
  bool wait = false;
  bool no_progress = false;
};

struct MigrateFlags {
  bool wait = false;
  std::string timeout = "600";
};
constexpr std::uint64_t migrate_timeout_max = 86'400;
constexpr core::Milliseconds migrate_pause{1'000};

/// Waits for whatever keeps the database from being migrated: where everything starts at once, the server may not
/// listen yet, or its administrator may not have made all roles.
int run_migrate(const MigrateFlags& flags, const Context& context) {
  const auto timeout = std::chrono::seconds(checked_number("--timeout", flags.timeout, 1, migrate_timeout_max));
  const auto deadline = core::Deadline::in(timeout);
  const auto database = cluster_database();
  const std::stop_token stop = context.signals.token();
  std::string said;
  while (!stop.stop_requested()) {
    try {
      const int version = adapters::migrate_postgres(database);
      print(fmt::format("the database has schema version {}\n", version));
      return number(ExitStatus::Done);
    } catch (const runtime::Error& error) {
      if (!flags.wait || deadline.has_passed()) {
        throw;
      }
      if (said != error.what()) {
        said = error.what();
        tell(said + "; tried again every second");
      }
    }
    runtime::pause(migrate_pause, stop);
  }
  return number(ExitStatus::SignalBase) + context.signals.signal();
}

/// Each look is a query to the database that the whole fleet uses.
constexpr core::Milliseconds look_interval{100};
constexpr core::Milliseconds count_interval{500};
/// How long the auditor may rest before it counts as absent.
constexpr core::Milliseconds audit_patience{60'000};

int wait_for(flow::LedgerReader& ledger, flow::SearchId search, const SearchRequest& request, bool no_progress,
             const Context& context) {
  const auto begin = std::chrono::steady_clock::now();
  Progress progress(request, no_progress);
  flow::FollowOptions options{look_interval, count_interval, {}, false};
  options.on_progress = [&](const flow::FollowProgress& now) { progress.show(now); };
  auto result = flow::follow(ledger, search, options, context.signals.token());
  if (result.end == flow::FollowEnd::Finished &&
      !flow::follow_audit(ledger, search, audit_patience, context.signals.token())) {
    if (context.signals.token().stop_requested()) {
      result.end = flow::FollowEnd::Stopped;
    } else {
      tell("the auditor has not looked at all blocks yet: see that robin-auditor runs (robin status)");
    }
  }
  progress.end();
  return report({ledger, search, std::move(result), begin, Origin::Fleet}, request, context,
                "the cluster goes on (robin status), the same command waits again");
}

/// How much, or that nobody knows.
template <class Value, class Say>
std::string said(const std::optional<Value>& value, Say say) {
  return value ? say(*value) : "not known";
}

int run_estimate(ApiSource& source, const SearchRequest& request) {
  const api::SubmitOrder& order = request.order;
  const auto& spec = request.spec;
  const auto answer = source.get("estimate", {{"strategy", order.strategy},
                                              {"begin", request.strategy->text(spec.range.begin)},
                                              {"end", request.strategy->text(spec.range.end)},
                                              {"mode", order.mode},
                                              {"threshold", spec.parameters.threshold.text()},
                                              {"share", std::to_string(order.share.value_or(1))}});
  const auto estimate = ApiSource::understood<api::Estimate>(answer);
  if (request.output == Output::Json) {
    print(answer.dump() + "\n");
    return number(ExitStatus::Done);
  }
  constexpr double seconds_an_hour = 3600;
  const auto hours = said(estimate.core_seconds, [&](double seconds) {
    return fmt::format("{:.3g} core-hours, by the last blocks of search {}", seconds / seconds_an_hour,
                       estimate.by_search.value_or(0));
  });
  const auto cores = said(estimate.cores, [&](double busy) {
    return fmt::format("{:.3g} cores computed in the busiest minute of the last hour; {:.0f} % of them for this search",
                       busy, 100 * estimate.fleet_share.value_or(1));
  });
  print(fmt::format(
      "nothing was submitted\n  blocks     {}\n  computing  {}\n  fleet      {}\n  would end  {}\n  ledger     {}\n",
      grouped(estimate.blocks), hours, cores,
      said(estimate.eta_seconds, [](double seconds) { return "in " + clock_text(seconds); }),
      said(estimate.ledger_bytes,
           [](api::Count bytes) { return fmt::format("{:.3g} MB", static_cast<double>(bytes) / 1e6); })));
  return number(ExitStatus::Done);
}

int run_submit(const SubmitFlags& flags, const Context& context) {
  const search::Strategies strategies;
  SearchRequest request = checked(flags.search, strategies);
  if (flags.paused) {
    request.order.paused = true;
  }
  if (!flags.share.empty()) {
    request.order.share = checked_number("--share", flags.share, 1, flow::share_max);
  }
  const auto source = open_api(flags.server);
  if (flags.dry_run) {
    return run_estimate(*source, request);
  }
  const auto answer = source->post<api::Submission>("searches", request.order);
  if (!flags.wait) {
    print(request.output == Output::Json ? api::Json{{"search", answer.search}}.dump() + "\n"
                                         : fmt::format("search {} {}\n", answer.search, text(answer.what)));
    return number(ExitStatus::Done);
  }
  GatewayReader reader(*source, strategies);
  const auto known = reader.searches();
  if (std::none_of(known.begin(), known.end(), [&](const auto& record) { return record.id.value == answer.search; })) {
    throw runtime::Error("the gateway took search " + std::to_string(answer.search) +
                         " but does not list it (is it still there? robin status)");
  }
  return wait_for(reader, {answer.search}, request, flags.no_progress, context);
}

}  // namespace

void add_migrate(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("migrate", "Bring the schema of the cluster's database up to date");
  command->footer(
      "The database is named by ROBIN_DATABASE_URL, or by the file in ROBIN_DATABASE_URL_FILE.\n\nExamples:\n"
      "  ROBIN_DATABASE_URL=postgresql://robin:secret@localhost/robin robin migrate\n"
      "  ROBIN_DATABASE_URL_FILE=/run/secrets/owner robin migrate --wait\n");
  auto flags = std::make_shared<MigrateFlags>();
  command->add_flag("--wait", flags->wait, "until the database answers and can be migrated");
  command->add_option("--timeout", flags->timeout, "with --wait: seconds at most")->capture_default_str();
  command->callback([&context, flags] { context.chosen = [flags, &context] { return run_migrate(*flags, context); }; });
}

void add_submit(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("submit", "Submit a search to the cluster; a larger end extends a known one");
  auto flags = std::make_shared<SubmitFlags>();
  flags->search.add_search_to(*command);
  flags->search.add_from_to(*command);
  flags->server.add_to(*command);
  command->add_option("--share", flags->share, "of a new search: 1 to 1000 (robin search share)");
  command->add_flag("--paused", flags->paused, "a new search waits until robin search resume");
  command->add_flag("--dry-run", flags->dry_run,
                    "submit nothing; say what it would take, by what the cluster did lately");
  command->add_flag("--wait", flags->wait, "wait for its end, and print the result as run does");
  command->add_option("--top", flags->search.top, "with --wait: witnesses to print, a number or all")
      ->capture_default_str();
  command->add_flag("--no-progress", flags->no_progress, "with --wait: no progress on stderr");
  command->footer("Examples:\n" + examples_of("submit", " --wait"));
  command->callback([&context, flags] { context.chosen = [&context, flags] { return run_submit(*flags, context); }; });
}

}  // namespace robin::cli
