// robin migrate and robin submit: against the database of a cluster, which ROBIN_DATABASE_URL names.

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "adapters/postgres_store.hpp"
#include "cli/api_source.hpp"
#include "cli/cluster_access.hpp"
#include "cli/commands.hpp"
#include "cli/followed.hpp"
#include "cli/gateway_reader.hpp"
#include "cli/progress.hpp"
#include "cli/search_flags.hpp"
#include "flow/choose_search.hpp"
#include "runtime/error.hpp"

namespace robin::cli {
namespace {

struct SubmitFlags {
  ServerFlags server;
  SearchFlags search;
  bool wait = false;
  bool no_progress = false;
};

int run_migrate() {
  const int version = adapters::migrate_postgres(cluster_database());
  print(fmt::format("the database has schema version {}\n", version));
  return number(ExitStatus::Done);
}

/// Each look is a query to the database that the whole fleet uses.
constexpr runtime::Milliseconds look_interval{100};
constexpr runtime::Milliseconds count_interval{500};
/// How long the auditor may rest before it counts as absent.
constexpr runtime::Milliseconds audit_patience{60'000};

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
      tell("the auditor has not looked at all blocks (is robin-auditor running?)");
    }
  }
  progress.end();
  return report({ledger, search, std::move(result), begin}, request, context,
                "the cluster goes on (robin status), the same command waits again");
}

void show(std::int64_t search, const std::string& what, Output output) {
  print(output == Output::Json ? nlohmann::ordered_json{{"search", search}}.dump() + "\n"
                               : fmt::format("search {} {}\n", search, what));
}

int submit_to(ApiSource& source, const SearchRequest& request, const SubmitFlags& flags, const Context& context,
              const search::Strategies& strategies) {
  const auto& spec = request.spec;
  const auto answer = source.post("searches", {{"strategy", spec.strategy},
                                               {"begin", request.strategy->text(spec.range.begin)},
                                               {"end", request.strategy->text(spec.range.end)},
                                               {"mode", search::text(spec.parameters.mode)},
                                               {"threshold", spec.parameters.threshold.text()},
                                               {"digest", search::text(spec.parameters.digest)},
                                               {"origin", spec.origin}});
  if (flags.wait) {
    GatewayReader reader(source, strategies);
    const flow::SearchId search{answer.at("search").get<std::int64_t>()};
    const auto known = reader.searches();
    if (std::none_of(known.begin(), known.end(), [search](const auto& record) { return record.id == search; })) {
      throw runtime::Error("the gateway took search " + std::to_string(search.value) + " but does not show it");
    }
    return wait_for(reader, search, request, flags.no_progress, context);
  }
  show(answer.at("search"), answer.at("what"), request.output);
  return number(ExitStatus::Done);
}

int run_submit(const SubmitFlags& flags, const Context& context) {
  const search::Strategies strategies;
  const SearchRequest request = checked(flags.search, strategies);
  if (is_remote(flags.server)) {
    return submit_to(*open_api(flags.server), request, flags, context, strategies);
  }
  const auto store = open_cluster_store(strategies);
  const auto [search, choice] = flow::choose_search(*store, request.spec);
  if (flags.wait) {
    return wait_for(*store, search, request, flags.no_progress, context);
  }
  show(search.value,
       choice == flow::Choice::Created   ? "submitted"
       : choice == flow::Choice::Resumed ? "known"
                                         : "extended",
       request.output);
  return number(ExitStatus::Done);
}

}  // namespace

void add_migrate(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("migrate", "Bring the schema of the cluster's database up to date");
  command->footer(
      "The database is named by ROBIN_DATABASE_URL, or by the file in ROBIN_DATABASE_URL_FILE.\n\nExamples:\n"
      "  ROBIN_DATABASE_URL=postgresql://robin:secret@localhost/robin robin migrate\n"
      "  ROBIN_DATABASE_URL_FILE=/run/secrets/owner robin migrate\n");
  command->callback([&context] { context.chosen = [] { return run_migrate(); }; });
}

void add_submit(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("submit", "Submit a search to the cluster; a larger end extends a known one");
  auto flags = std::make_shared<SubmitFlags>();
  flags->search.add_search_to(*command);
  flags->search.add_from_to(*command);
  flags->server.add_to(*command);
  command->add_flag("--wait", flags->wait, "wait for its end, and print the result as run does");
  command->add_option("--top", flags->search.top, "with --wait: witnesses to print, a number or all")
      ->capture_default_str();
  command->add_flag("--no-progress", flags->no_progress, "with --wait: no progress on stderr");
  command->footer(
      "Examples:\n  robin submit --strategy exhaustive --begin 2 --end 1e9 --wait\n"
      "  robin submit --strategy colossally-abundant --begin 2 --end 1e12 --server http://127.0.0.1:8080\n");
  command->callback([&context, flags] { context.chosen = [&context, flags] { return run_submit(*flags, context); }; });
}

}  // namespace robin::cli
