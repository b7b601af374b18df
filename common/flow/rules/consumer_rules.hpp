#pragma once

// The rules of the consumer. A job is one block that was delivered to this consumer; a slot is one of its computing
// threads. The rules say what becomes of a job, as a function of its state and of what happens to it. They know no
// thread, clock or broker: the loop (loops/compute.cpp) brings the inputs and does what the rules say.
// tests/unit/flow/consumer_rules_test.cpp is the table of all of them.
//
// - A new block: Waiting -> Computing -> Reporting -> Ended.
// - A block that may be done already: Asking first.
// - A block that other workers have to compute: ToLeave -> Leaving -> Ended.

#include <optional>
#include <variant>

#include "flow/ports/report.hpp"

namespace robin::flow {

// The states of a job.

/// Other workers have to compute it. It is left to them after ComputeOptions::avoid_wait.
struct ToLeave {
  friend bool operator==(const ToLeave&, const ToLeave&) = default;
};
/// The saver was asked whether the block is done, and has not answered yet.
struct Asking {
  friend bool operator==(const Asking&, const Asking&) = default;
};
/// The saver was told that the job is left to other workers, and has not answered yet.
struct Leaving {
  /// Why it is left. True: this worker is one that the block avoids. False: the block waited for a slot for too long.
  bool is_avoided;
  friend bool operator==(const Leaving&, const Leaving&) = default;
};
/// It waits for a slot.
struct Waiting {
  friend bool operator==(const Waiting&, const Waiting&) = default;
};
/// How a job ended.
enum class End {
  Saved,       ///< its result is in the ledger
  Failed,      ///< the strategy failed on it, and the ledger knows
  Split,       ///< what was found of it is in the ledger; the rest is a block of its own
  Known,       ///< it was done before, or is no longer wanted
  Left,        ///< it was left to other workers, by way of the ledger
  Unknown,     ///< the ledger does not know it
  Refused,     ///< the ledger refused it
  HandedBack,  ///< it was returned to its queue
  Forgotten    ///< its delivery is void: the block comes again by itself
};
/// A slot computes it.
struct Computing {
  /// Whether `started` was reported, so that the ledger says RUNNING.
  bool is_told = false;
  /// Whether the connection that delivered it is gone. When the block is delivered again, the job goes on as it stands.
  bool is_orphan = false;
  /// Set when nobody wants the block any more: how the job ends once its slot has let go of it.
  std::optional<End> end = {};
  friend bool operator==(const Computing&, const Computing&) = default;
};
/// What is reported when a job has left its slot.
enum class Outgoing {
  Result,   ///< the whole result
  Failure,  ///< the strategy failed
  Piece,    ///< the block has more witnesses than one result should hold: what was found; the rest becomes a block
  Prefix,   ///< the block was abandoned: what was found of it; the rest becomes a block
  Nothing   ///< the block was abandoned before anything was found: all of it is left to others
};
/// The report was published, or waits to be published again. The saver has not answered yet.
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

/// A slot has begun to compute it.
struct SlotTaken {};
/// Its slot has computed all of it, or a piece that is large enough, or the strategy failed on it.
struct SlotDone {
  Outgoing what;
};
/// Its slot has abandoned it, as it was told.
struct SlotAbandoned {
  /// Whether the slot found something that can be saved.
  bool has_prefix;
};
/// The saver answered the last report.
struct Answered {
  ReplyWord word;
};
/// Another block of its search was no longer wanted, so perhaps this one is not, either.
struct Doubted {};
/// It has been in its state for as long as it may be (ComputeOptions).
struct TimeOut {};
/// Its delivery was lost, and the block was delivered again.
struct CameAgain {};
/// The connection that delivered it is gone.
struct DeliveryLost {};
/// The consumer has to stop: no slot begins a job any more.
struct Stop {};
/// The consumer does not wait for answers any longer.
struct GraceOver {};

using JobInput = std::variant<SlotTaken, SlotDone, SlotAbandoned, Answered, Doubted, TimeOut, CameAgain, DeliveryLost,
                              Stop, GraceOver>;

/// What the loop has to do.
enum class Action {
  None,
  Ask,          ///< publish a `query`
  Queue,        ///< put it into the queue for the slots
  TellStarted,  ///< publish `started`
  Abandon,      ///< tell its slot to abandon it
  Leave,        ///< publish a `partial` without a prefix: it is left to others
  Report,       ///< publish what its slot found
  Ack,          ///< of its message
  HandBack,     ///< its message to the queue
  Reject        ///< its message, which is then dead-lettered
};

struct Next {
  JobState state;
  Action action = Action::None;
  friend bool operator==(const Next&, const Next&) = default;
};

/// What becomes of a block that was delivered. `is_avoided`: other workers have to compute it. `may_be_done`: it was
/// delivered or attempted before, or its search may have ended.
[[nodiscard]] Next take(bool is_avoided, bool may_be_done);

/// What becomes of a job when something happens to it. nullopt: nothing changes, and its timeout goes on as before. A
/// job that Ended never changes. Before the caller gives Doubted, TimeOut, DeliveryLost, Stop or GraceOver to a job
/// that is Waiting, it takes the job out of the queue for the slots.
[[nodiscard]] std::optional<Next> step(const JobState& state, const JobInput& input);

}  // namespace robin::flow
