#include "adapters/rabbitmq/broker.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <semaphore>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/bundling_link.hpp"
#include "adapters/rabbitmq/management.hpp"
#include "adapters/rabbitmq/outstanding_deliveries.hpp"
#include "adapters/rabbitmq/unconfirmed_window.hpp"
#include "adapters/wake.hpp"
#include "core/backoff.hpp"
#include "core/contract.hpp"
#include "core/entropy.hpp"

namespace robin::adapters {
namespace {

using core::Milliseconds;
using flow::Confirm;
using flow::EventSink;
using flow::Exchange;
using flow::LinkOptions;
using flow::Message;
using flow::Queue;
using flow::QueueDepth;
using flow::Tag;
using flow::Ticket;

/// A connection that has nothing to read or write looks about at least so often, for its heartbeats.
constexpr Milliseconds tick{1'000};
/// A connection that lasted so long was a good one: the next wait begins small again.
constexpr std::chrono::seconds healthy_after{60};
/// For an orderly end of a connection.
constexpr std::chrono::seconds end_patience{3};
/// Events that are told together: whoever waits for them wakes once.
constexpr std::size_t told_at_once_max = 256;
/// Of a publish, beside its texts: three frames of 8 bytes, a method of 22 with its exchange's name, a header of 60
/// with content type, delivery mode, our own header and lengths.
constexpr std::size_t frame_bytes = 128;
constexpr const char* work_consumer = "work";
constexpr const char* reply_consumer = "replies";

const char* name_of(Exchange exchange) {
  switch (exchange) {
    case Exchange::Ingress:
      return "robin.ingress";
    case Exchange::Results:
      return "robin.results";
    case Exchange::Replies:
      break;
  }
  return "robin.replies";
}

/// Events of both connections, one at a time.
class Events {
 public:
  explicit Events(EventSink sink) : sink_(std::move(sink)) {}
  void tell(flow::BrokerEvents events) {
    const std::scoped_lock lock(mutex_);
    if (open_) {
      sink_(std::move(events));
    }
  }
  /// No event follows.
  void close() {
    const std::scoped_lock lock(mutex_);
    open_ = false;
  }

 private:
  std::mutex mutex_;
  EventSink sink_;
  bool open_ = true;
};

/// A thread that keeps one connection alive: connect, serve until it breaks, wait, again.
class ConnectionLoop {
 public:
  ConnectionLoop(const RabbitmqOptions& options, Events& events)
      : options_(options),
        events_(events),
        backoff_({.first = options.reconnect_wait, .greatest = options.reconnect_wait_max}) {}
  virtual ~ConnectionLoop() { ROBIN_ASSERT(!thread_.joinable(), "end() comes before the end"); }
  ConnectionLoop(const ConnectionLoop&) = delete;
  ConnectionLoop& operator=(const ConnectionLoop&) = delete;

  /// `on_connected` is called by the thread of this connection whenever it is ready to work.
  void begin(std::function<void()> on_connected) {
    on_connected_ = std::move(on_connected);
    thread_ = std::jthread([this](const std::stop_token& stop) {
      run(stop);
      ended_.release();
    });
  }
  /// The server is there: if this one waits to try again, it tries now.
  void hurry() {
    const std::scoped_lock lock(mutex_);
    hurry_ = true;
    hurried_.notify_all();
  }
  void request_end() {
    thread_.request_stop();
    wake_.up();
  }
  /// A server that answers is left in order; one that does not, in the midst of whatever was asked, soon.
  void end() {
    request_end();
    if (!ended_.try_acquire_for(end_patience)) {
      interruption_.fire();
    }
    thread_.join();
  }

 protected:
  [[nodiscard]] const RabbitmqOptions& options() const { return options_; }
  void wake() const { wake_.up(); }
  /// By this connection's thread; told with what else arrives at once.
  void tell(flow::BrokerEvent event) {
    heard_.push_back(std::move(event));
    if (heard_.size() >= told_at_once_max) {
      tell_what_was_heard();
    }
  }

  /// A fresh connection: prepares it.
  virtual void connected(RabbitmqConnection& connection) = 0;
  /// Called between two waits: writes what is to be written.
  virtual void work(RabbitmqConnection& connection) = 0;
  virtual void handle(RabbitmqConnection& connection, RabbitmqConnection::Incoming incoming) = 0;
  /// The connection is gone, or could not be made.
  virtual void disconnected(const std::string& reason) = 0;
  [[nodiscard]] virtual std::string purpose() const = 0;

 private:
  void tell_what_was_heard() {
    if (!heard_.empty()) {
      events_.tell(std::exchange(heard_, {}));
    }
  }

  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const auto begin = std::chrono::steady_clock::now();
      try {
        RabbitmqConnection connection(options_, purpose(), interruption_);
        connected(connection);
        tell_what_was_heard();
        if (on_connected_) {
          on_connected_();
        }
        while (!stop.stop_requested()) {
          work(connection);
          connection.serve(wake_.descriptor(), tick, [this, &connection](RabbitmqConnection::Incoming incoming) {
            handle(connection, std::move(incoming));
          });
          tell_what_was_heard();
          wake_.clear();
        }
        work(connection);
        connection.close();
      } catch (const runtime::Error& error) {
        disconnected(error.what());
      }
      tell_what_was_heard();
      if (std::chrono::steady_clock::now() - begin > healthy_after) {
        backoff_.reset();
      }
      std::unique_lock lock(mutex_);
      hurry_ = false;
      hurried_.wait_for(lock, stop, backoff_.next(), [this] { return hurry_; });
    }
  }

