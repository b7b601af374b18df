#include "flow/loops/follow.hpp"

#include <chrono>

#include "runtime/pause.hpp"

namespace robin::flow {
namespace {

/// So long a dispute may rest before its next check is ordered; longer, and people have to look at it.
constexpr std::chrono::seconds dispute_rest{5};

/// Whether nothing happens any more, and something is not finished.
class Standstill {
 public:
  explicit Standstill(bool failed_is_final) : failed_is_final_(failed_is_final) {}

  bool look(const SearchRecord& record, const BlockCounts& counts) {
    const bool all_planned = record.planned_end == record.spec.range.end;
    // While a check that is done waits to be settled, the auditor may be computing the block itself.
    const std::uint64_t unsettled = counts.disputed > 0 ? counts.orders_unsettled : 0;
    const std::uint64_t moving = counts.pending + counts.in_flight() + counts.open_orders() + unsettled;
    const bool is_still = all_planned && moving + (failed_is_final_ ? 0 : counts.failed) == 0;
    const auto now = std::chrono::steady_clock::now();
    if (!is_still || counts.disputed == 0) {
      disputed_since_ = now;
    }
    const bool failures = counts.failed + counts.quarantined > 0 && counts.disputed == 0;
    return is_still && (failures || (counts.disputed > 0 && now - disputed_since_ > dispute_rest));
  }

 private:
  bool failed_is_final_;
  std::chrono::steady_clock::time_point disputed_since_ = std::chrono::steady_clock::now();
};

}  // namespace

FollowResult follow(LedgerReader& reader, SearchId search, const FollowOptions& options, const std::stop_token& stop) {
  const SearchRecord record = record_of(reader, search);
  FollowResult result{FollowEnd::Finished, {}, Fold(record)};
  auto next_count = std::chrono::steady_clock::now();
  Standstill standstill(options.failed_is_final);
  while (true) {
    result.fold.advance(reader);
    const bool finished = result.fold.frontier() == record.spec.range.end;
    if (finished || stop.stop_requested()) {
      result.counts = reader.counts(search);
      result.end = finished ? FollowEnd::Finished : FollowEnd::Stopped;
      return result;
    }
    if (std::chrono::steady_clock::now() >= next_count) {
      next_count = std::chrono::steady_clock::now() + options.count_interval;
      result.counts = reader.counts(search);
      if (options.on_progress) {
        options.on_progress({result.fold.frontier(), result.fold.candidates(), result.counts, reader.audited(search)});
      }
      const SearchRecord now = record_of(reader, search);
      if (now.control.state == RunState::Cancelled && result.counts.pending + result.counts.in_flight() == 0) {
        result.fold.advance(reader);
        result.end = FollowEnd::Cancelled;
        return result;
      }
      if (standstill.look(now, result.counts)) {
        result.fold.advance(reader);
        result.end = FollowEnd::SomeFailed;
        return result;
      }
    }
    runtime::pause(options.look_interval, stop);
  }
}

bool follow_audit(LedgerReader& reader, SearchId search, core::Milliseconds patience, const std::stop_token& stop) {
  constexpr core::Milliseconds look_interval{100};
  search::Position last{0};
  std::uint64_t last_open = 0;
  auto deadline = core::Deadline::in(patience);
  while (!stop.stop_requested()) {
    // An objection comes with an order, and goes when that is settled: unless it was there before and after, the orders
    // in between say nothing.
    const AuditFrontier before = reader.audited(search);
    const BlockCounts counts = reader.counts(search);
    const AuditFrontier audited = reader.audited(search);
    const std::uint64_t open = counts.open_orders() + counts.orders_unsettled;
    const bool is_same = before.end == audited.end && before.objection == audited.objection;
    const bool at_end = audited.end == record_of(reader, search).spec.range.end;
    const bool is_done = is_same && (at_end || !audited.objection.empty());
    if (is_done && open == 0) {
      return true;
    }
    if (audited.end != last || open != last_open) {
      last = audited.end;
      last_open = open;
      deadline = core::Deadline::in(patience);
    }
    if (deadline.has_passed()) {
      return false;
    }
    runtime::pause(look_interval, stop);
  }
  return false;
}

}  // namespace robin::flow
