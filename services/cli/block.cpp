// robin block: computes one block in this process and prints its result.

#include <algorithm>
#include <chrono>
#include <memory>

#include "cli/certificate_view.hpp"
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

Summary summarise(const search::Strategy& strategy, search::BlockResult&& result, std::size_t top,
                  double elapsed_seconds) {
  auto& findings = result.findings;
  std::stable_sort(findings.witnesses.begin(), findings.witnesses.end(), ranks_before);
  Summary summary;
  summary.candidates = findings.candidates;
  summary.violations = std::move(findings.violations);
  summary.witness_count = findings.witnesses.size();
  findings.witnesses.resize(std::min(findings.witnesses.size(), top));
  summary.witnesses = std::move(findings.witnesses);
  summary.undecided = std::move(findings.undecided);
  summary.best = std::move(findings.best);
  if (const auto histogram = findings.extras.find(search::exhaustive::RatioHistogram::key);
      histogram != findings.extras.end()) {
    summary.histogram = search::exhaustive::RatioHistogram::from(histogram->second);
  }
  if (makes_certificates(strategy)) {
    namespace certificates = search::colossally_abundant;
    const auto parsed = certificates::from_extras(findings.extras);
    if (const auto* certificate = math::accepted(parsed)) {
      summary.primes = {certificate->primes.count, certificate->primes.sum};
    }
  }
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
  const Summary summary = summarise(*request.strategy, std::move(result), request.top, elapsed.count());
  print(request.output == Output::Json ? json_text(request, summary) : plain_text(request, summary));
  return number(status_of(summary));
}

}  // namespace

void add_block(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("block", "Compute one block in this process and print its result");
  auto flags = std::make_shared<SearchFlags>();
  flags->is_whole = false;
  flags->add_to(*command);
  command->footer(
      "Examples:\n  robin block --strategy exhaustive --begin 2 --end 5041\n"
      "  robin block --strategy superabundant --begin 20:0 --end 21:0 --digest original -o json\n");
  command->callback([&context, flags] { context.chosen = [&context, flags] { return run_block(*flags, context); }; });
}

}  // namespace robin::cli
