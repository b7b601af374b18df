#pragma once

// Report: what a consumer tells the saver through robin.results, and the answer it gets. WIRE.md has the wire form.

#include <optional>
#include <string>
#include <variant>

#include "flow/ports/work.hpp"

namespace robin::flow {

/// Computing began (sent only after a while): the block becomes RUNNING and keeps its lease.
struct Started {};

/// A block was delivered that may be done already: what is known of it?
struct Query {};

/// The strategy failed on it.
struct Failed {
  std::string error_class;
  std::string message;
};

/// A part of a result, or of a Partial with a prefix, that is too large for one message. Equal `digest_of_whole`
/// (SHA-256 of the whole encoded result) names the set; parts are numbered from 0.
struct Part {
  std::string digest_of_whole;
  std::uint32_t part;
  std::uint32_t parts;
  std::string text;
};

/// A block that ends before its end, because its witnesses are enough for one result, or because the machine is about
/// to go: what was found up to `cut`, a place on the strategy's grid inside the range, is its result, and the rest
/// becomes a block of its own. Nothing found (the cut is where the range begins) means that this worker leaves the
/// block to others.
struct Partial {
  search::Position cut;
  /// Over [begin, cut); nullopt if that is empty.
  std::optional<WorkResult> prefix;
};

struct Report {
  WorkKey key;
  Attempt attempt;
  std::string worker;
  /// The range the consumer was given: one that no longer equals the row's is stale.
  search::Block block;
  std::variant<Started, Query, WorkResult, Part, Partial, Failed> content;
  /// That of the work.
  Provenance provenance = {};
};

/// What became of a report.
enum class Outcome {
  Stored,      ///< now in the ledger (a result, a failure, a beginning, a block left to others)
  Duplicate,   ///< the same was there already
  Stale,       ///< the block was split or finished meanwhile: nothing to do
  Conflict,    ///< another digest under the same key: kept aside, never in place of the first
  Unexpected,  ///< another digest than the one that the order waits for: not kept, and others are asked
  PartKept,    ///< a part; others are missing
  Go,          ///< answer to a query: not done, compute it
  Unknown,     ///< no such block
  Foreign,     ///< it is about another ledger, or another search: the block of that id has nothing to do with it
  Refused,     ///< it contradicts the ledger or itself
};

/// The answer that a consumer gets.
enum class ReplyWord {
  Saved,    ///< in the ledger, or of no use any more: the consumer is done with the block
  Part,     ///< a part is kept; others are missing
  Go,       ///< to a query: compute it; to what leaves a block to others: keep it
  Unknown,  ///< no such block
  Refused,  ///< it contradicts the ledger or itself, or is about another one
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
