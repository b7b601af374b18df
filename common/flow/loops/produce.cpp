#include "flow/loops/produce.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <iterator>
#include <map>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "core/contract.hpp"
#include "flow/loops/inbox.hpp"
#include "flow/loops/metrics.hpp"
#include "flow/loops/test_points.hpp"
#include "flow/rules/fair_turns.hpp"
#include "flow/rules/travel_plan.hpp"
#include "flow/wire/message.hpp"

namespace robin::flow {
namespace {

/// How much longer than `poll` the wait for room may become: blocks in flight last for it.
constexpr int polls_when_full_max = 10;
/// Less room than one of so many parts of all is left to grow while most blocks wait for a consumer: each round would
/// only replace the few that finished during the one before.
constexpr std::uint64_t parts_of_room = 32;
/// What may wait for a consumer however long blocks take (TurnLimits::queued_free): so many blocks, one of so many
/// parts of all, and so many for each that is computed. Who scales consumers by the depth of the queue sees it grow by
/// that.
constexpr std::uint64_t least_that_wait = 8;
constexpr std::uint64_t parts_that_wait = 8;
constexpr std::uint64_t waiting_for_each = 4;

class Producer {
 public:
  Producer(PlanLedger& ledger, Broker& broker, const search::Strategies& strategies, Epoch epoch,
           const ProduceOptions& options, runtime::Log& log)
      : ledger_(ledger),
        strategies_(strategies),
        epoch_(epoch),
        options_(options),
        log_(log),
        link_(broker.connect({std::nullopt, 1, false, options.linger},
                             [this](BrokerEvents events) { inbox_.put_all(std::move(events)); })),
        watching_(options.watch == nullptr ? nullptr : options.watch->subscribe([this] { be_told(); })) {}

  void run(const std::stop_token& stop) {
    auto loop = options_.vitals.loop("produce");
    core::Milliseconds wait = options_.poll;
    while (!stop.stop_requested()) {
      loop.turned();
      // Asked before the look: what this look does not see is told.
      const bool is_told = watching_ && watching_->is_reliable();
      if (std::exchange(was_told_, is_told) && !is_told) {
        log_.warn("the ledger does not say any more when there is work: it is asked over and over");
      }
      OpenPlans plans = ledger_.open_plans();
      std::erase_if(plans.searches, [this](const OpenPlan& plan) { return !is_produced(plan.record); });
      const std::uint64_t room = room_beside(plans.in_flight);
      const bool is_idle = plans.searches.empty() && plans.in_flight.all() == 0;
      const bool any = room > 0 && publish(planned(plans, room), plans.consumers, stop) > 0;
      // A new search is seen soon; room that others must make first is looked for less and less often.
      wait = any || room > 0 ? options_.poll : std::min(2 * wait, polls_when_full_max * options_.poll);
      if (!any) {
        // Nothing to do until blocks finish: of the broker's events, those that come meanwhile concern publishes that
        // were given up.
        const auto deadline = core::Deadline::in(is_idle && is_told ? options_.idle_poll : wait);
        if (const auto event = inbox_.take(deadline, stop)) {
          note(*event);
        }
      }
    }
  }

 private:
  /// The watch said so.
  struct Told {};
  using Event = std::variant<BrokerEvent, Told>;

  [[nodiscard]] bool is_produced(const SearchRecord& record) {
    if (options_.search && record.id != *options_.search) {
      return false;
    }
    if (strategies_.find(record.spec.strategy) != nullptr) {
      return true;
    }
    if (unknown_.insert(record.id).second) {
      log_.error("a search names a strategy that this program lacks",
                 {{"search_id", record.id.value}, {"strategy", record.spec.strategy}});
    }
    return false;
  }

  /// How many more may be in flight.
  [[nodiscard]] std::uint64_t room_beside(const InFlight& in_flight) const {
    const std::uint64_t room = options_.in_flight_max - std::min(options_.in_flight_max, in_flight.all());
    const bool may_wait = in_flight.queued > options_.in_flight_max / 2;
    return may_wait && room < options_.in_flight_max / parts_of_room ? 0 : room;
  }

