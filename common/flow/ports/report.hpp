#pragma once

// Report: what a consumer tells the saver through robin.results, and what the saver answers. WIRE.md has the wire form.

#include <optional>
#include <string>
#include <variant>

#include "flow/ports/work.hpp"

namespace robin::flow {

/// The block is being computed: it becomes RUNNING, and its lease begins anew. Sent after a second of computing, and
/// then every 15 s (ComputeOptions).
struct Started {};

/// Asks whether a block that was delivered is done already.
struct Query {};

/// The strategy failed on it.
struct Failed {
  std::string error_class;
  std::string message;
};

/// A part of a WorkResult, or of a Partial with a prefix, that is too large for one message. Parts with the same
/// `digest_of_whole` (SHA-256 of the whole encoded report) belong together; they are numbered from 0.
struct Part {
  std::string digest_of_whole;
  std::uint32_t part;
  std::uint32_t parts;
  std::string text;
};

/// The worker did not compute the whole block: it has found as many witnesses as one result may hold, or its machine is
/// about to go. What it found before `cut`, where one of the strategy's slices ends, becomes the result of the block,
/// and the rest becomes a block of its own. Without a prefix (`cut` is where the range begins) this worker leaves the
/// whole block to others.
struct Partial {
  search::Position cut;
  /// The result over [begin, cut); nullopt if that is empty.
  std::optional<WorkResult> prefix;
};

struct Report {
  WorkKey key;
  Attempt attempt;
  std::string worker;
  /// The range that the consumer was given. If the block was split since, the row has another one, and the report is
  /// stale.
  search::Block block;
  std::variant<Started, Query, WorkResult, Part, Partial, Failed> content;
  /// The provenance of the work that it is about.
  Provenance provenance = {};
  /// Whether the worker reads bundles of blocks; one that does not say so does not.
  bool reads_bundles = true;
};

/// What became of a report.
enum class Outcome {
  Stored,      ///< it is in the ledger now: a result, a failure, that computing began, that a block is left to others
  Duplicate,   ///< the same result was there already
  Stale,       ///< the block was split or finished meanwhile: nothing was written
  Conflict,    ///< its digest differs from the stored one under the same key: it was put aside, the first one stays
  Unexpected,  ///< its digest is not the one that the order waits for: it was not kept, and the order goes to others
  PartKept,    ///< the part was kept; other parts are missing
  Go,          ///< answer to a query: the block is not done, compute it
  Unknown,     ///< there is no such block
  Foreign,     ///< it is about another ledger or search: the block that has its id here is another one
  Refused,     ///< it contradicts the ledger or itself
};

/// What the saver answers.
enum class ReplyWord {
  Saved,    ///< it is in the ledger, or of no use any more: the consumer is done with the block
  Part,     ///< the part was kept; other parts are missing
  Go,       ///< after a Query: compute the block. After a Partial without a prefix: keep it for now
  Unknown,  ///< there is no such block
  Refused,  ///< it contradicts the ledger or itself, or is about another ledger
};

[[nodiscard]] constexpr ReplyWord reply_word(Outcome outcome) {
  switch (outcome) {
    case Outcome::Stored:
    case Outcome::Duplicate:
    case Outcome::Stale:
    case Outcome::Conflict:
    case Outcome::Unexpected:
      return ReplyWord::Saved;
    case Outcome::PartKept:
      return ReplyWord::Part;
    case Outcome::Go:
      return ReplyWord::Go;
    case Outcome::Unknown:
      return ReplyWord::Unknown;
    case Outcome::Foreign:
    case Outcome::Refused:
      break;
  }
  return ReplyWord::Refused;
}

}  // namespace robin::flow