  RabbitmqOptions options_;
  Events& events_;
  std::vector<flow::BrokerEvent> heard_;
  core::Backoff backoff_;
  std::function<void()> on_connected_;
  Wake wake_;
  std::mutex mutex_;
  std::condition_variable_any hurried_;
  bool hurry_ = false;
  SocketInterruption interruption_;
  std::binary_semaphore ended_{0};
  std::jthread thread_;
};

/// Counts the connections of a broker, so that a tag of one never means a delivery of another.
using Connections = std::atomic<std::uint64_t>;

/// The publishing connection: an outbox, a bounded window of unconfirmed messages, and their confirms.
class Publishing final : public ConnectionLoop {
 public:
  Publishing(const RabbitmqOptions& options, Events& events, bool tells_connection)
      : ConnectionLoop(options, events), tells_connection_(tells_connection) {}

  void publish(Exchange exchange, Message message, Ticket ticket) {
    ROBIN_ASSERT(exchange != Exchange::Replies, "replies are sent by reply()");
    ROBIN_ASSERT(message.body.size() < flow::message_bytes_max, "a message stays under 1 MiB");
    message.published_at = std::chrono::system_clock::now();
    const std::scoped_lock lock(mutex_);
    put({name_of(exchange), "", true, std::move(message), ticket});
  }

  void reply(const std::string& address, Message message) {
    const std::scoped_lock lock(mutex_);
    // Best effort: under an alarm, or when there is no connection for a while, whoever waits asks again.
    if (!is_blocked_) {
      put({name_of(Exchange::Replies), address, false, std::move(message), std::nullopt,
           std::chrono::steady_clock::now() + options().reply_patience});
    }
  }

 private:
  struct Entry {
    const char* exchange;
    std::string routing_key;
    bool mandatory;
    Message message;
    std::optional<Ticket> ticket;
    /// Of a reply: dropped if it could not be written before.
    core::SteadyTime expires = core::SteadyTime::max();
  };

  /// With the mutex. Where something waits already the thread has been woken, or waits for room.
  void put(Entry entry) {
    if (outbox_.empty()) {
      wake();
    }
    outbox_.push_back(std::move(entry));
  }

