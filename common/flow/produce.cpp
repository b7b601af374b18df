#include "flow/produce.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "contract.hpp"
#include "flow/inbox.hpp"
#include "flow/message.hpp"
#include "flow/metrics.hpp"
#include "flow/test_points.hpp"

namespace robin::flow {
namespace {

/// How much longer than `poll` the wait for room may become: blocks in flight last for it.
constexpr int polls_when_full_max = 10;
/// Less room than one of so many parts of all is left to grow while most blocks wait for a consumer: each round would
/// only replace the few that finished during the one before.
constexpr std::uint64_t parts_of_room = 32;

class Producer {
 public:
  Producer(Store& store, Broker& broker, const search::Strategies& strategies, Epoch epoch,
           const ProduceOptions& options, runtime::Log& log)
      : store_(store),
        strategies_(strategies),
        epoch_(epoch),
        options_(options),
        log_(log),
        link_(broker.connect({}, [this](BrokerEvents events) { inbox_.put_all(std::move(events)); })) {}

  void run(const std::stop_token& stop) {
    auto loop = options_.vitals.loop("produce");
    runtime::Milliseconds wait = options_.poll;
    while (!stop.stop_requested()) {
      loop.turned();
      bool any = false;
      bool full = false;
      for (const SearchRecord& record : store_.searches_to_produce()) {
        if (options_.search && record.id != *options_.search) {
          continue;
        }
        const BlockCounts counts = store_.counts(record.id);
        const Room room = room_beside(counts);
        full = full || room.all == 0;
        const auto published = plan(record, room, counts) ? publish(record.id, room, stop) : std::nullopt;
        if (!published) {
          log_.warn("another producer leads or writes are stopped: this one ends", {{"epoch", epoch_.value}});
          return;
        }
        any = any || *published > 0;
      }
      // A new search is seen soon; room that others must make first is looked for less and less often.
      wait = any || !full ? options_.poll : std::min(2 * wait, polls_when_full_max * options_.poll);
      if (!any) {
        // Nothing to do until blocks finish: events that come meanwhile concern publishes that were given up.
        if (const auto event = inbox_.take(runtime::Deadline::in(wait), stop)) {
          note(*event);
        }
      }
    }
  }

 private:
  /// How many more may be in flight.
  struct Room {
    std::uint64_t all;
    std::uint64_t orders;
  };

  [[nodiscard]] Room room_beside(const BlockCounts& counts) const {
    const auto left = [](std::uint64_t limit, std::uint64_t used) { return limit - std::min(limit, used); };
    const std::uint64_t all = left(options_.in_flight_max, counts.in_flight());
    const bool may_wait = counts.queued > options_.in_flight_max / 2;
    return {may_wait && all < options_.in_flight_max / parts_of_room ? 0 : all,
            left(std::max<std::uint64_t>(options_.in_flight_max / 2, 1), counts.orders_in_flight)};
  }

  /// Plans so many blocks that what is PENDING fills the room. False when fenced.
  bool plan(const SearchRecord& record, Room room, const BlockCounts& counts) {
    const search::Strategy* strategy = strategies_.find(record.spec.strategy);
    if (strategy == nullptr) {
      log_.error("a search names a strategy that this program lacks",
                 {{"search_id", record.id.value}, {"strategy", record.spec.strategy}});
      return true;
    }
    const std::uint64_t pending = counts.pending + std::min(counts.orders_pending, room.orders);
    std::vector<search::Block> blocks;
    const search::Position end = record.spec.range.end;
    for (search::Position at = record.planned_end; at < end && blocks.size() + pending < room.all;) {
      const search::Position cut =
          std::min(end, strategy->block_end(record.spec.range.begin, at, options_.block_size, record.spec.parameters));
      blocks.push_back({at, cut});
      at = cut;
    }
    if (blocks.empty()) {
      return true;
    }
    const PlanOutcome outcome = store_.plan(epoch_, record.id, blocks);
    crash_point("producer/planned");
    ROBIN_ASSERT(outcome != PlanOutcome::NotContiguous, "the leading producer continues its own plan");
    return outcome == PlanOutcome::Planned;
  }

  void note(const BrokerEvent& event) {
    if (std::holds_alternative<Connected>(event)) {
      connection_.found();
    } else if (const auto* lost = std::get_if<Disconnected>(&event)) {
      connection_.lost();
      log_.warn("the broker is out of reach", {{"reason", lost->reason}});
    }
  }

  /// Publishes as many PENDING blocks and orders as there is room for and marks those that were accepted; returns how
  /// many those were, nullopt when fenced: a producer that may not mark what it published must not publish it again and
  /// again.
  std::optional<std::size_t> publish(SearchId search, Room room, const std::stop_token& stop) {
    const std::vector<Work> pending =
        room.all == 0 ? std::vector<Work>() : store_.pending(search, room.all, room.orders);
    std::map<Ticket, const Work*> unconfirmed;
    for (const Work& work : pending) {
      unconfirmed.emplace(link_->publish(Exchange::Ingress, encode(work, strategies_)), &work);
    }
    if (!unconfirmed.empty()) {
      crash_point("producer/published");
    }
    std::vector<Work> accepted;
    const auto deadline = runtime::Deadline::in(options_.confirm_timeout);
    while (!unconfirmed.empty()) {
      const auto event = inbox_.take(deadline, stop);
      if (!event) {
        break;
      }
      note(*event);
      const auto* confirmed = std::get_if<Confirmed>(&*event);
      const auto found = confirmed == nullptr ? unconfirmed.end() : unconfirmed.find(confirmed->ticket);
      if (found == unconfirmed.end()) {
        continue;
      }
      if (confirmed->confirm == Confirm::Accepted) {
        accepted.push_back(*found->second);
      } else {
        log_.warn("a block was not accepted and stays pending", {{"block_id", found->second->key.block.value}});
      }
      unconfirmed.erase(found);
    }
    if (accepted.empty()) {
      return 0;
    }
    crash_point("producer/confirmed");
    options_.vitals.count(metrics::blocks_published, {}, static_cast<double>(accepted.size()));
    return store_.mark_queued(epoch_, accepted) ? std::optional(accepted.size()) : std::nullopt;
  }

  Store& store_;
  const search::Strategies& strategies_;
  Epoch epoch_;
  ProduceOptions options_;
  runtime::Log& log_;
  ConnectionVitals connection_{options_.vitals};
  Inbox<BrokerEvent> inbox_;
  std::unique_ptr<Link> link_;
};

}  // namespace

void produce(Store& store, Broker& broker, const search::Strategies& strategies, Epoch epoch,
             const ProduceOptions& options, runtime::Log& log, const std::stop_token& stop) {
  Producer(store, broker, strategies, epoch, options, log).run(stop);
}

}  // namespace robin::flow
