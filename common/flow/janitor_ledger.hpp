#pragma once

// JanitorLedger: the part of the port to the ledger that the janitor and people who operate a cluster use: leases,
// failures, dead letters, the drain. tests/contract/janitor_ledger_contract_test.cpp is the definition of its promises,
// and every implementation passes it.
//
// - Each call is one transaction. What the janitor writes is fenced by its epoch; each arrow of a block is a
//   compare-and-set on its state and attempt.
// - What is said of blocks holds for the auditor's orders as well.
// - A changed epoch of the control row fences every producer: nothing is planned or marked under an older one.
// - Times are the database's own.
// Throws runtime::Error. One object may be used from several threads; calls wait for each other.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "flow/ids.hpp"
#include "flow/ledger_views.hpp"
#include "flow/work.hpp"
#include "runtime/deadline.hpp"

namespace robin::flow {

struct SweepRules {
  /// A RUNNING block whose worker was not heard of for so long is lost.
  runtime::Milliseconds lease{90'000};
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

/// What became of a dead-lettered block.
enum class DeadLetter {
  Pending,      ///< published again under another attempt
  Quarantined,  ///< it was that too often
  Stale,        ///< finished, or on its way under another attempt
  Unknown,      ///< no such block
};

/// Which blocks a person wants tried again.
struct RetryFilter {
  std::vector<BlockId> ids;
  /// With no ids: all in these states (FAILED, QUARANTINED).
  std::vector<BlockState> states;
};

class JanitorLedger {
 public:
  JanitorLedger() = default;
  JanitorLedger(const JanitorLedger&) = delete;
  JanitorLedger& operator=(const JanitorLedger&) = delete;
  virtual ~JanitorLedger() = default;

  /// Lost blocks become FAILED with that as their error; then every FAILED one PENDING with attempt + 1, or QUARANTINED
  /// when its attempts are used up. nullopt: fenced.
  [[nodiscard]] virtual std::optional<SweepReport> sweep(Epoch epoch, const SweepRules& rules) = 0;

  /// QUEUED blocks that were queued at least `age` ago -> PENDING: for a broker that was seen to hold none. nullopt:
  /// fenced.
  [[nodiscard]] virtual std::optional<std::size_t> requeue_unstarted(Epoch epoch, runtime::Milliseconds age) = 0;

  /// A block came to robin.dead on this attempt, for this reason: that is a failed attempt. nullopt: fenced.
  [[nodiscard]] virtual std::optional<DeadLetter> bury(Epoch epoch, const WorkKey& key, Attempt attempt,
                                                       const std::string& reason, std::uint32_t attempts_max) = 0;

  /// Something for people that belongs to no block. False: fenced.
  [[nodiscard]] virtual bool note(Epoch epoch, const std::string& kind, const std::string& message) = 0;

  /// Deletes parts of results that were not completed for so long. nullopt: fenced.
  [[nodiscard]] virtual std::optional<std::size_t> drop_dead_parts(Epoch epoch, runtime::Milliseconds age) = 0;

  // The drain.
  /// QUEUED and RUNNING blocks and orders of all searches.
  [[nodiscard]] virtual std::uint64_t in_flight() = 0;
  /// DRAINING -> DRAINED under the control row's epoch as it was read. False: it changed meanwhile.
  [[nodiscard]] virtual bool mark_drained(Epoch janitor, Epoch control) = 0;

  // People.
  /// WRITABLE -> DRAINING, or back from either; raises the control row's epoch and keeps who and why. False: it was
  /// so already.
  [[nodiscard]] virtual bool order_drain(bool drain, const std::string& who, const std::string& why) = 0;
  /// FAILED and QUARANTINED -> PENDING with a fresh count of attempts; returns how many.
  [[nodiscard]] virtual std::size_t retry(const RetryFilter& filter, const std::string& who) = 0;
};

}  // namespace robin::flow
