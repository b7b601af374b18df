#include "bench/scale/fleet_model.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <queue>
#include <random>
#include <vector>

namespace robin::bench {
namespace {

/// One server that does one thing after the other.
class Server {
 public:
  /// When what arrives now, and takes so long, is done.
  double serve(double now, double span) {
    free_at_ = std::max(free_at_, now) + span;
    busy_ += span;
    return free_at_;
  }
  [[nodiscard]] double busy() const { return busy_; }

 private:
  double free_at_ = 0;
  double busy_ = 0;
};

enum class What {
  Published,  // a block has arrived in the queue
  Delivered,  // at a consumer
  Computed,   // by a consumer
  Reported,   // a result has arrived at the saver
  Committed,  // a batch
  Acked,      // a consumer knows that its result is saved
  Evicted,    // a consumer goes
  Returned,   // or comes
};

struct Event {
  double at;
  What what;
  std::uint32_t consumer;
  /// Of a consumer, to tell what it was told before it went.
  std::uint32_t life;
  double since;
};
struct Later {
  bool operator()(const Event& a, const Event& b) const { return a.at > b.at; }
};

struct Consumer {
  double speed = 1;
  std::uint32_t life = 0;
  bool is_here = true;
  bool is_computing = false;
  double computing_since = 0;
  /// Delivered and not begun; computed and not acked; on their way to it.
  std::uint32_t waiting = 0;
  std::uint32_t unsaved = 0;
  std::uint32_t coming = 0;
};

struct Result {
  std::uint32_t consumer;
  std::uint32_t life;
  double since;
};

class Simulation {
 public:
  Simulation(const Costs& costs, const Fleet& fleet, std::uint64_t blocks_max)
      : costs_(costs), fleet_(fleet), random_(fleet.seed), consumers_(fleet.consumers) {
    // Ten blocks each, and as much again to get going; at least a minute.
    const double pace = fleet.consumers / fleet.block_seconds;
    warm_up_ = std::max(10.0, 6 * fleet.block_seconds);
    end_ = warm_up_ + std::clamp(static_cast<double>(blocks_max) / pace - warm_up_, 6 * fleet.block_seconds,
                                 std::max(60.0, 60 * fleet.block_seconds));
    std::normal_distribution<double> spread(0, fleet.spread);
    for (std::uint32_t i = 0; i < fleet.consumers; ++i) {
      consumers_[i].speed = std::exp(spread(random_)) / (chance(fleet.straggler_share) ? fleet.straggler_factor : 1);
      plan_eviction(0, i);
    }
    // The producer keeps twice as many blocks in flight as are computed or may be held.
    for (std::uint64_t i = 0; i < 2ULL * (1 + fleet.awaiting) * fleet.consumers + 64; ++i) {
      produce(0);
    }
  }

  Outcome run() {
    while (!events_.empty() && events_.top().at < end_) {
      const Event event = events_.top();
      events_.pop();
      if (!is_warm_ && event.at >= warm_up_) {
        is_warm_ = true;
        broker_before_ = broker_.busy();
        ledger_before_ = ledger_.busy();
      }
      handle(event);
    }
    // What is being computed at the end will be saved, too.
    for (const Consumer& consumer : consumers_) {
      if (consumer.is_computing) {
        count_useful(consumer.computing_since, end_);
      }
    }
    const double span = end_ - warm_up_;
    std::sort(save_seconds_.begin(), save_seconds_.end());
    return {static_cast<double>(finished_) / span, 1 - useful_ / (static_cast<double>(fleet_.consumers) * span),
            (broker_.busy() - broker_before_) / span, (ledger_.busy() - ledger_before_) / span,
            save_seconds_.empty() ? 0 : save_seconds_[save_seconds_.size() * 99 / 100]};
  }

 private:
  bool chance(double share) { return std::uniform_real_distribution<double>(0, 1)(random_) < share; }
  void at(double time, What what, std::uint32_t consumer = 0, double since = 0) {
    events_.push({time, what, consumer, what == What::Published ? 0 : consumers_[consumer].life, since});
  }

  void produce(double now) { at(broker_.serve(ledger_.serve(now, costs_.plan), costs_.message), What::Published); }

  void handle(const Event& event) {
    Consumer& consumer = consumers_[event.consumer];
    const bool is_current = event.life == consumer.life;
    switch (event.what) {
      case What::Published:
        ++ready_;
        deliver(event.at);
        break;
      case What::Delivered:
        if (is_current) {
          --consumer.coming;
          ++consumer.waiting;
          begin(event.at, event.consumer);
        }
        break;
      case What::Computed:
        if (is_current) {
          report(event);
        }
        break;
      case What::Reported:
        arrived_.push_back({event.consumer, event.life, event.since});
        save(event.at);
        break;
      case What::Committed:
        commit(event.at);
        break;
      case What::Acked:
        if (is_current) {
          --consumer.unsaved;
          want(event.at, event.consumer);
        }
        break;
      case What::Evicted:
        if (is_current) {
          evict(event.at, event.consumer);
        }
        break;
      case What::Returned:
        consumer.is_here = true;
        plan_eviction(event.at, event.consumer);
        want(event.at, event.consumer);
        break;
    }
  }

