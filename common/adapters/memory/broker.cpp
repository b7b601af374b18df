#include "adapters/memory/broker.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "adapters/bundling_link.hpp"
#include "core/contract.hpp"

namespace robin::adapters {
namespace {

using flow::Confirm;
using flow::EventSink;
using flow::Exchange;
using flow::LinkOptions;
using flow::Message;
using flow::Queue;
using flow::QueueDepth;
using flow::Tag;
using flow::Ticket;

class MemoryLink;

struct Held {
  Message message;
  std::uint32_t returns = 0;
};

struct QueueState {
  std::deque<Held> ready;
  std::uint64_t unacked = 0;
};

/// All queues under one mutex; sinks are called with it held, which keeps every link's events in order.
class MemoryBroker final : public flow::Broker {
 public:
  explicit MemoryBroker(const MemoryBrokerOptions& options) : options_(options) {}
  ~MemoryBroker() override { ROBIN_ASSERT(links_.empty(), "links end before their broker"); }
  MemoryBroker(const MemoryBroker&) = delete;
  MemoryBroker& operator=(const MemoryBroker&) = delete;

  std::unique_ptr<flow::Link> connect(const LinkOptions& options, EventSink sink) override;

  QueueDepth depth(Queue queue, core::Deadline) override {
    const std::scoped_lock lock(mutex_);
    const QueueState& state = queues_[queue];
    return {state.ready.size(), state.unacked, true};
  }

  void set_ingress_open(bool open, core::Deadline) override {
    const std::scoped_lock lock(mutex_);
    ingress_open_ = open;
  }

 private:
  friend class MemoryLink;

  Confirm enqueue(Exchange exchange, Message message) {
    if (exchange == Exchange::Ingress && !ingress_open_) {
      return Confirm::Returned;
    }
    const Queue queue = exchange == Exchange::Ingress ? Queue::Blocks : Queue::Results;
    if (queues_[queue].ready.size() >= options_.queue_length_max) {
      return Confirm::Nacked;
    }
    queues_[queue].ready.push_back({std::move(message)});
    deliver(queue);
    return Confirm::Accepted;
  }

  /// Puts a message back to the front of its queue, or into robin.dead when it came back too often.
  void put_back(Queue queue, Held held) {
    if (++held.returns > options_.delivery_limit) {
      queues_[Queue::Dead].ready.push_back(std::move(held));
      deliver(Queue::Dead);
      return;
    }
    queues_[queue].ready.push_front(std::move(held));
  }

  MemoryLink* next_consumer(Queue queue);
  void deliver(Queue queue);

  MemoryBrokerOptions options_;
  std::mutex mutex_;
  bool ingress_open_ = true;
  std::map<Queue, QueueState> queues_;
  /// By connection, and for each queue the connection that had its last delivery.
  std::map<std::uint64_t, MemoryLink*> links_;
  std::map<Queue, std::uint64_t> last_served_;
  std::map<std::string, MemoryLink*> addresses_;
  std::uint64_t connections_ = 0;
};

class MemoryLink final : public Transport {
 public:
  MemoryLink(MemoryBroker& broker, const LinkOptions& options, EventSink sink)
      : broker_(broker), options_(options), sink_(std::move(sink)) {
    ROBIN_ASSERT(options.prefetch >= 1, "a prefetch of 0 would be unlimited");
    const std::scoped_lock lock(broker_.mutex_);
    connection_ = ++broker_.connections_;
    broker_.links_.emplace(connection_, this);
    std::string address;
    if (options_.replies) {
      address = "robin.reply." + std::to_string(connection_);
      broker_.addresses_[address] = this;
    }
    address_ = address;
    tell(flow::Connected{std::move(address)});
    if (options_.consume) {
      broker_.deliver(*options_.consume);
    }
  }

  ~MemoryLink() override {
    const std::scoped_lock lock(broker_.mutex_);
    broker_.links_.erase(connection_);
    broker_.addresses_.erase(address_);
    // Latest first, so that the front of the queue ends up in the order of delivery.
    for (auto held = unacked_.rbegin(); held != unacked_.rend(); ++held) {  // NOLINT(modernize-loop-convert)
      --broker_.queues_[*options_.consume].unacked;
      broker_.put_back(*options_.consume, std::move(held->second));
    }
    if (options_.consume) {
      broker_.deliver(*options_.consume);
    }
  }
  MemoryLink(const MemoryLink&) = delete;
  MemoryLink& operator=(const MemoryLink&) = delete;

