#include "flow/rules/ledger_rules.hpp"

#include <utility>

#include "flow/rules/avoidance.hpp"
#include "flow/wire/message.hpp"
#include "search/sha256.hpp"

namespace robin::flow {
namespace {

/// Whether the order waits for another result than this one.
bool is_unexpected(const LedgerRow& row, const WorkResult& content) {
  return !row.expected.empty() && row.expected != content.result.digest;
}

struct ByContent {
  const LedgerRow& row;
  const std::optional<std::string>& stored_digest;
  const Report& report;
  const Grid* grid;
  bounds::Result most;

  /// Whether the block still waits for this very attempt.
  [[nodiscard]] bool awaits() const {
    return row.attempt == report.attempt && row.block == report.block &&
           (row.state == BlockState::Pending || row.state == BlockState::Queued || row.state == BlockState::Running);
  }
  /// Whether a result may still finish it: from every state but these, whatever the attempt. A disputed one is settled
  /// by the auditor alone, and a cancelled one is wanted by nobody.
  [[nodiscard]] bool is_open() const {
    return row.block == report.block && row.state != BlockState::Quarantined && row.state != BlockState::Finished &&
           row.state != BlockState::Disputed && row.state != BlockState::Cancelled;
  }
  [[nodiscard]] Decision unchanged(Outcome outcome, Effect effect = Effect::None) const {
    return {outcome, effect, row};
  }
  [[nodiscard]] Decision moved(BlockState state, const std::string& worker, const std::string& error,
                               Effect effect = Effect::None) const {
    Decision decision{Outcome::Stored, effect, row};
    decision.row.state = state;
    decision.row.worker = worker;
    decision.row.error = error;
    return decision;
  }
  [[nodiscard]] Decision finished(Effect effect) const {
    return moved(BlockState::Finished, report.worker, {}, effect);
  }

