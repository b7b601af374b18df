#include "flow/drain_watch.hpp"

namespace robin::flow {
namespace {

bool is_empty(const QueueDepth& depth) { return depth.known && depth.ready == 0 && depth.unacked == 0; }

}  // namespace

bool DrainWatch::is_empty_and_closed(const DrainLook& seen) {
  const bool closed = seen.control.state != ControlState::Writable && seen.ingress_closed;
  return closed && is_empty(seen.blocks) && is_empty(seen.results) && seen.in_flight == 0;
}

bool DrainWatch::look(const DrainLook& seen, Time now) {
  if (!is_empty_and_closed(seen)) {
    looks_ = 0;
    return false;
  }
  if (looks_ > 0 && seen.control.epoch != epoch_) {
    looks_ = 0;
  }
  if (looks_ == 0 || now - last_ > looks_apart) {
    ++looks_;
    last_ = now;
    epoch_ = seen.control.epoch;
  }
  return looks_ >= looks_needed;
}

}  // namespace robin::flow
