#include "flow/loops/clean.hpp"

#include <optional>

#include "core/backoff.hpp"
#include "flow/loops/inbox.hpp"
#include "flow/loops/metrics.hpp"
#include "flow/loops/test_points.hpp"
#include "flow/rules/drain_watch.hpp"
#include "flow/wire/message.hpp"
#include "runtime/error.hpp"

namespace robin::flow {
namespace {

using core::Deadline;
using Clock = std::chrono::steady_clock;

/// So much of a message that is no block is kept for people.
constexpr std::size_t shown_of_body = 500;
constexpr std::uint16_t dead_prefetch = 20;
/// Blocks that are cancelled in one transaction: far less than a second's work.
constexpr std::size_t cancelled_at_once = 1000;

class Janitor {
 public:
  Janitor(JanitorLedger& ledger, MonitorLedger& monitor, Broker& broker, const search::Strategies& strategies,
          Epoch epoch, const CleanOptions& options, runtime::Log& log)
      : ledger_(ledger),
        monitor_(monitor),
        broker_(broker),
        strategies_(strategies),
        epoch_(epoch),
        options_(options),
        log_(log),
        link_(broker.connect({Queue::Dead, dead_prefetch, false},
                             [this](BrokerEvents events) { inbox_.put_all(std::move(events)); })) {}

  void run(const std::stop_token& stop) {
    auto loop = options_.vitals.loop("clean");
    while (!stop.stop_requested()) {
      loop.turned();
      cancel();
      sweep();
      look_at_the_broker();
      ledger_.forget(epoch_, options_.forget);
      compact();
      const auto next = Deadline::in(jitter_.around(options_.period));
      while (auto event = inbox_.take(next, stop)) {
        handle(*event);
      }
    }
  }

 private:
  void cancel() {
    std::size_t all = 0;
    for (std::size_t some = cancelled_at_once; some >= cancelled_at_once; all += some) {
      some = ledger_.cancel(epoch_, cancelled_at_once);
    }
    if (all > 0) {
      log_.info("blocks of cancelled searches were cancelled", {{"blocks", static_cast<std::int64_t>(all)}});
    }
  }

  void sweep() {
    crash_point("janitor/sweeping");
    const SweepReport report = ledger_.sweep(epoch_, options_.sweep);
    crash_point("janitor/swept");
    if (report.pending + report.quarantined > 0) {
      log_.warn("blocks were lost or failed", {{"lost", static_cast<std::int64_t>(report.lost)},
                                               {"pending", static_cast<std::int64_t>(report.pending)},
                                               {"quarantined", static_cast<std::int64_t>(report.quarantined)}});
    }
  }

  /// In steps of a fraction of a second each. What is new is not looked for in each round, for that looks at each
  /// search.
  void compact() {
    CompactRules rules = options_.compact;
    if (!next_compaction_.has_passed()) {
      rules.retention.reset();
    }
    const auto end = Deadline::in(options_.compact_at_most);
    std::uint64_t blocks = 0;
    std::uint64_t step = 0;
    do {
      crash_point("janitor/compacting");
      step = ledger_.compact(epoch_, rules);
      blocks += step;
    } while (step > 0 && !end.has_passed());
    if (step == 0 && rules.retention) {
      next_compaction_ = Deadline::in(options_.compact_pause);
    }
    if (blocks > 0) {
      log_.info("blocks were compacted", {{"blocks", static_cast<std::int64_t>(blocks)}});
    }
  }

  // The broker.

  void look_at_the_broker() {
    Control control = monitor_.control();
    const bool opens = control.state == ControlState::Writable;
    // Each time anew: a restart of the broker may bring the binding back, and a drain that ends needs it.
    bool is_known = set_ingress_open(opens);
    if (is_known && opens) {
      control = read_again_or_close();
    }
    options_.vitals.set(metrics::draining, control.state == ControlState::Writable ? 0 : 1);
    const bool closed = control.state != ControlState::Writable;
    if (closed && opens) {
      is_known = set_ingress_open(false);
    }
    if (!is_known) {
      drain_.fail();
      empty_looks_.begin_anew();
      return;
    }
    // What is in flight concerns a drain alone, and is counted: no need to, as long as there is none.
    const DrainLook seen{control, closed, broker_.depth(Queue::Blocks, Deadline::in(options_.broker_patience)),
                         broker_.depth(Queue::Results, Deadline::in(options_.broker_patience)),
                         control.state == ControlState::Draining ? ledger_.in_flight() : 0};
    requeue_lost(seen);
    if (control.state == ControlState::Draining && drain_.look(seen, Clock::now()) &&
        ledger_.mark_drained(epoch_, control.epoch)) {
      log_.info("drained: no block can enter, and all queues are empty", {{"epoch", control.epoch.value}});
    }
  }