  Decision operator()(const Started&) const {
    if (!awaits()) {
      return unchanged(Outcome::Stale);
    }
    Decision decision = moved(BlockState::Running, report.worker, row.error);
    decision.row.is_heard = true;
    return decision;
  }
  Decision operator()(const Query&) const {
    if (stored_digest) {
      return unchanged(Outcome::Duplicate);
    }
    return unchanged(awaits() ? Outcome::Go : Outcome::Stale);
  }
  Decision operator()(const Failed& content) const {
    return awaits() ? moved(BlockState::Failed, report.worker, content.error_class + ": " + content.message,
                            Effect::AddFailure)
                    : unchanged(Outcome::Stale);
  }
  Decision operator()(const WorkResult& content) const {
    if (row.block != report.block) {
      // It was split meanwhile: what is stored under this key is the result of another range.
      return unchanged(Outcome::Stale);
    }
    if (is_unexpected(row, content)) {
      return ask_others(content.result.digest);
    }
    if (stored_digest) {
      return *stored_digest == content.result.digest ? unchanged(Outcome::Duplicate)
                                                     : unchanged(Outcome::Conflict, Effect::KeepConflict);
    }
    return is_open() ? finished(Effect::AddResult) : unchanged(Outcome::Stale);
  }
  /// The order is published anew, and that counts as no failed attempt: else a liar who is first a few times would end
  /// it. Under the next attempt: copies of this one's message are answered that they are no longer wanted, and a
  /// producer that was about to write that it is QUEUED does not. Whoever has begun it is not disturbed: a right result
  /// is taken whatever its attempt.
  [[nodiscard]] Decision ask_others(const std::string& digest) const {
    if (!awaits() || (row.state == BlockState::Running && row.worker != report.worker)) {
      return unchanged(Outcome::Unexpected);
    }
    const bool is_enough = row.attempt.value >= bounds::unexpected_results;
    Decision decision = moved(is_enough ? BlockState::Quarantined : BlockState::Pending, report.worker,
                              "unexpected: digest " + digest.substr(0, 12) + " by " + report.worker);
    decision.outcome = Outcome::Unexpected;
    decision.row.attempt.value += is_enough ? 0U : 1U;
    return decision;
  }
  Decision operator()(const Partial& content) const {
    if (!content.prefix) {
      return give_back();
    }
    if (!report.key.purpose.is_search() || content.cut <= report.block.begin || report.block.end <= content.cut) {
      return unchanged(Outcome::Refused);
    }
    if (!awaits() || stored_digest) {
      return unchanged(Outcome::Stale);
    }
    // Elsewhere sums would depend on how a block was cut, and it could be cut into as many pieces as it has positions.
    if (grid == nullptr || !grid->has(row.block, content.cut)) {
      return unchanged(Outcome::Refused);
    }
    Decision decision = finished(Effect::Split);
    decision.row.block.end = content.cut;
    return decision;
  }
  [[nodiscard]] Decision give_back() const {
    if (!awaits()) {
      return unchanged(Outcome::Stale);
    }
    if (row.state == BlockState::Queued || (row.state == BlockState::Running && row.worker == report.worker)) {
      // Its message is acked, and it is published anew.
      return moved(BlockState::Pending, row.worker, row.error);
    }
    // Either it was delivered before the producer wrote down that it is QUEUED: acked now, it would be QUEUED in vain.
    // Or another worker is at it, whose own delivery may be gone: this message may be the only one there is.
    return unchanged(Outcome::Go);
  }
  Decision operator()(const Part& content) const {
    // Whole parts are equally long but for the last one: what all of them hold is bounded before they are kept.
    if ((content.parts - 1) * content.text.size() > most.bytes()) {
      return unchanged(Outcome::Refused);
    }
    return !stored_digest && is_open() ? unchanged(Outcome::PartKept, Effect::KeepPart) : unchanged(Outcome::Stale);
  }
};

/// Whether it says more than that a block is left to others, and more than is known already. What an order does not
/// wait for is no part of it, whoever says so: a refusal would be a dead letter, and that a failed attempt.
bool takes_part(const LedgerRow& row, const Report& report, const std::optional<std::string>& stored_digest) {
  if (const auto* result = std::get_if<WorkResult>(&report.content)) {
    return stored_digest != result->result.digest && !is_unexpected(row, *result);
  }
  const auto* partial = std::get_if<Partial>(&report.content);
  return !stored_digest && !std::holds_alternative<Query>(report.content) && (partial == nullptr || partial->prefix);
}

/// What may be too large for one message.
bool is_of_parts(const decltype(Report::content)& content) {
  const auto* partial = std::get_if<Partial>(&content);
  return std::holds_alternative<WorkResult>(content) || (partial != nullptr && partial->prefix);
}

}  // namespace

bool Grid::has(const search::Block& block, search::Position cut) const {
  search::Position at = block.begin;
  while (at < cut) {
    at = strategy.slice_end(at, parameters);
  }
  return at == cut;
}

Decision decide(const LedgerRow& row, const Provenance& here, const std::optional<std::string>& stored_digest,
                const Report& report, const Grid* grid, bounds::Result most) {
  if (!may_be_about(report.provenance, here)) {
    return {Outcome::Foreign, Effect::None, row};
  }
  if (report.key.run != row.run) {
    return {Outcome::Stale, Effect::None, row};
  }
  if (takes_part(row, report, stored_digest) && is_avoided(report.worker, row.avoid)) {
    return {Outcome::Refused, Effect::None, row};
  }
  return std::visit(ByContent{row, stored_digest, report, grid, most}, report.content);
}

Outcome decide_compacted(const Report& report, const Provenance& here) {
  return may_be_about(report.provenance, here) ? Outcome::Stale : Outcome::Foreign;
}

std::optional<Report> assemble(const Report& part, const std::string& whole, const search::Strategies& strategies,
                               bounds::Result most) {
  if (search::Sha256::hex_of(whole) != std::get<Part>(part.content).digest_of_whole) {
    return std::nullopt;
  }
  auto decoded = decode_report(whole, strategies, most);
  auto* inner = std::get_if<Report>(&decoded);
  const bool fits =
      inner != nullptr && is_of_parts(inner->content) && inner->key == part.key && inner->block == part.block;
  return fits ? std::optional<Report>(std::move(*inner)) : std::nullopt;
}

}  // namespace robin::flow
