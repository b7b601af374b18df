#pragma once

// DrainWatch: what *drained* means, in one place: not writable and empty. Not writable: both fences are up, the control
// row and the absent binding. Empty: nothing ready or unacked in robin.blocks and robin.results, no block QUEUED or
// RUNNING, in three valid looks in a row, each more than five seconds after the one before, for the broker's numbers
// are that old. A look in which anything is not known proves nothing, and the count begins anew. It stays so but for
// what a consumer reports when it wakes that was frozen all the while, and whose block was taken from it: a saver finds
// the block done, or finishes it if it is PENDING. Used by one thread.

#include "flow/ports/broker.hpp"
#include "flow/ports/ledger_views.hpp"
#include "flow/rules/spaced_looks.hpp"

namespace robin::flow {

/// What was seen at one time.
struct DrainLook {
  Control control;
  bool ingress_closed;
  QueueDepth blocks;
  QueueDepth results;
  std::uint64_t in_flight;
};

class DrainWatch {
 public:
  using Time = SpacedLooks::Time;
  static constexpr int looks_needed = 3;

  explicit DrainWatch(std::chrono::milliseconds least_apart = SpacedLooks::apart) : looks_(least_apart) {}

  /// Whether with this look everything is proven.
  [[nodiscard]] bool look(const DrainLook& seen, Time now);
  /// Something could not be read.
  void fail() { looks_.begin_anew(); }

  /// One look alone: not writable and empty, as far as is known.
  [[nodiscard]] static bool is_empty_and_closed(const DrainLook& seen);

 private:
  SpacedLooks looks_;
  Epoch epoch_{0};
};

}  // namespace robin::flow