  void connected(RabbitmqConnection& connection) override {
    connection.confirm_select();
    const std::scoped_lock lock(mutex_);
    is_connected_ = true;
    is_blocked_ = false;
    if (tells_connection_) {
      tell(flow::Connected{});
    }
  }

  void work(RabbitmqConnection& connection) override {
    const std::vector<Entry> entries = next_entries();
    const RabbitmqConnection::Pack packed = connection.pack(entries.size());
    for (const Entry& entry : entries) {
      connection.publish(entry.exchange, entry.routing_key, entry.mandatory, entry.message);
    }
  }

  /// Takes from the outbox what the window has room for.
  std::vector<Entry> next_entries() {
    const std::scoped_lock lock(mutex_);
    std::vector<Entry> entries;
    drop_expired_replies();
    while (!outbox_.empty() && !is_blocked_ && window_.has_room(bytes_of(outbox_.front()))) {
      Entry& entry = entries.emplace_back(std::move(outbox_.front()));
      outbox_.pop_front();
      window_.add({entry.message.id, bytes_of(entry), entry.ticket});
    }
    return entries;
  }

  /// On the wire, at most.
  static std::size_t bytes_of(const Entry& entry) {
    return frame_bytes + entry.message.body.size() + entry.message.id.size() + entry.message.reply_to.size() +
           entry.routing_key.size();
  }

  void drop_expired_replies() {
    const auto now = std::chrono::steady_clock::now();
    while (!outbox_.empty() && outbox_.front().expires < now) {
      outbox_.pop_front();
    }
  }

  void handle(RabbitmqConnection&, RabbitmqConnection::Incoming incoming) override {
    if (const auto* ack = std::get_if<RabbitmqConnection::Ack>(&incoming)) {
      settle(*ack);
    } else if (const auto* returned = std::get_if<RabbitmqConnection::Return>(&incoming)) {
      const std::scoped_lock lock(mutex_);
      window_.mark_returned(returned->message_id);
    } else if (auto* blocked = std::get_if<RabbitmqConnection::Blocked>(&incoming)) {
      set_blocked(true);
      tell(flow::Blocked{std::move(blocked->reason)});
    } else if (std::holds_alternative<RabbitmqConnection::Unblocked>(incoming)) {
      set_blocked(false);
      tell(flow::Unblocked{});
    }
  }

  void settle(const RabbitmqConnection::Ack& ack) {
    std::vector<UnconfirmedWindow::Published> settled;
    {
      const std::scoped_lock lock(mutex_);
      settled = window_.settle(ack.delivery_tag, ack.multiple);
    }
    for (const auto& one : settled) {
      tell_fate(one, one.is_returned ? Confirm::Returned : ack.positive ? Confirm::Accepted : Confirm::Nacked);
    }
  }

  void set_blocked(bool blocked) {
    const std::scoped_lock lock(mutex_);
    is_blocked_ = blocked;
  }

  void disconnected(const std::string& reason) override {
    std::vector<UnconfirmedWindow::Published> lost;
    bool was_connected = false;
    {
      const std::scoped_lock lock(mutex_);
      lost = window_.begin_anew();
      was_connected = std::exchange(is_connected_, false);
      const auto now = std::chrono::steady_clock::now();
      std::erase_if(outbox_, [now](const Entry& entry) { return entry.expires < now; });
    }
    for (const auto& one : lost) {
      tell_fate(one, Confirm::Lost);
    }
    if (tells_connection_ || was_connected) {
      tell(flow::Disconnected{reason, tells_connection_ ? flow::Side::Both : flow::Side::Publishing});
    }
  }

  void tell_fate(const UnconfirmedWindow::Published& one, Confirm confirm) {
    if (one.ticket) {
      tell(flow::Confirmed{*one.ticket, confirm});
    }
  }

  [[nodiscard]] std::string purpose() const override { return "publish"; }

