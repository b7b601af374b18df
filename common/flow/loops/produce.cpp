#include "flow/loops/produce.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "core/contract.hpp"
#include "flow/loops/inbox.hpp"
#include "flow/loops/metrics.hpp"
#include "flow/loops/test_points.hpp"
#include "flow/wire/message.hpp"

namespace robin::flow {
namespace {

/// How much longer than `poll` the wait for room may become: blocks in flight last for it.
constexpr int polls_when_full_max = 10;
/// Less room than one of so many parts of all is left to grow while most blocks wait for a consumer: each round would
/// only replace the few that finished during the one before.
constexpr std::uint64_t parts_of_room = 32;

class Producer {
 public:
  Producer(PlanLedger& ledger, LedgerReader& reader, Broker& broker, const search::Strategies& strategies, Epoch epoch,
           const ProduceOptions& options, runtime::Log& log)
      : ledger_(ledger),
        reader_(reader),
        strategies_(strategies),
        epoch_(epoch),
        options_(options),
        log_(log),
        link_(broker.connect({}, [this](BrokerEvents events) { inbox_.put_all(std::move(events)); })) {}

  void run(const std::stop_token& stop) {
    auto loop = options_.vitals.loop("produce");
    core::Milliseconds wait = options_.poll;
    while (!stop.stop_requested()) {
      loop.turned();
      bool any = false;
      bool full = false;
      for (const SearchRecord& record : ledger_.searches_to_produce()) {
        if (options_.search && record.id != *options_.search) {
          continue;
        }
        const BlockCounts counts = reader_.counts(record.id);
        const Room room = room_beside(counts);
        full = full || room.all == 0;
        plan(record, room, counts);
        any = publish(record.id, room, stop) > 0 || any;
      }
      // A new search is seen soon; room that others must make first is looked for less and less often.
      wait = any || !full ? options_.poll : std::min(2 * wait, polls_when_full_max * options_.poll);
      if (!any) {
        // Nothing to do until blocks finish: events that come meanwhile concern publishes that were given up.
        if (const auto event = inbox_.take(core::Deadline::in(wait), stop)) {
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

  /// Plans so many blocks that what is PENDING fills the room.
  void plan(const SearchRecord& record, Room room, const BlockCounts& counts) {
    const search::Strategy* strategy = strategies_.find(record.spec.strategy);
    if (strategy == nullptr) {
      log_.error("a search names a strategy that this program lacks",
                 {{"search_id", record.id.value}, {"strategy", record.spec.strategy}});
      return;
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
      return;
    }
    const PlanOutcome outcome = ledger_.plan(epoch_, record.id, blocks);
    crash_point("producer/planned");
    ROBIN_ASSERT(outcome == PlanOutcome::Planned, "the leading producer continues its own plan");
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
  /// many those were. A producer that may not mark what it published ends (Fenced), and does not publish it again.
  std::size_t publish(SearchId search, Room room, const std::stop_token& stop) {
    const std::vector<Work> pending =
        room.all == 0 ? std::vector<Work>() : ledger_.pending(search, room.all, room.orders);
    std::map<Ticket, const Work*> unconfirmed;
    for (const Work& work : pending) {
      unconfirmed.emplace(link_->publish(Exchange::Ingress, encode(work, strategies_)), &work);
    }
    if (!unconfirmed.empty()) {
      crash_point("producer/published");
    }
    std::vector<Work> accepted;
    const auto deadline = core::Deadline::in(options_.confirm_timeout);
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
    ledger_.mark_queued(epoch_, accepted);
    return accepted.size();
  }

  PlanLedger& ledger_;
  LedgerReader& reader_;
  const search::Strategies& strategies_;
  Epoch epoch_;
  ProduceOptions options_;
  runtime::Log& log_;
  ConnectionVitals connection_{options_.vitals};
  Inbox<BrokerEvent> inbox_;
  std::unique_ptr<Link> link_;
};

}  // namespace

void produce(PlanLedger& ledger, LedgerReader& reader, Broker& broker, const search::Strategies& strategies,
             Epoch epoch, const ProduceOptions& options, runtime::Log& log, const std::stop_token& stop) {
  Producer(ledger, reader, broker, strategies, epoch, options, log).run(stop);
}

}  // namespace robin::flow
