#pragma once

// Event: what happened, written for people. Events are kept for ever. Values.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "flow/ports/ids.hpp"

namespace robin::flow {

enum class EventKind {
  Alarm,       ///< a person must look: a violation above 5040, or results that never agree
  Unfit,       ///< a stored result contradicts itself, its neighbours or the truth
  Disputed,    ///< two results of one block differ
  Settled,     ///< the auditor found which of them is right; that one is accepted
  Refined,     ///< a block that proved too little was computed again, more closely
  Drain,       ///< a person stopped or allowed the writes, or everything is empty
  Retry,       ///< a person ordered blocks to be tried again
  DeadLetter,  ///< a message that is no block came to robin.dead
  Pause,       ///< a person paused a search
  Resume,      ///< a person let it go on
  Cancel,      ///< a person ended a search
  Share,       ///< a person gave a search another share of the fleet
  Compact      ///< a person ordered old blocks to be compacted, or the janitor has done it
};

/// alarm, unfit, disputed, settled, refined, drain, retry, dead_letter, pause, resume, cancel, share, compact: as
/// stored.
[[nodiscard]] std::string_view text(EventKind kind);

struct Event {
  EventKind kind;
  std::optional<SearchId> search = {};
  std::optional<BlockId> block = {};
  std::string message;
  /// An event with the same text here is added only once; empty: it may be added again.
  std::string once = {};
};

/// An event as it stands in the ledger. The kind is a text, for a newer program may have written one that this one does
/// not know.
struct EventRecord {
  std::int64_t id;
  std::string at;
  std::string kind;
  std::optional<SearchId> search;
  std::optional<BlockId> block;
  std::string message;
};

}  // namespace robin::flow
