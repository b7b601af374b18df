// robin run: a whole search in this process, over the in-process broker and a SQLite file; resumable.

#include <algorithm>
#include <chrono>
#include <limits>
#include <memory>
#include <optional>

#include "adapters/memory/broker.hpp"
#include "adapters/sqlite/store.hpp"
#include "cli/commands.hpp"
#include "cli/followed.hpp"
#include "cli/progress.hpp"
#include "cli/run_log.hpp"
#include "cli/search_flags.hpp"
#include "flow/loops/local_run.hpp"

namespace robin::cli {
namespace {

struct RunFlags {
  SearchFlags search;
  RunLogFlags log;
  std::string block_size;
  std::string store = "robin.db";
  std::string double_check = "1%";
  bool no_progress = false;
};

const char* word(flow::Choice choice) {
  switch (choice) {
    case flow::Choice::Created:
      return "a new search begins";
    case flow::Choice::Resumed:
      return "the search of this store is resumed";
    case flow::Choice::Extended:
      break;
  }
  return "the search of this store is extended";
}

int run_search(const RunFlags& flags, const Context& context, const SearchRequest& request,
               std::optional<search::uint128> block_size, const search::Strategies& strategies, runtime::Log& log) {
  const auto begin = std::chrono::steady_clock::now();
  const auto store = adapters::open_sqlite_store(flags.store, strategies);
  const auto broker = adapters::open_memory_broker();
  const auto [search, choice] = store->search_ledger().submit(request.spec);
  log.info(word(choice), {{"search_id", search.value}, {"store", flags.store}});

  flow::LocalRunOptions options;
  options.threads = request.threads;
  options.block_size = block_size;
  options.double_check = request.double_check;
  Progress progress(request, flags.no_progress);
  options.on_progress = [&](const flow::FollowProgress& now) { progress.show(now); };
  auto result = flow::run_locally(*store, *broker, strategies, search, options, log, context.signals.token());
  progress.end();
  return report({store->reader(), search, std::move(result), begin, Origin::ThisProcess}, request, context,
                "the same command continues");
}

int run_run(const RunFlags& flags, const Context& context) {
  const search::Strategies strategies;
  SearchRequest request = checked(flags.search, strategies);
  request.double_check = checked_share("--double-check", flags.double_check);
  std::optional<search::uint128> block_size;
  if (!flags.block_size.empty()) {
    block_size = checked_number(
        "--block-size", flags.block_size, 1,
        static_cast<std::uint64_t>(std::min<search::uint128>(request.strategy->candidates_max(request.spec.parameters),
                                                             std::numeric_limits<std::uint64_t>::max())));
  }
  const std::string first = request.strategy->text(request.spec.range.begin);
  const std::string end = request.strategy->text(request.spec.range.end);
  RunLog log(flags.log, context, "run", request.spec.strategy + " [" + first + ", " + end + ")",
             {{"strategy", request.spec.strategy},
              {"begin", first},
              {"end", end},
              {"mode", std::string(search::text(request.spec.parameters.mode))},
              {"threshold", request.spec.parameters.threshold.text()},
              {"digest", std::string(search::text(request.spec.parameters.digest))},
              {"threads", std::to_string(request.threads)},
              {"block_size", flags.block_size.empty() ? "automatic" : flags.block_size},
              {"double_check", flags.double_check},
              {"top", flags.search.top},
              {"store", flags.store},
              {"output", flags.search.output},
              {"progress", flags.no_progress ? "off" : "on"}});
  return log.around([&] { return run_search(flags, context, request, block_size, strategies, log.log()); });
}

}  // namespace

void add_run(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("run", "Run a search in this process; typed again, it resumes");
  auto flags = std::make_shared<RunFlags>();
  flags->search.add_to(*command);
  flags->search.add_from_to(*command);
  command->add_option("--block-size", flags->block_size, "candidates a block [grows with the search]");
  command->add_option("--store", flags->store, "SQLite file, or :memory:")->capture_default_str();
  command->add_option("--double-check", flags->double_check, "share of the blocks that is computed twice and compared")
      ->capture_default_str();
  command->add_flag("--no-progress", flags->no_progress, "no progress on stderr");
  flags->log.add_to(*command);
  command->footer("Examples:\n" + examples_of("run"));
  command->callback([&context, flags] { context.chosen = [&context, flags] { return run_run(*flags, context); }; });
}

}  // namespace robin::cli
