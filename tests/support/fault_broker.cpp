#include "support/fault_broker.hpp"

#include <condition_variable>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

namespace robin::testing_support {
namespace {

using flow::BrokerEvent;
using flow::Confirm;
using flow::Link;
using flow::Message;
using flow::Tag;
using flow::Ticket;
using Clock = std::chrono::steady_clock;

/// One thread that calls the sink, in the order of the times at which events fall due.
class FaultLink final : public Link {
 public:
  FaultLink(flow::Broker& broker, const flow::LinkOptions& options, flow::EventSink sink, const FaultRates& rates,
            std::uint64_t seed)
      : broker_(broker), options_(options), sink_(std::move(sink)), rates_(rates), random_(seed) {
    connect();
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }
  ~FaultLink() override {
    thread_.request_stop();
    woken_.notify_all();
    thread_.join();
    inner_.reset();
  }
  FaultLink(const FaultLink&) = delete;
  FaultLink& operator=(const FaultLink&) = delete;

  Ticket publish(flow::Exchange exchange, Message message, flow::Travel travel) override {
    std::unique_lock lock(mutex_);
    const Ticket mine{++last_ticket_};
    auto inner = inner_;
    const std::uint64_t generation = generation_;
    const bool dropped = !inner || happens(rates_.drop);
    // Half of what is lost is lost on the way back.
    const bool arrives = inner && (!dropped || happens(0.5));
    const unsigned copies = !arrives ? 0 : happens(rates_.duplicate) ? rates_.copies : 1;
    lock.unlock();
    std::optional<Ticket> first;
    for (unsigned copy = 0; copy < copies; ++copy) {
      const Ticket ticket = inner->publish(exchange, message, travel);
      first = first.value_or(ticket);
    }
    // A connection that broke meanwhile may end here, which must not happen under our mutex either.
    inner.reset();
    lock.lock();
    if (dropped || generation != generation_) {
      put(flow::Confirmed{mine, Confirm::Lost});
    } else if (const auto early = early_.find(*first); early != early_.end()) {
      put(flow::Confirmed{mine, early->second});
    } else {
      tickets_.emplace(*first, mine);
    }
    maybe_disconnect();
    return mine;
  }

  void reply(const std::string& address, Message message) override {
    std::unique_lock lock(mutex_);
    const auto inner = inner_;
    const unsigned copies = !inner || happens(rates_.drop) ? 0 : happens(rates_.duplicate) ? rates_.copies : 1;
    lock.unlock();
    for (unsigned copy = 0; copy < copies; ++copy) {
      inner->reply(address, message);
    }
  }

  void ack(Tag tag) override {
    settle(tag, [](Link& link, Tag inner) { link.ack(inner); });
  }
  void nack(Tag tag) override {
    settle(tag, [](Link& link, Tag inner) { link.nack(inner); });
  }
  void reject(Tag tag) override {
    settle(tag, [](Link& link, Tag inner) { link.reject(inner); });
  }

  void cancel() override {
    std::unique_lock lock(mutex_);
    is_cancelled_ = true;
    const auto inner = inner_;
    lock.unlock();
    if (inner) {
      inner->cancel();
    }
  }

 private:
  struct Due {
    std::uint64_t generation;
    BrokerEvent event;
  };

  // The inner link is never called with mutex_ held: it may be telling us something just then. All below with mutex_
  // held, unless it says otherwise.

  bool happens(double probability) { return std::bernoulli_distribution(probability)(random_); }

  /// Without the mutex.
  template <class Act>
  void settle(Tag tag, Act act) {
    std::unique_lock lock(mutex_);
    maybe_disconnect();
    const auto inner = inner_;
    const auto found = tags_.find(tag.number);
    // A tag of an earlier connection is void.
    if (tag.connection != generation_ || !inner || found == tags_.end()) {
      return;
    }
    const Tag of_inner = found->second;
    tags_.erase(found);
    lock.unlock();
    act(*inner, of_inner);
  }

  void maybe_disconnect() { wants_disconnect_ = wants_disconnect_ || happens(rates_.disconnect); }

  void put(BrokerEvent event, std::chrono::milliseconds delay = {}) {
    due_.emplace(Clock::now() + delay, Due{generation_, std::move(event)});
    woken_.notify_all();
  }

  /// Without the mutex.
  void connect() {
    std::unique_lock lock(mutex_);
    const std::uint64_t generation = ++generation_;
    const bool cancelled = is_cancelled_;
    lock.unlock();
    auto options = options_;
    if (cancelled) {
      options.consume.reset();
    }
    auto link = broker_.connect(options, [this, generation](flow::BrokerEvents events) {
      for (BrokerEvent& event : events) {
        receive(generation, std::move(event));
      }
    });
    lock.lock();
    inner_ = std::move(link);
    const bool cancelled_meanwhile = is_cancelled_ && !cancelled;
    const auto inner = inner_;
    lock.unlock();
    if (cancelled_meanwhile) {
      inner->cancel();
    }
  }

