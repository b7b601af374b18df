#pragma once

// Event: what happened, for people; kept for ever. Values.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "flow/ports/ids.hpp"

namespace robin::flow {

enum class EventKind {
  Alarm,       ///< somebody has to look: a violation above 5040, or results that never agree
  Unfit,       ///< what is stored of a result does not fit itself or its neighbours
  Disputed,    ///< two results of one block differ
  Settled,     ///< the auditor found which is right: that one is accepted
  Refined,     ///< a block that proved too little was looked at closely
  Drain,       ///< writes were stopped or allowed, or everything is empty
  Retry,       ///< a person has blocks tried again
  DeadLetter,  ///< a message that is no block came to robin.dead
  Pause,       ///< a person has a search wait
  Resume,      ///< a person has it go on
  Cancel,      ///< a person ended a search
  Share,       ///< a person gave a search another share of the fleet
  Compact      ///< a person ordered old blocks to be compacted, or the janitor is done with that
};

/// alarm, unfit, disputed, settled, refined, drain, retry, dead_letter, pause, resume, cancel, share, compact: as
/// stored.
[[nodiscard]] std::string_view text(EventKind kind);

struct Event {
  EventKind kind;
  std::optional<SearchId> search = {};
  std::optional<BlockId> block = {};
  std::string message;
  /// Names what must be told only once; empty for what may be told again.
  std::string once = {};
};

/// As it stands in the ledger, where a newer program may have written kinds that this one does not know.
struct EventRecord {
  std::int64_t id;
  std::string at;
  std::string kind;
  std::optional<SearchId> search;
  std::optional<BlockId> block;
  std::string message;
};

}  // namespace robin::flow