  /// Consumers that have room stand in a line for what is ready.
  void want(double now, std::uint32_t number) {
    wanting_.push_back(number);
    deliver(now);
  }
  void deliver(double now) {
    while (ready_ > 0 && !wanting_.empty()) {
      const std::uint32_t number = wanting_.front();
      wanting_.pop_front();
      Consumer& consumer = consumers_[number];
      const auto held = consumer.waiting + consumer.unsaved + consumer.coming + (consumer.is_computing ? 1U : 0U);
      if (!consumer.is_here || held > fleet_.awaiting) {
        continue;
      }
      --ready_;
      ++consumer.coming;
      // The delivery is a part of what the message costs the broker.
      at(now, What::Delivered, number);
      if (held < fleet_.awaiting) {
        wanting_.push_back(number);
      }
    }
  }

  void begin(double now, std::uint32_t number) {
    Consumer& consumer = consumers_[number];
    if (consumer.is_computing || consumer.waiting == 0) {
      return;
    }
    --consumer.waiting;
    consumer.is_computing = true;
    consumer.computing_since = now;
    at(now + fleet_.block_seconds / consumer.speed, What::Computed, number);
  }

  void report(const Event& event) {
    Consumer& consumer = consumers_[event.consumer];
    consumer.is_computing = false;
    ++consumer.unsaved;
    count_useful(consumer.computing_since, event.at);
    at(broker_.serve(event.at, costs_.message), What::Reported, event.consumer, event.at);
    begin(event.at, event.consumer);
  }

  void count_useful(double begin, double end) { useful_ += std::max(0.0, end - std::max(begin, warm_up_)); }

  void save(double now) {
    if (!batch_.empty() || arrived_.empty()) {
      return;
    }
    constexpr std::size_t batch_max = 200;
    const auto size = static_cast<std::ptrdiff_t>(std::min(batch_max, arrived_.size()));
    batch_.assign(arrived_.begin(), arrived_.begin() + size);
    arrived_.erase(arrived_.begin(), arrived_.begin() + size);
    at(ledger_.serve(now, costs_.transaction + costs_.result * static_cast<double>(size)), What::Committed);
  }

  void commit(double now) {
    for (const Result& result : batch_) {
      if (is_warm_) {
        ++finished_;
      }
      const double answered = broker_.serve(now, costs_.message);
      if (result.life == consumers_[result.consumer].life) {
        at(answered, What::Acked, result.consumer);
      }
      if (is_warm_) {
        save_seconds_.push_back(answered - result.since);
      }
      produce(now);
    }
    batch_.clear();
    save(now);
  }

  void plan_eviction(double now, std::uint32_t number) {
    if (fleet_.evictions_per_hour > 0) {
      at(now + std::exponential_distribution<double>(fleet_.evictions_per_hour / 3600)(random_), What::Evicted, number);
    }
  }

  /// What it held is ready again at once, for its connection ends; what it computed of a block is saved if it was
  /// warned, and the rest is a block of its own.
  void evict(double now, std::uint32_t number) {
    Consumer& consumer = consumers_[number];
    if (consumer.is_computing && !chance(fleet_.sudden_share)) {
      count_useful(consumer.computing_since, now);
    }
    ready_ += consumer.waiting + consumer.coming + (consumer.is_computing ? 1U : 0U);
    const double speed = consumer.speed;
    const std::uint32_t life = consumer.life + 1;
    consumer = Consumer{};
    consumer.speed = speed;
    consumer.life = life;
    consumer.is_here = false;
    at(now + fleet_.return_seconds, What::Returned, number);
    deliver(now);
  }

  Costs costs_;
  Fleet fleet_;
  std::mt19937_64 random_;
  std::vector<Consumer> consumers_;
  std::priority_queue<Event, std::vector<Event>, Later> events_;
  Server broker_;
  Server ledger_;
  std::uint64_t ready_ = 0;
  std::deque<std::uint32_t> wanting_ = [this] {
    std::deque<std::uint32_t> all;
    for (std::uint32_t i = 0; i < fleet_.consumers; ++i) {
      all.push_back(i);
    }
    return all;
  }();
  std::deque<Result> arrived_;
  std::vector<Result> batch_;
  double warm_up_ = 0;
  double end_ = 0;
  bool is_warm_ = false;
  double broker_before_ = 0;
  double ledger_before_ = 0;
  std::uint64_t finished_ = 0;
  double useful_ = 0;
  std::vector<double> save_seconds_;
};

}  // namespace

Outcome simulate(const Costs& costs, const Fleet& fleet, std::uint64_t blocks_max) {
  return Simulation(costs, fleet, blocks_max).run();
}

}  // namespace robin::bench
