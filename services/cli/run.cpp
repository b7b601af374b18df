// robin run: a whole search in this process, over the in-process broker and a SQLite file; resumable.

#include <chrono>
#include <csignal>
#include <memory>
#include <optional>

#include "adapters/memory_broker.hpp"
#include "adapters/sqlite_store.hpp"
#include "cli/commands.hpp"
#include "cli/progress.hpp"
#include "cli/run_log.hpp"
#include "cli/search_flags.hpp"
#include "cli/summary.hpp"
#include "flow/choose_search.hpp"
#include "flow/local_run.hpp"
#include "runtime/error.hpp"
#include "runtime/status_line.hpp"

namespace robin::cli {
namespace {

constexpr std::size_t all = static_cast<std::size_t>(-1);

struct RunFlags {
  SearchFlags search;
  RunLogFlags log;
  std::string block_size;
  std::string store = "robin.db";
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

Summary summarise(flow::Store& store, flow::SearchId search, const flow::LocalRunResult& result, std::size_t top,
                  double elapsed_seconds) {
  Summary summary;
  summary.candidates = result.fold.candidates();
  summary.violations = store.findings(search, flow::Finding::Violation, all);
  summary.witness_count = store.count_findings(search, flow::Finding::Witness);
  summary.witnesses = store.top_findings(search, flow::Finding::Witness, top);
  summary.undecided = store.findings(search, flow::Finding::Undecided, all);
  if (auto best = store.top_findings(search, flow::Finding::Best, 1); !best.empty()) {
    summary.best = std::move(best.front());
  }
  summary.digest = result.fold.digest();
  summary.elapsed_seconds = elapsed_seconds;
  summary.blocks = {result.counts.finished, result.counts.failed + result.counts.quarantined};
  return summary;
}

int interrupted(const Context& context, const SearchRequest& request, const flow::LocalRunResult& result) {
  runtime::status_line().write_above("robin: interrupted; everything before " +
                                     request.strategy->text(result.fold.frontier()) +
                                     " is saved, the same command continues");
  return number(ExitStatus::SignalBase) + context.signals.signal();
}

/// Names what failed, where a person looks first.
void report_failures(flow::Store& store, flow::SearchId search, const SearchRequest& request) {
  constexpr std::size_t shown_max = 5;
  for (const auto& block : store.failed(search, shown_max)) {
    runtime::status_line().write_above("robin: block [" + request.strategy->text(block.block.begin) + ", " +
                                       request.strategy->text(block.block.end) + ") failed: " + block.error);
  }
}

int run_search(const RunFlags& flags, const Context& context, const SearchRequest& request,
               std::optional<search::uint128> block_size, const search::Strategies& strategies, runtime::Log& log) {
  const auto begin = std::chrono::steady_clock::now();
  const auto store = adapters::open_sqlite_store(flags.store, strategies);
  const auto broker = adapters::open_memory_broker();
  const auto [search, choice] = flow::choose_search(*store, request.spec);
  log.info(word(choice), {{"search_id", search.value}, {"store", flags.store}});

  flow::LocalRunOptions options;
  options.threads = request.threads;
  options.block_size = block_size;
  Progress progress(request, flags.no_progress);
  options.on_progress = [&progress](const flow::LocalRunProgress& now) { progress.show(now); };
  const auto result = flow::run_locally(*store, *broker, strategies, search, options, log, context.signals.token());
  progress.end();
  if (result.end == flow::LocalRunEnd::Stopped) {
    return interrupted(context, request, result);
  }
  if (result.end == flow::LocalRunEnd::SomeFailed) {
    report_failures(*store, search, request);
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  const Summary summary = summarise(*store, search, result, request.top, elapsed.count());
  print(request.output == Output::Json ? json_text(request, summary) : plain_text(request, summary));
  return number(status_of(summary));
}

int run_run(const RunFlags& flags, const Context& context) {
  const search::Strategies strategies;
  const SearchRequest request = checked(flags.search, strategies);
  std::optional<search::uint128> block_size;
  if (!flags.block_size.empty()) {
    block_size = checked_number("--block-size", flags.block_size, 1,
                                static_cast<std::uint64_t>(request.strategy->candidates_max()));
  }
  RunLog log(flags.log, context, "run",
             {{"strategy", request.spec.strategy},
              {"begin", request.strategy->text(request.spec.range.begin)},
              {"end", request.strategy->text(request.spec.range.end)},
              {"mode", std::string(search::text(request.spec.parameters.mode))},
              {"threshold", request.spec.parameters.threshold.text()},
              {"digest", std::string(search::text(request.spec.parameters.digest))},
              {"threads", std::to_string(request.threads)},
              {"block_size", flags.block_size.empty() ? "automatic" : flags.block_size},
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
  command->add_option("--block-size", flags->block_size, "candidates a block [grows with the search]");
  command->add_option("--store", flags->store, "SQLite file, or :memory:")->capture_default_str();
  command->add_flag("--no-progress", flags->no_progress, "no progress on stderr");
  flags->log.add_to(*command);
  command->footer(
      "Examples:\n  robin run --strategy exhaustive --begin 2 --end 1e7\n"
      "  robin run --strategy superabundant --begin 1:0 --end 61:0 -o json\n");
  command->callback([&context, flags] { context.chosen = [&context, flags] { return run_run(*flags, context); }; });
}

}  // namespace robin::cli