  bool tells_connection_;
  std::mutex mutex_;
  std::deque<Entry> outbox_;
  UnconfirmedWindow window_{options().window_messages, options().window_bytes};
  bool is_connected_ = false;
  bool is_blocked_ = false;
};

/// The consuming connection: deliveries and replies in, acks out.
class Consuming final : public ConnectionLoop {
 public:
  Consuming(const RabbitmqOptions& options, const LinkOptions& link, Events& events, Connections& connections)
      : ConnectionLoop(options, events), link_(link), connections_(connections) {}

  enum class Answer { Ack, Nack, Reject };

  void answer(Tag tag, Answer how) {
    const std::scoped_lock lock(mutex_);
    // A tag of an earlier connection means nothing on this one: its delivery comes again by itself.
    if (tag.connection == connection_) {
      if (answers_.empty()) {
        wake();
      }
      answers_.emplace_back(tag.number, how);
    }
  }

  void cancel() {
    const std::scoped_lock lock(mutex_);
    cancelled_ = true;
    wake();
  }

 private:
  void connected(RabbitmqConnection& connection) override {
    std::string address;
    if (link_.replies) {
      address = "robin.reply." + core::random_name();
      connection.declare_exclusive_queue(address);
      connection.bind(address, name_of(Exchange::Replies), address);
      connection.consume(address, reply_consumer, true);
    }
    bool consumes = false;
    {
      const std::scoped_lock lock(mutex_);
      connection_ = ++connections_;
      answers_.clear();
      outstanding_.clear();
      consumes = link_.consume.has_value() && !cancelled_;
      cancel_sent_ = !consumes;
    }
    tell(flow::Connected{std::move(address)});
    if (consumes) {
      connection.expect_queue(name_of(*link_.consume));
      connection.prefetch(link_.prefetch);
      connection.consume(name_of(*link_.consume), work_consumer, false);
    }
  }

  void work(RabbitmqConnection& connection) override {
    std::deque<std::pair<std::uint64_t, Answer>> answers;
    bool cancel_now = false;
    {
      const std::scoped_lock lock(mutex_);
      answers.swap(answers_);
      cancel_now = cancelled_ && !cancel_sent_;
      cancel_sent_ = cancel_sent_ || cancel_now;
    }
    if (cancel_now) {
      connection.cancel(work_consumer);
    }
    const RabbitmqConnection::Pack packed = connection.pack(answers.size());
    std::vector<std::uint64_t> acks;
    for (const auto& [tag, how] : answers) {
      switch (how) {
        case Answer::Ack:
          acks.push_back(tag);
          break;
        case Answer::Nack:
          outstanding_.remove(tag);
          connection.nack(tag);
          break;
        case Answer::Reject:
          outstanding_.remove(tag);
          connection.reject(tag);
          break;
      }
    }
    const auto [up_to, alone] = outstanding_.ack(acks);
    for (const std::uint64_t tag : alone) {
      connection.ack(tag);
    }
    if (up_to > 0) {
      connection.ack_up_to(up_to);
    }
  }

  void handle(RabbitmqConnection& connection, RabbitmqConnection::Incoming incoming) override {
    auto* deliver = std::get_if<RabbitmqConnection::Deliver>(&incoming);
    if (deliver == nullptr) {
      return;
    }
    if (deliver->consumer_tag == reply_consumer) {
      tell(flow::Replied{std::move(deliver->message)});
    } else if (deliver->oversized) {
      connection.reject(deliver->delivery_tag);
    } else if (is_cancelled()) {
      // It was under way when the consumer was cancelled: nobody waits for it any more.
      connection.nack(deliver->delivery_tag);
    } else {
      outstanding_.add(deliver->delivery_tag);
      tell(flow::Delivered{{connection_, deliver->delivery_tag}, std::move(deliver->message), deliver->redelivered});
    }
  }

  bool is_cancelled() {
    const std::scoped_lock lock(mutex_);
    return cancelled_;
  }

