#pragma once

// Store: the port to the ledger, which alone knows what is done. tests/contract/store_contract_test.cpp is the
// definition of its promises, and every implementation passes it.
//
// - Each call is one transaction: it happens as a whole or not at all. When a commit's fate is unknown the
// implementation
//   repeats the call; every write is a compare-and-set or an insert under a key, so a repetition changes nothing.
// - Blocks of a search tile [begin, planned_end): the store refuses a gap or an overlap.
// - Planning and marking are fenced: an epoch that is no longer the newest changes nothing.
// - FINISHED blocks stay finished; a result is never overwritten.
// - Times are the database's own, in UTC.
// Throws runtime::Error. One object may be used from several threads; calls wait for each other.

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flow/audit_ledger.hpp"
#include "flow/ids.hpp"
#include "flow/janitor_ledger.hpp"
#include "flow/ledger_reader.hpp"
#include "flow/ledger_views.hpp"
#include "flow/monitor_ledger.hpp"
#include "flow/report.hpp"
#include "flow/work.hpp"
#include "search/block.hpp"
#include "search/parameters.hpp"
#include "search/witness.hpp"

namespace robin::flow {

/// Services of which one leads.
enum class Role { Producer, Auditor, Janitor };

enum class PlanOutcome {
  Planned,
  Fenced,         ///< another producer leads, or writes are stopped
  NotContiguous,  ///< the blocks do not continue the plan of the search, or leave it
};

class Store : public LedgerReader {
 public:
  /// What the auditor's side says.
  [[nodiscard]] AuditFrontier audited(SearchId search) override { return audit_ledger().frontier(search); }

  // Searches.
  virtual SearchId add_search(const SearchSpec& spec) = 0;
  /// Moves the end of a search further out; an end that is not beyond the present one changes nothing.
  virtual void extend_search(SearchId search, search::Position end) = 0;

  /// Takes the lead in a role, and with it the next epoch; nullopt while another leads. Held until release() or the end
  /// of this object. Of each role one leads.
  [[nodiscard]] virtual std::optional<Epoch> lead(Role role) = 0;
  virtual void release(Role role) = 0;

  // The producer's side; epochs are those of Role::Producer.
  /// The searches with anything left to plan or to publish, by id: however many there are that have not.
  [[nodiscard]] virtual std::vector<SearchRecord> searches_to_produce() = 0;
  /// Inserts blocks as PENDING; all or none. `blocks` continue the plan of the search in order, each beginning where
  /// the one before ends.
  virtual PlanOutcome plan(Epoch epoch, SearchId search, std::span<const search::Block> blocks) = 0;
  /// What is to be published, of one search or of all, at most `limit`: first PENDING orders, at most `orders_limit`
  /// and those that were left by a worker last of all, then PENDING blocks, each in order of their ids: the outbox.
  [[nodiscard]] virtual std::vector<Work> pending(std::optional<SearchId> search, std::size_t limit,
                                                  std::size_t orders_limit) = 0;
  [[nodiscard]] std::vector<Work> pending(std::optional<SearchId> search, std::size_t limit) {
    return pending(search, limit, limit);
  }
  /// PENDING -> QUEUED for blocks and orders whose attempt is still the given one; returns how many changed, nullopt if
  /// the epoch is fenced (and nothing changed).
  virtual std::optional<std::size_t> mark_queued(Epoch epoch, std::span<const Work> published) = 0;
  /// QUEUED, RUNNING and FAILED -> PENDING: for a broker that is known to be empty, as the in-process one is at start.
  virtual std::size_t requeue_lost(Epoch epoch) = 0;

  // The saver's side.
  /// One transaction; outcome i belongs to report i. A report that contradicts the ledger is Refused and harms no
  /// other.
  [[nodiscard]] virtual std::vector<Outcome> save(std::span<const Report> reports) = 0;

  // For people and monitors.
  [[nodiscard]] virtual SearchProgress progress(SearchId search) = 0;
  /// All failed attempts of a block, oldest first.
  [[nodiscard]] virtual std::vector<FailureRecord> failures(BlockId block) = 0;
  [[nodiscard]] virtual Control control() = 0;

  /// The janitor's side, and that of people who operate a cluster.
  [[nodiscard]] virtual JanitorLedger& janitor_ledger() = 0;

  /// The auditor's side.
  [[nodiscard]] virtual AuditLedger& audit_ledger() = 0;

  /// The side of whoever watches.
  [[nodiscard]] virtual MonitorLedger& monitor_ledger() = 0;
};

}  // namespace robin::flow
