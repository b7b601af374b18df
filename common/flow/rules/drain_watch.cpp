#include "flow/rules/drain_watch.hpp"

namespace robin::flow {
namespace {

bool is_empty(const QueueDepth& depth) { return depth.known && depth.ready == 0 && depth.unacked == 0; }

}  // namespace

bool DrainWatch::is_empty_and_closed(const DrainLook& seen) {
  const bool closed = seen.control.state != ControlState::Writable && seen.ingress_closed;
  return closed && is_empty(seen.blocks) && is_empty(seen.results) && seen.in_flight == 0;
}

bool DrainWatch::look(const DrainLook& seen, Time now) {
  const bool is_another_drain = seen.control.epoch != epoch_;
  epoch_ = seen.control.epoch;
  if (!is_empty_and_closed(seen) || is_another_drain) {
    looks_.begin_anew();
  }
  return is_empty_and_closed(seen) && looks_.add(now) >= looks_needed;
}

}  // namespace robin::flow
