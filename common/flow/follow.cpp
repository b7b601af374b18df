#include "flow/follow.hpp"

#include <algorithm>
#include <chrono>

#include "contract.hpp"
#include "flow/inbox.hpp"

namespace robin::flow {
namespace {

SearchRecord record_of(Store& store, SearchId id) {
  const auto records = store.searches();
  const auto found = std::find_if(records.begin(), records.end(), [id](const auto& record) { return record.id == id; });
  ROBIN_ASSERT(found != records.end(), "the search is in the ledger");
  return *found;
}

bool only_failures_are_left(const SearchRecord& record, const BlockCounts& counts) {
  const bool all_planned = record.planned_end == record.spec.range.end;
  return all_planned && counts.pending + counts.in_flight() == 0 && counts.failed + counts.quarantined > 0;
}

}  // namespace

FollowResult follow(Store& store, SearchId search, const FollowOptions& options, const std::stop_token& stop) {
  const SearchRecord record = record_of(store, search);
  FollowResult result{FollowEnd::Finished, {}, Fold(record)};
  auto next_count = std::chrono::steady_clock::now();
  Inbox<int> nothing;
  while (true) {
    result.fold.advance(store, options.on_block);
    const bool finished = result.fold.frontier() == record.spec.range.end;
    if (finished || stop.stop_requested()) {
      result.counts = store.counts(search);
      result.end = finished ? FollowEnd::Finished : FollowEnd::Stopped;
      return result;
    }
    if (std::chrono::steady_clock::now() >= next_count) {
      next_count = std::chrono::steady_clock::now() + options.count_interval;
      result.counts = store.counts(search);
      if (options.on_progress) {
        options.on_progress({result.fold.frontier(), result.fold.candidates(), result.counts});
      }
      if (only_failures_are_left(record_of(store, search), result.counts)) {
        result.fold.advance(store, options.on_block);
        result.end = FollowEnd::SomeFailed;
        return result;
      }
    }
    nothing.take(runtime::Deadline::in(options.look_interval), stop);
  }
}

}  // namespace robin::flow
