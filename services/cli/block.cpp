// robin block: computes one block in this process and prints its result.

#include <algorithm>
#include <chrono>
#include <memory>

#include "cli/commands.hpp"
#include "cli/search_flags.hpp"
#include "cli/summary.hpp"
#include "runtime/error.hpp"
#include "search/examine.hpp"

namespace robin::cli {
namespace {

bool ranks_before(const search::Witness& a, const search::Witness& b) {
  return search::compare_decimals(a.ratio_lo, b.ratio_lo) > 0;
}

Summary summarise(const SearchRequest& request, search::BlockResult&& result, double elapsed_seconds) {
  auto& findings = result.findings;
  std::stable_sort(findings.witnesses.begin(), findings.witnesses.end(), ranks_before);
  Summary summary;
  summary.candidates = findings.candidates;
  take_violations(summary, *request.strategy, std::move(findings.violations), Origin::ThisProcess);
  summary.witness_count = findings.witnesses.size();
  findings.witnesses.resize(std::min(findings.witnesses.size(), request.top));
  summary.witnesses = std::move(findings.witnesses);
  summary.undecided = std::move(findings.undecided);
  summary.best = std::move(findings.best);
  summary.details = request.strategy->details(request.spec.parameters, findings.extras);
  summary.digest = std::move(result.digest);
  summary.elapsed_seconds = elapsed_seconds;
  return summary;
}

int run_block(const SearchFlags& flags, const Context& context) {
  const search::Strategies strategies;
  const SearchRequest request = checked(flags, strategies);
  if (const auto reason = search::refuse_block(*request.strategy, request.spec.range, request.spec.parameters)) {
    throw CLI::ValidationError("--end", reason->reason);
  }
  search::ExamineOptions options;
  options.threads = request.threads;
  options.stop = context.signals.token();
  const auto begin = std::chrono::steady_clock::now();
  search::BlockResult result;
  try {
    result = search::examine(*request.strategy, request.spec.range, request.spec.parameters, options);
  } catch (const std::length_error& limit) {
    throw runtime::Error(limit.what());
  }
  if (result.block != request.spec.range) {
    throw runtime::Error("interrupted: a block is computed as a whole (robin run can be resumed)");
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  const Summary summary = summarise(request, std::move(result), elapsed.count());
  print(request.output == Output::Json ? json_text(request, summary) : plain_text(request, summary));
  return number(status_of(summary));
}

}  // namespace

void add_block(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("block", "Compute one block in this process and print its result");
  auto flags = std::make_shared<SearchFlags>();
  flags->is_whole = false;
  flags->add_to(*command);
  std::string examples;
  const search::Strategies strategies;
  for (const auto& strategy : strategies.all()) {
    const auto first = strategy->first();
    examples +=
        "  robin block --strategy " + std::string(strategy->name()) + " --begin " + strategy->text(first) + " --end " +
        strategy->text(strategy->block_end(first, first, std::nullopt, search::default_parameters())) + " -o json\n";
  }
  command->footer("Examples:\n" + examples);
  command->callback([&context, flags] { context.chosen = [&context, flags] { return run_block(*flags, context); }; });
}

}  // namespace robin::cli
