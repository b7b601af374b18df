#include "cli/followed.hpp"

#include "cli/summary.hpp"

namespace robin::cli {
namespace {

constexpr std::size_t no_limit = static_cast<std::size_t>(-1);
constexpr std::size_t failures_shown_max = 5;

Summary summarise(const Followed& followed, const SearchRequest& request) {
  const auto& [ledger, search, result, begin, origin] = followed;
  Summary summary;
  summary.candidates = result.fold.candidates();
  take_violations(summary, *request.strategy, ledger.findings(search, flow::Finding::Violation, no_limit), origin);
  summary.witness_count = ledger.count_findings(search, flow::Finding::Witness);
  summary.witnesses = ledger.top_findings(search, flow::Finding::Witness, request.top);
  summary.undecided = ledger.findings(search, flow::Finding::Undecided, no_limit);
  if (auto best = ledger.top_findings(search, flow::Finding::Best, 1); !best.empty()) {
    summary.best = std::move(best.front());
  }
  certify_witnesses(summary, *request.strategy, origin);
  summary.digest = result.fold.digest();
  summary.elapsed_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  summary.blocks = {result.counts.finished, result.counts.failed + result.counts.quarantined + result.counts.disputed};
  // Read again now that all has settled: the extras together, and what they prove.
  std::optional<search::Extras> extras;
  const auto add = [&](const flow::FinishedBlock& block) {
    extras = extras ? request.strategy->added(*extras, block.extras) : block.extras;
  };
  std::optional<CertificateView> certificate;
  if (certifies(*request.strategy)) {
    certificate.emplace(*request.strategy, request.from);
    for (const auto& block : request.from ? request.from->blocks : std::vector<flow::FinishedBlock>()) {
      add(block);
    }
  }
  flow::Fold fold(flow::record_of(ledger, search));
  fold.advance(ledger, [&](const flow::FinishedBlock& block) {
    add(block);
    if (certificate) {
      certificate->take(block);
    }
  });
  summary.details = request.strategy->details(request.spec.parameters, extras.value_or(search::Extras()));
  if (certificate) {
    const bool violated = status_of(summary) == ExitStatus::Violation;
    summary.certificate = {certificate->json(!violated && result.end == flow::FollowEnd::Finished),
                           certificate->sentence(), certificate->refusal()};
  }
  return summary;
}

/// Names what failed, where a person looks first.
void name_failures(const Followed& followed, const SearchRequest& request) {
  const flow::BlockFilter failed{followed.search,
                                 {flow::BlockState::Failed, flow::BlockState::Quarantined, flow::BlockState::Disputed},
                                 flow::BlockId{0}};
  for (const auto& record : followed.ledger.blocks(failed, failures_shown_max)) {
    tell("block " + std::to_string(record.id.value) + " [" + request.strategy->text(record.block.begin) + ", " +
         request.strategy->text(record.block.end) + ") " +
         (record.state == flow::BlockState::Disputed ? "is disputed: two results of it differ"
                                                     : "failed: " + record.error));
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
  const bool is_cancelled = followed.result.end == flow::FollowEnd::Cancelled;
  if (is_cancelled) {
    tell("search " + std::to_string(followed.search.value) + " was cancelled: it ended at " +
         request.strategy->text(followed.result.fold.frontier()));
  }
  const Summary summary = summarise(followed, request);
  if (summary.certificate && !summary.certificate->refusal.empty()) {
    tell(summary.certificate->refusal);
  }
  print(request.output == Output::Json ? json_text(request, summary) : plain_text(request, summary));
  const ExitStatus status = status_of(summary);
  return number(is_cancelled && status == ExitStatus::Done ? ExitStatus::Failure : status);
}

}  // namespace robin::cli
