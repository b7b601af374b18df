#include "cli/followed.hpp"

#include "cli/summary.hpp"

namespace robin::cli {
namespace {

constexpr std::size_t no_limit = static_cast<std::size_t>(-1);
constexpr std::size_t failures_shown_max = 5;

/// What the histograms of all blocks add up to; nullopt unless each has one.
std::optional<search::exhaustive::RatioHistogram> histogram_of(flow::LedgerReader& ledger, flow::SearchId search) {
  using search::exhaustive::RatioHistogram;
  std::optional<RatioHistogram> sum = RatioHistogram();
  flow::Fold fold(flow::record_of(ledger, search));
  fold.advance(ledger, [&sum](const flow::FinishedBlock& block) {
    const auto found = block.extras.find(RatioHistogram::key);
    const auto histogram = found == block.extras.end() ? std::nullopt : RatioHistogram::from(found->second);
    if (sum && histogram) {
      *sum += *histogram;
    } else {
      sum.reset();
    }
  });
  return sum;
}

Summary summarise(const Followed& followed, const SearchRequest& request) {
  const auto& [ledger, search, result, begin] = followed;
  Summary summary;
  summary.candidates = result.fold.candidates();
  summary.violations = ledger.findings(search, flow::Finding::Violation, no_limit);
  summary.witness_count = ledger.count_findings(search, flow::Finding::Witness);
  summary.witnesses = ledger.top_findings(search, flow::Finding::Witness, request.top);
  summary.undecided = ledger.findings(search, flow::Finding::Undecided, no_limit);
  if (auto best = ledger.top_findings(search, flow::Finding::Best, 1); !best.empty()) {
    summary.best = std::move(best.front());
  }
  summary.digest = result.fold.digest();
  summary.elapsed_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  summary.blocks = {result.counts.finished, result.counts.failed + result.counts.quarantined + result.counts.disputed};
  if (!request.strategy->is_hashed(search::exhaustive::RatioHistogram::key)) {
    summary.histogram = histogram_of(ledger, search);
  }
  if (makes_certificates(*request.strategy)) {
    // Folded from what is accepted now that all has settled.
    CertificateView certificate(request.from);
    flow::Fold fold(flow::record_of(ledger, search));
    fold.advance(ledger, [&certificate](const flow::FinishedBlock& block) { certificate.take(block); });
    summary.primes = certificate.primes();
    const bool violated = status_of(summary) == ExitStatus::Violation;
    summary.certificate = {certificate.json(!violated && result.end == flow::FollowEnd::Finished),
                           certificate.sentence(), certificate.refusal()};
  }
  return summary;
}

/// Names what failed, where a person looks first.
void name_failures(const Followed& followed, const SearchRequest& request) {
  const flow::BlockFilter failed{followed.search,
                                 {flow::BlockState::Failed, flow::BlockState::Quarantined, flow::BlockState::Disputed},
                                 flow::BlockId{0}};
  for (const auto& record : followed.ledger.blocks(failed, failures_shown_max)) {
    tell("robin: block " + std::to_string(record.id.value) + " [" + request.strategy->text(record.block.begin) + ", " +
         request.strategy->text(record.block.end) + ") " +
         (record.state == flow::BlockState::Disputed ? "is disputed: its results differ" : "failed: " + record.error));
  }
}

}  // namespace

int report(const Followed& followed, const SearchRequest& request, const Context& context,
           const std::string& after_interruption) {
  if (followed.result.end == flow::FollowEnd::Stopped) {
    tell("interrupted; everything before " + request.strategy->text(followed.result.fold.frontier()) + " is saved, " +
         after_interruption);
    return number(ExitStatus::SignalBase) + context.signals.signal();
  }
  if (followed.result.end == flow::FollowEnd::SomeFailed) {
    name_failures(followed, request);
  }
  const Summary summary = summarise(followed, request);
  if (summary.certificate && !summary.certificate->refusal.empty()) {
    tell(summary.certificate->refusal);
  }
  print(request.output == Output::Json ? json_text(request, summary) : plain_text(request, summary));
  return number(status_of(summary));
}

}  // namespace robin::cli