  void publish(Exchange exchange, Message message, Ticket ticket) override {
    ROBIN_ASSERT(exchange != Exchange::Replies, "replies are sent by reply()");
    ROBIN_ASSERT(message.body.size() < flow::message_bytes_max, "a message stays under 1 MiB");
    message.published_at = std::chrono::system_clock::now();
    const std::scoped_lock lock(broker_.mutex_);
    tell(flow::Confirmed{ticket, broker_.enqueue(exchange, std::move(message))});
  }

  void reply(const std::string& address, Message message) override {
    const std::scoped_lock lock(broker_.mutex_);
    if (const auto to = broker_.addresses_.find(address); to != broker_.addresses_.end()) {
      to->second->tell(flow::Replied{std::move(message)});
    }
  }

  void ack(Tag tag) override {
    const std::scoped_lock lock(broker_.mutex_);
    if (take(tag)) {
      broker_.deliver(*options_.consume);
    }
  }

  void nack(Tag tag) override {
    const std::scoped_lock lock(broker_.mutex_);
    if (auto held = take(tag)) {
      broker_.put_back(*options_.consume, *std::move(held));
      broker_.deliver(*options_.consume);
    }
  }

  void reject(Tag tag) override {
    const std::scoped_lock lock(broker_.mutex_);
    if (auto held = take(tag)) {
      broker_.queues_[Queue::Dead].ready.push_back(*std::move(held));
      broker_.deliver(Queue::Dead);
      broker_.deliver(*options_.consume);
    }
  }

  void cancel() override {
    const std::scoped_lock lock(broker_.mutex_);
    cancelled_ = true;
  }

 private:
  friend class MemoryBroker;

  [[nodiscard]] bool wants(Queue queue) const {
    return options_.consume == queue && !cancelled_ && unacked_.size() < options_.prefetch;
  }

  void tell(flow::BrokerEvent event) { sink_({std::move(event)}); }

  void give(Held held) {
    const Tag tag{connection_, ++deliveries_};
    flow::Delivered event{tag, held.message, held.returns > 0};
    unacked_.emplace(tag.number, std::move(held));
    ++broker_.queues_[*options_.consume].unacked;
    tell(std::move(event));
  }

  std::optional<Held> take(Tag tag) {
    if (tag.connection != connection_) {
      return std::nullopt;
    }
    const auto found = unacked_.find(tag.number);
    ROBIN_ASSERT(found != unacked_.end(), "a delivery is acked, handed back or rejected once");
    Held held = std::move(found->second);
    unacked_.erase(found);
    --broker_.queues_[*options_.consume].unacked;
    return held;
  }

  MemoryBroker& broker_;
  LinkOptions options_;
  EventSink sink_;
  std::uint64_t connection_ = 0;
  std::string address_;
  std::uint64_t deliveries_ = 0;
  bool cancelled_ = false;
  std::map<std::uint64_t, Held> unacked_;
};

/// The consumer that is next in turn; nullptr if none has room.
MemoryLink* MemoryBroker::next_consumer(Queue queue) {
  const auto wants = [queue](const auto& entry) { return entry.second->wants(queue); };
  const auto after_last = links_.upper_bound(last_served_[queue]);
  auto chosen = std::find_if(after_last, links_.end(), wants);
  if (chosen == links_.end()) {
    chosen = std::find_if(links_.begin(), after_last, wants);
    if (chosen == after_last) {
      return nullptr;
    }
  }
  last_served_[queue] = chosen->first;
  return chosen->second;
}

void MemoryBroker::deliver(Queue queue) {
  QueueState& state = queues_[queue];
  while (!state.ready.empty()) {
    MemoryLink* consumer = next_consumer(queue);
    if (consumer == nullptr) {
      return;
    }
    Held held = std::move(state.ready.front());
    state.ready.pop_front();
    consumer->give(std::move(held));
  }
}

std::unique_ptr<flow::Link> MemoryBroker::connect(const LinkOptions& options, EventSink sink) {
  return open_bundling_link(options, std::move(sink), [this, &options](EventSink bundled) {
    return std::make_unique<MemoryLink>(*this, options, std::move(bundled));
  });
}

}  // namespace

std::unique_ptr<flow::Broker> open_memory_broker(const MemoryBrokerOptions& options) {
  return std::make_unique<MemoryBroker>(options);
}

}  // namespace robin::adapters