  /// False: the broker could not be reached.
  bool set_ingress_open(bool open) {
    try {
      broker_.set_ingress_open(open, Deadline::in(options_.broker_patience));
      broker_is_known_ = true;
      return true;
    } catch (const runtime::Error& error) {
      if (std::exchange(broker_is_known_, false)) {
        log_.warn("the broker cannot be looked at", {{"error", std::string(error.what())}});
      }
      return false;
    }
  }

  /// Of one that slept between reading and opening, a successor may have closed and drained meanwhile: no epoch fences
  /// a binding, so whoever opened it looks again whether it may be open. What cannot be read says no.
  Control read_again_or_close() {
    try {
      return monitor_.control();
    } catch (const runtime::Error&) {
      set_ingress_open(false);
      throw;
    }
  }

  /// Blocks marked QUEUED while the broker holds none: lost on the way, or with it.
  void requeue_lost(const DrainLook& seen) {
    const bool empty = seen.blocks.known && seen.blocks.ready + seen.blocks.unacked == 0;
    const auto now = Clock::now();
    if (!empty) {
      empty_looks_.begin_anew();
      return;
    }
    if (empty_looks_.add(now) < options_.empty_looks) {
      return;
    }
    // Only those that were queued before the first of these looks: a block published since is not missing.
    const auto age = std::chrono::duration_cast<core::Milliseconds>(now - empty_looks_.first());
    if (const std::size_t lost = ledger_.requeue_unstarted(epoch_, age); lost > 0) {
      log_.warn("blocks were not found in the broker and are published again",
                {{"blocks", static_cast<std::int64_t>(lost)}});
    }
    empty_looks_.begin_anew();
  }

  // Dead letters.

  void handle(const BrokerEvent& event) {
    if (const auto* delivered = std::get_if<Delivered>(&event)) {
      bury(*delivered);
    }
  }

  void bury(const Delivered& delivered) {
    const auto decoded = decode_work(delivered.message.body, strategies_);
    const Work* work = core::accepted(decoded);
    if (work == nullptr) {
      const std::string message =
          core::refusal_reason(decoded) + ": " + printable(delivered.message.body.substr(0, shown_of_body));
      ledger_.note(epoch_, {.kind = EventKind::DeadLetter, .message = message});
    } else {
      const DeadLetter became = ledger_.bury(epoch_, *work, "dead-lettered by the broker", options_.sweep.attempts_max);
      if (became == DeadLetter::Foreign) {
        log_.warn("a block of another ledger or another search was dead-lettered, and is dropped",
                  {{"block_id", work->key.block.value}});
      }
      if (became == DeadLetter::Pending || became == DeadLetter::Quarantined) {
        log_.warn("a block was dead-lettered",
                  {{"block_id", work->key.block.value}, {"quarantined", became == DeadLetter::Quarantined}});
      }
    }
    crash_point("janitor/buried");
    link_->ack(delivered.tag);
  }

  /// Whatever a message holds, in one line that any database can keep.
  static std::string printable(std::string text) {
    for (char& c : text) {
      c = c >= ' ' && c <= '~' ? c : '.';
    }
    return text;
  }

  JanitorLedger& ledger_;
  MonitorLedger& monitor_;
  Broker& broker_;
  const search::Strategies& strategies_;
  Epoch epoch_;
  CleanOptions options_;
  runtime::Log& log_;
  bool broker_is_known_ = true;
  DrainWatch drain_{looks_apart(SpacedLooks::apart)};
  SpacedLooks empty_looks_{looks_apart(SpacedLooks::apart)};
  Deadline next_compaction_ = Deadline::in({});
  core::Jitter jitter_;
  Inbox<BrokerEvent> inbox_;
  std::unique_ptr<Link> link_;
};

}  // namespace

void clean(JanitorLedger& ledger, MonitorLedger& monitor, Broker& broker, const search::Strategies& strategies,
           Epoch epoch, const CleanOptions& options, runtime::Log& log, const std::stop_token& stop) {
  Janitor(ledger, monitor, broker, strategies, epoch, options, log).run(stop);
}

}  // namespace robin::flow
