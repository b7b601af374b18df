#include "flow/clean.hpp"

#include <optional>
#include <random>

#include "flow/drain_watch.hpp"
#include "flow/inbox.hpp"
#include "flow/message.hpp"
#include "flow/metrics.hpp"
#include "flow/test_points.hpp"
#include "runtime/error.hpp"

namespace robin::flow {
namespace {

using runtime::Deadline;
using Clock = std::chrono::steady_clock;

/// So much of a message that is no block is kept for people.
constexpr std::size_t shown_of_body = 500;
constexpr std::uint16_t dead_prefetch = 20;

class Janitor {
 public:
  Janitor(Store& store, Broker& broker, const search::Strategies& strategies, Epoch epoch, const CleanOptions& options,
          runtime::Log& log)
      : store_(store),
        ledger_(store.janitor_ledger()),
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
      sweep();
      look_at_the_broker();
      if (!count(ledger_.drop_dead_parts(epoch_, options_.parts_age))) {
        fenced_ = true;
      }
      if (fenced_) {
        log_.warn("another janitor leads: this one ends", {{"epoch", epoch_.value}});
        return;
      }
      const auto next = Deadline::in(jittered());
      while (auto event = inbox_.take(next, stop)) {
        handle(*event);
      }
    }
  }

 private:
  std::chrono::milliseconds jittered() {
    return std::chrono::milliseconds(std::uniform_int_distribution<std::int64_t>(
        options_.period.count() / 2, options_.period.count() * 3 / 2)(random_));
  }

  template <class Value>
  std::optional<Value> count(std::optional<Value> value) {
    fenced_ = fenced_ || !value;
    return value;
  }

  void sweep() {
    crash_point("janitor/sweeping");
    const auto report = count(ledger_.sweep(epoch_, options_.sweep));
    crash_point("janitor/swept");
    if (report && report->pending + report->quarantined > 0) {
      log_.warn("blocks were lost or failed", {{"lost", static_cast<std::int64_t>(report->lost)},
                                               {"pending", static_cast<std::int64_t>(report->pending)},
                                               {"quarantined", static_cast<std::int64_t>(report->quarantined)}});
    }
  }

  // The broker.

  void look_at_the_broker() {
    const Control control = store_.control();
    options_.vitals.set(metrics::draining, control.state == ControlState::Writable ? 0 : 1);
    bool closed = false;
    try {
      // Verified each time: a restart of the broker may bring the binding back, and a drain that ends needs it.
      const bool open = control.state == ControlState::Writable;
      broker_.set_ingress_open(open, Deadline::in(options_.broker_patience));
      closed = !open;
      broker_is_known_ = true;
    } catch (const runtime::Error& error) {
      if (std::exchange(broker_is_known_, false)) {
        log_.warn("the broker cannot be looked at", {{"error", std::string(error.what())}});
      }
      drain_.fail();
      empty_looks_.begin_anew();
      return;
    }
    const DrainLook seen{control, closed, broker_.depth(Queue::Blocks, Deadline::in(options_.broker_patience)),
                         broker_.depth(Queue::Results, Deadline::in(options_.broker_patience)), ledger_.in_flight()};
    requeue_lost(seen);
    if (control.state == ControlState::Draining && drain_.look(seen, Clock::now()) &&
        ledger_.mark_drained(epoch_, control.epoch)) {
      log_.info("drained: no block can enter, and all queues are empty", {{"epoch", control.epoch.value}});
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
    const auto age = std::chrono::duration_cast<runtime::Milliseconds>(now - empty_looks_.first());
    if (const auto lost = count(ledger_.requeue_unstarted(epoch_, age)); lost && *lost > 0) {
      log_.warn("blocks were not found in the broker and are published again",
                {{"blocks", static_cast<std::int64_t>(*lost)}});
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
    const Work* work = math::accepted(decoded);
    if (work == nullptr) {
      const std::string message =
          math::refusal_reason(decoded) + ": " + printable(delivered.message.body.substr(0, shown_of_body));
      fenced_ = fenced_ || !ledger_.note(epoch_, "dead_letter", message);
    } else {
      const auto became = count(
          ledger_.bury(epoch_, work->key, work->attempt, "dead-lettered by the broker", options_.sweep.attempts_max));
      if (became && (*became == DeadLetter::Pending || *became == DeadLetter::Quarantined)) {
        log_.warn("a block was dead-lettered",
                  {{"block_id", work->key.block.value}, {"quarantined", *became == DeadLetter::Quarantined}});
      }
    }
    crash_point("janitor/buried");
    if (!fenced_) {
      link_->ack(delivered.tag);
    }
  }

  /// Whatever a message holds, in one line that any database can keep.
  static std::string printable(std::string text) {
    for (char& c : text) {
      c = c >= ' ' && c <= '~' ? c : '.';
    }
    return text;
  }

  Store& store_;
  JanitorLedger& ledger_;
  Broker& broker_;
  const search::Strategies& strategies_;
  Epoch epoch_;
  CleanOptions options_;
  runtime::Log& log_;
  bool fenced_ = false;
  bool broker_is_known_ = true;
  DrainWatch drain_;
  SpacedLooks empty_looks_;
  std::mt19937_64 random_{std::random_device{}()};
  Inbox<BrokerEvent> inbox_;
  std::unique_ptr<Link> link_;
};

}  // namespace

void clean(Store& store, Broker& broker, const search::Strategies& strategies, Epoch epoch, const CleanOptions& options,
           runtime::Log& log, const std::stop_token& stop) {
  Janitor(store, broker, strategies, epoch, options, log).run(stop);
}

}  // namespace robin::flow
