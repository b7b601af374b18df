#pragma once

// JanitorLedger: the part of the ledger that the janitor uses: leases, failures, dead letters, the drain.
// tests/contract/janitor_ledger_contract_test.cpp is the definition of its promises.
//
// - Each call is one transaction, and is repeated when nobody knows whether it was committed. Each change of a block's
//   state is a compare-and-set on its state and attempt.
// - A call with an epoch (of Role::Janitor) throws Fenced if a newer leader has taken a later one.
// - What is said of blocks holds for the auditor's orders as well.
// - Times are the database's own.
// Throws runtime::Error. One object may be used from several threads; calls wait for each other.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/deadline.hpp"
#include "flow/ports/bounds.hpp"
#include "flow/ports/compaction.hpp"
#include "flow/ports/event.hpp"
#include "flow/ports/ids.hpp"
#include "flow/ports/ledger_views.hpp"
#include "flow/ports/work.hpp"

namespace robin::flow {

struct SweepRules {
  /// A RUNNING block is lost when its worker was not heard of for this time.
  core::Milliseconds lease{90'000};
  /// Attempts that may fail or be lost before a block is QUARANTINED.
  std::uint32_t attempts_max = 5;
};

struct SweepReport {
  /// Blocks that were RUNNING, and whose lease had ended.
  std::size_t lost = 0;
  /// FAILED or lost blocks that are PENDING again.
  std::size_t pending = 0;
  std::size_t quarantined = 0;
};

struct ForgetRules {
  /// A part of a result is deleted when the other parts did not come within this time, and when there are more than
  /// `parts_kept` newer ones.
  core::Milliseconds parts_age{24 * 3'600'000};
  std::size_t parts_kept = bounds::kept_parts;
  /// A worker is no longer listed when it was not heard of for this time: a week.
  core::Milliseconds workers_age{7 * 24 * 3'600'000};
};

struct Forgotten {
  std::size_t parts = 0;
  std::size_t workers = 0;
};

/// What became of a dead-lettered block.
enum class DeadLetter {
  Pending,      ///< published again under another attempt
  Quarantined,  ///< all its attempts are used up
  Stale,        ///< it is finished, or on its way under another attempt
  Unknown,      ///< there is no such block
  Foreign,      ///< it is of another ledger or search: the block that has its id here is another one
};

class JanitorLedger {
 public:
  JanitorLedger() = default;
  JanitorLedger(const JanitorLedger&) = delete;
  JanitorLedger& operator=(const JanitorLedger&) = delete;
  virtual ~JanitorLedger() = default;

  /// Lost blocks become FAILED, with that as their error. Then every FAILED block becomes PENDING with attempt + 1, or
  /// QUARANTINED if its attempts are used up.
  [[nodiscard]] virtual SweepReport sweep(Epoch epoch, const SweepRules& rules) = 0;

  /// Blocks and orders of cancelled searches that are not done become CANCELLED, at most `limit` of each. Returns how
  /// many of both did.
  [[nodiscard]] virtual std::size_t cancel(Epoch epoch, std::size_t limit) = 0;

  /// Blocks that have been QUEUED for at least `age` become PENDING. Call it when the broker was seen to hold no block.
  [[nodiscard]] virtual std::size_t requeue_unstarted(Epoch epoch, core::Milliseconds age) = 0;

  /// Counts a failed attempt for a block that came to robin.dead for this reason.
  [[nodiscard]] virtual DeadLetter bury(Epoch epoch, const Work& work, const std::string& reason,
                                        std::uint32_t attempts_max) = 0;

  /// Adds an event.
  virtual void note(Epoch epoch, const Event& event) = 0;

  /// Deletes parts of results that were never completed, and workers that were not heard of for long.
  virtual Forgotten forget(Epoch epoch, const ForgetRules& rules) = 0;

  /// Compacts audited blocks that are older than the retention, or than a person ordered: of one search, in order of
  /// position, up to the first block that is locked or about which anything is open (an order, a dispute, another
  /// result). When nothing is left to do for a person's order, it is marked as done, with an event. Waits for no lock.
  /// Returns how many blocks it compacted; unless that is none, another call may find more.
  [[nodiscard]] virtual std::uint64_t compact(Epoch epoch, const CompactRules& rules) = 0;

  // The drain.
  /// QUEUED and RUNNING blocks and orders of all searches.
  [[nodiscard]] virtual std::uint64_t in_flight() = 0;
  /// DRAINING -> DRAINED, if the control row still has the epoch `control` under which the caller looked. False: it has
  /// changed, and nothing was written.
  [[nodiscard]] virtual bool mark_drained(Epoch janitor, Epoch control) = 0;
};

}  // namespace robin::flow
