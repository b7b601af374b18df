#include "flow/ledger_rules.hpp"

#include "flow/message.hpp"
#include "search/sha256.hpp"

namespace robin::flow {
namespace {

struct ByContent {
  const LedgerRow& row;
  const std::optional<std::string>& stored_digest;
  const Report& report;

  /// Whether the block still waits for this very attempt.
  [[nodiscard]] bool awaits() const {
    return row.attempt == report.attempt && row.block == report.block &&
           (row.state == BlockState::Pending || row.state == BlockState::Queued || row.state == BlockState::Running);
  }
  /// Whether a result may still finish it: from every state but these, whatever the attempt.
  [[nodiscard]] bool is_open() const {
    return row.block == report.block && row.state != BlockState::Quarantined && row.state != BlockState::Finished;
  }

  Decision operator()(const Started&) const {
    return awaits() ? Decision{Outcome::Stored, Effect::Start} : Decision{Outcome::Stale, Effect::None};
  }
  Decision operator()(const Query&) const {
    if (stored_digest) {
      return {Outcome::Duplicate, Effect::None};
    }
    return {awaits() ? Outcome::Go : Outcome::Stale, Effect::None};
  }
  Decision operator()(const Failed&) const {
    return awaits() ? Decision{Outcome::Stored, Effect::Fail} : Decision{Outcome::Stale, Effect::None};
  }
  Decision operator()(const WorkResult& content) const {
    if (row.block != report.block) {
      // It was split meanwhile: what is stored under this key is the result of another range.
      return {Outcome::Stale, Effect::None};
    }
    if (stored_digest) {
      return *stored_digest == content.result.digest ? Decision{Outcome::Duplicate, Effect::None}
                                                     : Decision{Outcome::Conflict, Effect::KeepConflict};
    }
    return is_open() ? Decision{Outcome::Stored, Effect::Finish} : Decision{Outcome::Stale, Effect::None};
  }
  Decision operator()(const Partial& content) const {
    if (!content.prefix) {
      return give_back();
    }
    if (report.key.purpose != purpose_search || content.cut <= report.block.begin || report.block.end <= content.cut) {
      return {Outcome::Refused, Effect::None};
    }
    return awaits() && !stored_digest ? Decision{Outcome::Stored, Effect::Split}
                                      : Decision{Outcome::Stale, Effect::None};
  }
  [[nodiscard]] Decision give_back() const {
    if (!awaits()) {
      return {Outcome::Stale, Effect::None};
    }
    if (row.state == BlockState::Queued || (row.state == BlockState::Running && row.worker == report.worker)) {
      return {Outcome::Stored, Effect::Leave};
    }
    // Either it was delivered before the producer wrote down that it is QUEUED: acked now, it would be QUEUED in vain.
    // Or another worker is at it, whose own delivery may be gone: this message may be the only one there is.
    return {Outcome::Go, Effect::None};
  }
  Decision operator()(const Part&) const {
    return !stored_digest && is_open() ? Decision{Outcome::PartKept, Effect::KeepPart}
                                       : Decision{Outcome::Stale, Effect::None};
  }
};

}  // namespace

Decision decide(const LedgerRow& row, const std::optional<std::string>& stored_digest, const Report& report) {
  return std::visit(ByContent{row, stored_digest, report}, report.content);
}

std::optional<Report> assemble(const Report& part, const std::string& whole, const search::Strategies& strategies) {
  if (search::Sha256::hex_of(whole) != std::get<Part>(part.content).digest_of_whole) {
    return std::nullopt;
  }
  auto decoded = decode_report(whole, strategies);
  const Report* inner = math::accepted(decoded);
  const bool fits = inner != nullptr && std::holds_alternative<WorkResult>(inner->content) && inner->key == part.key &&
                    inner->block == part.block;
  return fits ? std::optional<Report>(*inner) : std::nullopt;
}

}  // namespace robin::flow
