#pragma once

// MonitorLedger: the part of the ledger that shows people a search: its progress, its best findings, the margin's
// history, what happened. tests/contract/monitor_ledger_contract_test.cpp is the definition of its promises, and every
// implementation passes it.
//
// - The caller bounds every list by a limit, and each is read by an index: an answer takes milliseconds, however much
//   the ledger holds.
// - Readers see accepted results only. Times are the database's own, RFC 3339 in UTC.
// Throws runtime::Error. One object may be used from several threads.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "flow/ports/event.hpp"
#include "flow/ports/ids.hpp"
#include "flow/ports/ledger_views.hpp"
#include "search/witness.hpp"

namespace robin::flow {

/// A finding with where it was found.
struct FindingRecord {
  search::Witness witness;
  SearchId search;
  BlockId block;
  /// Where its block begins, and its number among the findings of its kind in that block: together they give the order
  /// of all findings of a search.
  search::Position block_begin;
  std::int64_t ordinal;
  std::string found_at;
};

/// How far a search is.
struct SearchStanding {
  SearchProgress progress;
  AuditFrontier audited;
};

/// Events of one kind.
struct EventCount {
  std::string kind;
  std::uint64_t events;
};

class MonitorLedger {
 public:
  MonitorLedger() = default;
  MonitorLedger(const MonitorLedger&) = delete;
  MonitorLedger& operator=(const MonitorLedger&) = delete;
  virtual ~MonitorLedger() = default;

  [[nodiscard]] virtual SearchProgress progress(SearchId search) = 0;
  /// Of these searches, which must exist. Thousands take as many statements as one.
  [[nodiscard]] virtual std::map<SearchId, SearchStanding> standings(const std::vector<SearchId>& searches) = 0;
  [[nodiscard]] virtual Control control() = 0;
  /// The greatest ratio first, over one search or all.
  [[nodiscard]] virtual std::vector<FindingRecord> best(std::optional<SearchId> search, Finding kind,
                                                        std::size_t limit) = 0;
  /// About `points` audits of a search, evenly spread, in order of position, and always the last one. All of them if
  /// there are no more than `points`.
  [[nodiscard]] virtual std::vector<Audit> history(SearchId search, std::size_t points) = 0;
  /// Events with an id below `before`, the newest first; of one kind only, if `kind` names one.
  [[nodiscard]] virtual std::vector<EventRecord> events_before(const std::optional<std::string>& kind,
                                                               std::int64_t before, std::size_t limit) = 0;
  [[nodiscard]] std::vector<EventRecord> latest_events(const std::optional<std::string>& kind, std::size_t limit) {
    return events_before(kind, INT64_MAX, limit);
  }
  /// How many events of each kind there were during the last `within`, in order of kind. Only the newest `among` events
  /// are looked at.
  [[nodiscard]] virtual std::vector<EventCount> event_counts(std::chrono::seconds within, std::size_t among) = 0;
};

}  // namespace robin::flow
