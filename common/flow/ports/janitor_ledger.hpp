#pragma once

// JanitorLedger: the part of the ledger that the janitor uses: leases, failures, dead letters, the drain.
// tests/contract/janitor_ledger_contract_test.cpp is the definition of its promises.
//
// - Each call is one transaction, and is repeated when its fate is unknown; each arrow of a block is a compare-and-set
// on
//   its state and attempt.
// - What takes an epoch of Role::Janitor throws Fenced if that is no longer the newest.
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
  /// A RUNNING block whose worker was not heard of for so long is lost.
  core::Milliseconds lease{90'000};
  /// Attempts that may fail or be lost before a block is QUARANTINED.
  std::uint32_t attempts_max = 5;
};

struct SweepReport {
  /// RUNNING, and not heard of.
  std::size_t lost = 0;
  /// FAILED or lost, and PENDING again.
  std::size_t pending = 0;
  std::size_t quarantined = 0;
};

struct ForgetRules {
  /// How long a part waits for the others of its result; and how many do, the newest.
  core::Milliseconds parts_age{24 * 3'600'000};
  std::size_t parts_kept = bounds::kept_parts;
  /// How long a worker is listed after it was heard of last: a week.
  core::Milliseconds workers_age{7 * 24 * 3'600'000};
};

struct Forgotten {
  std::size_t parts = 0;
  std::size_t workers = 0;
};

/// What became of a dead-lettered block.
enum class DeadLetter {
  Pending,      ///< published again under another attempt
  Quarantined,  ///< it was that too often
  Stale,        ///< finished, or on its way under another attempt
  Unknown,      ///< no such block
  Foreign,      ///< a block of another ledger or another search: that of this id has nothing to do with it
};

class JanitorLedger {
 public:
  JanitorLedger() = default;
  JanitorLedger(const JanitorLedger&) = delete;
  JanitorLedger& operator=(const JanitorLedger&) = delete;
  virtual ~JanitorLedger() = default;

  /// Lost blocks become FAILED with that as their error; then every FAILED one PENDING with attempt + 1, or QUARANTINED
  /// when its attempts are used up.
  [[nodiscard]] virtual SweepReport sweep(Epoch epoch, const SweepRules& rules) = 0;

  /// What is not done of cancelled searches becomes CANCELLED, `limit` blocks and as many orders at most; returns how
  /// many of both.
  [[nodiscard]] virtual std::size_t cancel(Epoch epoch, std::size_t limit) = 0;

  /// QUEUED blocks that were queued at least `age` ago -> PENDING: for a broker that was seen to hold none.
  [[nodiscard]] virtual std::size_t requeue_unstarted(Epoch epoch, core::Milliseconds age) = 0;

  /// A block came to robin.dead, for this reason: that is a failed attempt.
  [[nodiscard]] virtual DeadLetter bury(Epoch epoch, const Work& work, const std::string& reason,
                                        std::uint32_t attempts_max) = 0;

  /// Tells an event.
  virtual void note(Epoch epoch, const Event& event) = 0;

  /// Deletes parts of results that were not completed, and workers that were not heard of.
  virtual Forgotten forget(Epoch epoch, const ForgetRules& rules) = 0;

  /// Compacts blocks that were audited and are older than the retention, or than a person ordered: of one search, from
  /// its begin on, and only what is accepted for good, up to the first block that somebody holds or about which
  /// anything is open. An order of which nothing is left is done, which is told. Waits for no lock.
  [[nodiscard]] virtual Compacted compact(Epoch epoch, const CompactRules& rules) = 0;

  // The drain.
  /// QUEUED and RUNNING blocks and orders of all searches.
  [[nodiscard]] virtual std::uint64_t in_flight() = 0;
  /// DRAINING -> DRAINED under the control row's epoch as it was read. False: it changed meanwhile.
  [[nodiscard]] virtual bool mark_drained(Epoch janitor, Epoch control) = 0;
};

}  // namespace robin::flow
