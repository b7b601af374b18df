#pragma once

// The rules of the consumer: what becomes of a job, which is one block in this consumer's hands, as a function of where
// the job stands and what happens. No thread, clock or broker; the loop (loops/compute.cpp) brings the inputs and does
// what the rules say. tests/unit/flow/consumer_rules_test.cpp is the table of all of them.
//
// A new block goes Waiting -> Computing -> Reporting -> Ended. One that may be done already goes by way of Asking, and
// one that other workers are to compute goes ToLeave -> Leaving -> Ended.

#include <optional>
#include <variant>

#include "flow/ports/report.hpp"

namespace robin::flow {

// What a job is.

/// Other workers are to compute it; it is left to them after `avoid_wait`.
struct ToLeave {
  friend bool operator==(const ToLeave&, const ToLeave&) = default;
};
/// The saver was asked whether the block is done.
struct Asking {
  friend bool operator==(const Asking&, const Asking&) = default;
};
/// The saver was told that the job is left to other workers.
struct Leaving {
  /// Whether this worker is one that the block is to be kept from; else it waited for too long.
  bool is_avoided;
  friend bool operator==(const Leaving&, const Leaving&) = default;
};
/// Waits for a slot.
struct Waiting {
  friend bool operator==(const Waiting&, const Waiting&) = default;
};
enum class End {
  Saved,
  Failed,
  Split,       ///< its prefix is saved
  Known,       ///< done before, or no longer wanted
  Left,        ///< to other workers
  Unknown,     ///< to the ledger
  Refused,     ///< by the ledger
  HandedBack,  ///< to its queue
  Forgotten    ///< its delivery is void: the block comes again by itself
};
/// A slot has it.
struct Computing {
  /// Whether the saver was told, so that the ledger says RUNNING.
  bool is_told = false;
  /// Whether the connection that delivered it is gone. It is taken up where it stands when its block comes again.
  bool is_orphan = false;
  /// How it ends once its slot lets go of it, if nobody wants it any more.
  std::optional<End> end = {};
  friend bool operator==(const Computing&, const Computing&) = default;
};
/// What is reported of a job that left its slot.
enum class Outgoing {
  Result,
  Failure,
  Piece,   ///< of a block with more witnesses than one result should hold: the rest becomes a block of its own
  Prefix,  ///< of a block that was abandoned: what was found of it; the rest is left to others
  Nothing  ///< of a block that was abandoned: all of it is left to others
};
/// The report is out, or waits to be repeated.
struct Reporting {
  Outgoing what;
  friend bool operator==(const Reporting&, const Reporting&) = default;
};
struct Ended {
  End how;
  friend bool operator==(const Ended&, const Ended&) = default;
};

using JobState = std::variant<ToLeave, Asking, Leaving, Waiting, Computing, Reporting, Ended>;

// What happens to a job.

/// A slot begins it.
struct SlotTaken {};
/// Its slot has computed all of it, or a piece that is large enough, or the strategy has failed on it.
struct SlotDone {
  Outgoing what;
};
/// Its slot was told to abandon it.
struct SlotAbandoned {
  /// Whether it leaves something that can be saved.
  bool has_prefix;
};
/// The saver's answer to what was reported last.
struct Answered {
  ReplyWord word;
};
/// Another block of its search was no longer wanted: this one may not be, either.
struct Doubted {};
/// It has stood there for as long as it may; see ComputeOptions.
struct TimeOut {};
/// The block of an orphan came again.
struct CameAgain {};
/// The connection that delivered it is gone.
struct DeliveryLost {};
/// The consumer is to stop: what no slot has begun is not begun any more.
struct Stop {};
/// The consumer has waited for answers long enough.
struct GraceOver {};

using JobInput = std::variant<SlotTaken, SlotDone, SlotAbandoned, Answered, Doubted, TimeOut, CameAgain, DeliveryLost,
                              Stop, GraceOver>;

enum class Action {
  None,
  Ask,          ///< publish a query
  Queue,        ///< let it wait for a slot
  TellStarted,  ///< publish that it is being computed
  Abandon,      ///< have its slot let go of it
  Leave,        ///< publish that it is left to others
  Report,       ///< publish what its slot has made of it
  Ack,
  HandBack,
  Reject
};

struct Next {
  JobState state;
  Action action = Action::None;
  friend bool operator==(const Next&, const Next&) = default;
};

/// A block was delivered. `may_be_done`: it was delivered or attempted before, or is of a search that may have ended.
[[nodiscard]] Next take(bool is_avoided, bool may_be_done);

/// nullopt if the input changes nothing: time goes on as before. Nothing happens to a job that Ended. Whoever gives
/// Doubted, TimeOut, DeliveryLost, Stop or GraceOver to a job that is Waiting has taken it from the slots.
[[nodiscard]] std::optional<Next> step(const JobState& state, const JobInput& input);

}  // namespace robin::flow
