// robin migrate and robin submit: against the database of a cluster, which ROBIN_DATABASE_URL names.

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "adapters/postgres_store.hpp"
#include "cli/commands.hpp"
#include "cli/search_flags.hpp"
#include "flow/choose_search.hpp"
#include "runtime/config.hpp"

namespace robin::cli {
namespace {

adapters::PostgresOptions database() {
  adapters::PostgresOptions options;
  try {
    options.url = runtime::required_secret("database-url", "postgresql://user:password@host:port/database");
  } catch (const runtime::Config::Refused& refused) {
    throw CLI::ValidationError(refused.reason);
  }
  options.name = "robin";
  return options;
}

int run_migrate() {
  const int version = adapters::migrate_postgres(database());
  print(fmt::format("the database has schema version {}\n", version));
  return number(ExitStatus::Done);
}

int run_submit(const SearchFlags& flags) {
  const search::Strategies strategies;
  const SearchRequest request = checked(flags, strategies);
  const auto store = adapters::open_postgres_store(database(), strategies);
  const auto [search, choice] = flow::choose_search(*store, request.spec);
  if (request.output == Output::Json) {
    print(nlohmann::ordered_json{{"search", search.value}}.dump() + "\n");
  } else {
    const char* what = choice == flow::Choice::Created   ? "submitted"
                       : choice == flow::Choice::Resumed ? "known"
                                                         : "extended";
    print(fmt::format("search {} {}\n", search.value, what));
  }
  return number(ExitStatus::Done);
}

}  // namespace

void add_migrate(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("migrate", "Bring the schema of the cluster's database up to date");
  command->footer("The database is named by ROBIN_DATABASE_URL, or by the file in ROBIN_DATABASE_URL_FILE.\n");
  command->callback([&context] { context.chosen = [] { return run_migrate(); }; });
}

void add_submit(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("submit", "Submit a search to the cluster; a larger end extends a known one");
  auto flags = std::make_shared<SearchFlags>();
  flags->add_search_to(*command);
  command->footer("Example:\n  robin submit --strategy exhaustive --begin 2 --end 1e9\n");
  command->callback([&context, flags] { context.chosen = [flags] { return run_submit(*flags); }; });
}

}  // namespace robin::cli
