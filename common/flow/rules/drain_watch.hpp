#pragma once

// DrainWatch: decides whether a fleet is *drained*, and is the only place that says what that means: no block can
// enter, and everything is empty.
//
// - No block can enter: the control row is not WRITABLE, and the binding of robin.ingress is absent.
// - Everything is empty: no message is ready or unacked in robin.blocks and robin.results, and no block is QUEUED or
//   RUNNING. Three looks in a row must find that, each more than five seconds after the one before, for the broker's
//   numbers may be that old.
// - A look in which anything is not known proves nothing, and the count begins anew.
//
// Once drained, it stays so, but for one case: a consumer that was frozen meanwhile, and whose block was taken from it,
// may report when it wakes. A saver then finds the block done, or finishes it if it is PENDING. Used by one thread.

#include "flow/ports/broker.hpp"
#include "flow/ports/ledger_views.hpp"
#include "flow/rules/spaced_looks.hpp"

namespace robin::flow {

/// What one look has found.
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

  /// Takes one look; returns whether the fleet is now known to be drained.
  [[nodiscard]] bool look(const DrainLook& seen, Time now);
  /// Says that a look failed: something could not be read.
  void fail() { looks_.begin_anew(); }

  /// Whether this look alone found that no block can enter and that everything is empty.
  [[nodiscard]] static bool is_empty_and_closed(const DrainLook& seen);

 private:
  SpacedLooks looks_;
  Epoch epoch_{0};
};

}  // namespace robin::flow