  /// Called by the inner broker, without the mutex.
  void receive(std::uint64_t generation, BrokerEvent event) {
    const std::scoped_lock lock(mutex_);
    if (generation != generation_) {
      return;
    }
    if (auto* confirmed = std::get_if<flow::Confirmed>(&event)) {
      const auto found = tickets_.find(confirmed->ticket);
      if (found == tickets_.end()) {
        // Faster than publish() itself; or of a copy, or to be lost on the way back.
        early_.emplace(confirmed->ticket, confirmed->confirm);
        return;
      }
      confirmed->ticket = found->second;
      tickets_.erase(found);
    } else if (auto* delivered = std::get_if<flow::Delivered>(&event)) {
      if (happens(rates_.hand_back)) {
        inner_tags_to_hand_back_.push_back(delivered->tag);
        woken_.notify_all();
        return;
      }
      tags_.emplace(++last_tag_, delivered->tag);
      delivered->tag = {generation_, last_tag_};
    } else if (const auto* lost = std::get_if<flow::Disconnected>(&event)) {
      if (lost->side != flow::Side::Publishing) {
        tags_.clear();
      }
    }
    // Connected stays the first event of its connection, as the port promises.
    const bool late = happens(rates_.delay) && !std::holds_alternative<flow::Connected>(event);
    put(std::move(event), std::chrono::milliseconds(late ? std::uniform_int_distribution<int>(1, 50)(random_) : 0));
  }

  /// The connection breaks: what is under way is void, and all that is unconfirmed is lost.
  void reconnect(std::unique_lock<std::mutex>& lock) {
    wants_disconnect_ = false;
    auto gone = std::move(inner_);
    ++generation_;
    // What was to be told of publishes stays true.
    std::erase_if(due_, [](const auto& entry) { return !std::holds_alternative<flow::Confirmed>(entry.second.event); });
    for (auto& entry : due_) {
      entry.second.generation = generation_ + 1;
    }
    tags_.clear();
    std::map<Ticket, Ticket> unconfirmed;
    std::swap(unconfirmed, tickets_);
    early_.clear();
    inner_tags_to_hand_back_.clear();
    lock.unlock();
    gone.reset();
    sink_({flow::Disconnected{"a fault was ordered", flow::Side::Both}});
    for (const auto& [inner, mine] : unconfirmed) {
      sink_({flow::Confirmed{mine, Confirm::Lost}});
    }
    connect();
    lock.lock();
  }

  void run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      if (wants_disconnect_ && inner_) {
        reconnect(lock);
        continue;
      }
      if (const auto inner = inner_; inner && !inner_tags_to_hand_back_.empty()) {
        const auto tags = std::exchange(inner_tags_to_hand_back_, {});
        lock.unlock();
        for (const Tag tag : tags) {
          inner->nack(tag);
        }
        lock.lock();
        continue;
      }
      if (!due_.empty() && due_.begin()->first <= Clock::now()) {
        const Due due = std::move(due_.begin()->second);
        due_.erase(due_.begin());
        if (due.generation == generation_) {
          lock.unlock();
          sink_({due.event});
          lock.lock();
        }
        continue;
      }
      woken_.wait_for(lock, std::chrono::milliseconds(5));
    }
  }

  flow::Broker& broker_;
  flow::LinkOptions options_;
  flow::EventSink sink_;
  FaultRates rates_;
  std::mutex mutex_;
  std::condition_variable woken_;
  std::mt19937_64 random_;
  std::shared_ptr<Link> inner_;
  std::uint64_t generation_ = 0;
  std::uint64_t last_ticket_ = 0;
  std::uint64_t last_tag_ = 0;
  bool is_cancelled_ = false;
  bool wants_disconnect_ = false;
  std::map<Ticket, Ticket> tickets_;  // of the inner link to ours
  std::map<Ticket, Confirm> early_;
  std::map<std::uint64_t, Tag> tags_;  // ours to those of the inner link
  std::vector<Tag> inner_tags_to_hand_back_;
  std::multimap<Clock::time_point, Due> due_;
  std::jthread thread_;
};

}  // namespace

std::unique_ptr<flow::Link> FaultBroker::connect(const flow::LinkOptions& options, flow::EventSink sink) {
  std::uint64_t seed = 0;
  {
    const std::scoped_lock lock(mutex_);
    seed = random_();
  }
  return std::make_unique<FaultLink>(inner_, options, std::move(sink), rates_, seed);
}

}  // namespace robin::testing_support