  void disconnected(const std::string& reason) override {
    {
      const std::scoped_lock lock(mutex_);
      connection_ = ++connections_;
      answers_.clear();
    }
    tell(flow::Disconnected{reason, flow::Side::Consuming});
  }

  [[nodiscard]] std::string purpose() const override { return "consume"; }

  LinkOptions link_;
  Connections& connections_;
  std::mutex mutex_;
  std::uint64_t connection_ = 0;
  std::deque<std::pair<std::uint64_t, Answer>> answers_;
  /// Delivered on this connection and not answered to the server yet; of its own thread.
  OutstandingDeliveries outstanding_;
  bool cancelled_ = false;
  bool cancel_sent_ = false;
};

class RabbitmqLink final : public Transport {
 public:
  RabbitmqLink(const RabbitmqOptions& options, const LinkOptions& link, EventSink sink, Connections& connections)
      : events_(std::move(sink)), publishing_(options, events_, !link.consume && !link.replies) {
    ROBIN_ASSERT(link.prefetch >= 1, "a prefetch of 0 would be unlimited");
    // Two connections to one server: where one gets through, the other need not wait any longer.
    if (link.consume || link.replies) {
      consuming_ = std::make_unique<Consuming>(options, link, events_, connections);
      consuming_->begin([this] { publishing_.hurry(); });
    }
    publishing_.begin([this] {
      if (consuming_) {
        consuming_->hurry();
      }
    });
  }
  ~RabbitmqLink() override {
    events_.close();
    publishing_.request_end();
    if (consuming_) {
      consuming_->end();
    }
    publishing_.end();
  }
  RabbitmqLink(const RabbitmqLink&) = delete;
  RabbitmqLink& operator=(const RabbitmqLink&) = delete;

  void publish(Exchange exchange, Message message, Ticket ticket) override {
    publishing_.publish(exchange, std::move(message), ticket);
  }
  void reply(const std::string& address, Message message) override { publishing_.reply(address, std::move(message)); }
  void ack(Tag tag) override { consuming_->answer(tag, Consuming::Answer::Ack); }
  void nack(Tag tag) override { consuming_->answer(tag, Consuming::Answer::Nack); }
  void reject(Tag tag) override { consuming_->answer(tag, Consuming::Answer::Reject); }
  void cancel() override { consuming_->cancel(); }

 private:
  Events events_;
  Publishing publishing_;
  std::unique_ptr<Consuming> consuming_;
};

class RabbitmqBroker final : public flow::Broker {
 public:
  explicit RabbitmqBroker(RabbitmqOptions options) : options_(std::move(options)) {}

  std::unique_ptr<flow::Link> connect(const LinkOptions& link, EventSink sink) override {
    return open_bundling_link(link, std::move(sink), [this, &link](EventSink bundled) {
      return std::make_unique<RabbitmqLink>(options_, link, std::move(bundled), connections_);
    });
  }

  QueueDepth depth(Queue queue, core::Deadline deadline) override {
    return read_queue_depth({options_.management_url, options_.ca_file}, queue, deadline);
  }

  void set_ingress_open(bool open, core::Deadline deadline) override {
    RabbitmqOptions options = options_;
    const auto left = std::chrono::duration_cast<Milliseconds>(deadline.at - std::chrono::steady_clock::now());
    options.connect_timeout = std::max(Milliseconds(1), std::min(options.connect_timeout, left));
    SocketInterruption never;
    RabbitmqConnection connection(options, "bind", never);
    if (open) {
      connection.bind(name_of(Queue::Blocks), name_of(Exchange::Ingress), "");
    } else {
      connection.unbind(name_of(Queue::Blocks), name_of(Exchange::Ingress), "");
    }
  }

 private:
  RabbitmqOptions options_;
  Connections connections_ = 0;
};

}  // namespace

std::unique_ptr<flow::Broker> open_rabbitmq_broker(const RabbitmqOptions& options) {
  return std::make_unique<RabbitmqBroker>(options);
}

}  // namespace robin::adapters