  /// Works that are to be published now, in this order; blocks are planned so that there are as many as have turns.
  [[nodiscard]] std::vector<Work> planned(const OpenPlans& plans, std::uint64_t room) {
    const std::uint64_t orders_max = std::max<std::uint64_t>(options_.in_flight_max / 2, 1);
    std::uint64_t orders_room = orders_max - std::min(orders_max, plans.in_flight.orders);
    std::vector<Contender> contenders;
    for (const OpenPlan& plan : plans.searches) {
      const BlockCounts& counts = plan.counts;
      const bool is_planned = plan.record.planned_end == plan.record.spec.range.end;
      const std::uint64_t available = is_planned ? counts.pending + std::min(counts.orders_pending, orders_room) : room;
      contenders.push_back({plan.record.id, plan.record.control.share, counts.finished, plan.computed_seconds,
                            counts.queued + counts.running, available});
    }
    // Nobody comes later where one search is produced alone.
    const std::uint64_t queued_free = options_.search
                                          ? options_.in_flight_max
                                          : std::max({least_that_wait, options_.in_flight_max / parts_that_wait,
                                                      waiting_for_each * plans.in_flight.running});
    const std::vector<SearchId> turns = turns_.next(
        contenders, {room, plans.in_flight.queued, queued_free, std::max<std::uint64_t>(1, plans.in_flight.running)});
    std::map<SearchId, std::uint64_t> wanted;
    for (const SearchId search : turns) {
      ++wanted[search];
    }
    std::map<SearchId, std::deque<Work>> pending;
    for (const OpenPlan& plan : plans.searches) {
      if (const auto found = wanted.find(plan.record.id); found != wanted.end()) {
        const std::uint64_t orders = std::min(plan.counts.orders_pending, orders_room);
        plan_blocks(plan, found->second, orders);
        auto works = ledger_.pending(plan.record.id, found->second, orders);
        orders_room -= std::min<std::uint64_t>(
            orders_room,
            static_cast<std::uint64_t>(std::ranges::count_if(works, [](const Work& work) { return is_order(work); })));
        pending.emplace(plan.record.id,
                        std::deque<Work>(std::make_move_iterator(works.begin()), std::make_move_iterator(works.end())));
      }
    }
    std::vector<Work> all;
    for (const SearchId search : turns) {
      if (auto& works = pending.at(search); !works.empty()) {
        all.push_back(std::move(works.front()));
        works.pop_front();
      }
    }
    return all;
  }

  static bool is_order(const Work& work) { return !work.key.purpose.is_search(); }

  /// Plans so many blocks that `wanted` are PENDING, orders included.
  void plan_blocks(const OpenPlan& plan, std::uint64_t wanted, std::uint64_t orders) {
    const SearchRecord& record = plan.record;
    const search::Strategy* strategy = strategies_.find(record.spec.strategy);
    const std::uint64_t pending = plan.counts.pending + orders;
    std::vector<search::Block> blocks;
    const search::Position end = record.spec.range.end;
    for (search::Position at = record.planned_end; at < end && blocks.size() + pending < wanted;) {
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

  /// Called by the watch. One that waits to be taken stands for all: a busy fleet tells much.
  void be_told() {
    if (!told_.exchange(true)) {
      inbox_.put(Told{});
    }
  }

  void note(const Event& event) {
    if (const auto* of_broker = std::get_if<BrokerEvent>(&event)) {
      note(*of_broker);
    } else {
      // Before the next look, which sees what was told until now.
      told_ = false;
    }
  }
  void note(const BrokerEvent& event) {
    if (std::holds_alternative<Connected>(event)) {
      connection_.found();
    } else if (const auto* lost = std::get_if<Disconnected>(&event)) {
      connection_.lost();
      log_.warn("the broker is out of reach", {{"reason", lost->reason}});
    }
  }

  /// Publishes them and marks those that were accepted; returns how many those were. A producer that may not mark what
  /// it published ends (Fenced), and does not publish it again.
  std::size_t publish(const std::vector<Work>& pending, const Consumers& consumers, const std::stop_token& stop) {
    const auto travels = travel_plan(
        pending, [this](SearchId search) { return turns_.block_seconds(search); },
        travel_limits(consumers, options_.in_flight_max));
    std::map<Ticket, const Work*> unconfirmed;
    for (std::size_t i = 0; i < pending.size(); ++i) {
      unconfirmed.emplace(link_->publish(Exchange::Ingress, encode(pending[i], strategies_), travels[i]), &pending[i]);
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
      const auto* of_broker = std::get_if<BrokerEvent>(&*event);
      const auto* confirmed = of_broker == nullptr ? nullptr : std::get_if<Confirmed>(of_broker);
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
    for (const Work& work : accepted) {
      if (is_order(work)) {
        turns_.charge_orders(work.search, 1);
      }
    }
    return accepted.size();
  }

  PlanLedger& ledger_;
  const search::Strategies& strategies_;
  Epoch epoch_;
  ProduceOptions options_;
  runtime::Log& log_;
  FairTurns turns_;
  /// Searches of strategies that this program lacks: said once.
  std::set<SearchId> unknown_;
  ConnectionVitals connection_{options_.vitals};
  bool was_told_ = false;
  std::atomic<bool> told_ = false;
  Inbox<Event> inbox_;
  std::unique_ptr<Link> link_;
  std::unique_ptr<PlanWatch::Subscription> watching_;
};

}  // namespace

void produce(PlanLedger& ledger, Broker& broker, const search::Strategies& strategies, Epoch epoch,
             const ProduceOptions& options, runtime::Log& log, const std::stop_token& stop) {
  Producer(ledger, broker, strategies, epoch, options, log).run(stop);
}

}  // namespace robin::flow
