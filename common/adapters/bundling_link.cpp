#include "adapters/bundling_link.hpp"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "flow/wire/bundle.hpp"

namespace robin::adapters {
namespace {

using core::SteadyTime;
using flow::Exchange;
using flow::Message;
using flow::Tag;
using flow::Ticket;
using flow::Travel;

/// Messages that together have more bytes wait for no others; one that has more alone travels alone.
constexpr std::size_t bundle_bytes_max = 1U << 16U;

/// What becomes of a delivery; of a bundle the worst that became of a message in it.
enum class Verdict { Ack, Nack, Reject };

/// The transport is never called with the mutex held: it may be telling something just then.
class BundlingLink final : public flow::Link {
 public:
  BundlingLink(const flow::LinkOptions& options, flow::EventSink sink, const OpenTransport& open)
      : consumes_(options.consume),
        linger_(options.linger),
        sink_(std::move(sink)),
        transport_(open([this](flow::BrokerEvents events) { hear(std::move(events)); })) {
    if (linger_ > core::Milliseconds::zero()) {
      clock_ = std::jthread([this](const std::stop_token& stop) { end_lingers(stop); });
    }
  }

  Ticket publish(Exchange exchange, Message message, Travel travel) override {
    std::unique_lock lock(mutex_);
    const Ticket ticket{++tickets_};
    // Who takes reports says whether he reads bundles; of those who take blocks, their sender knows it.
    const bool is_read = exchange == Exchange::Ingress || peer_reads_bundles_;
    if (travel == Travel::Alone || !is_read || message.body.size() > bundle_bytes_max) {
      lock.unlock();
      transport_->publish(exchange, std::move(message), ticket);
      return ticket;
    }
    std::optional<Packed> others;
    if (!waiting_.empty() && (waiting_exchange_ != exchange || waiting_.front().reply_to != message.reply_to)) {
      others = pack();
    }
    if (waiting_.empty()) {
      waiting_exchange_ = exchange;
      waiting_until_ = std::chrono::steady_clock::now() + linger_;
      began_to_wait_.notify_one();
    }
    waiting_bytes_ += message.body.size();
    waiting_.push_back(std::move(message));
    waiting_tickets_.push_back(ticket);
    std::optional<Packed> full;
    if (travel == Travel::Shared || waiting_.size() == flow::bundle_length_max || waiting_bytes_ > bundle_bytes_max ||
        linger_ == core::Milliseconds::zero()) {
      full = pack();
    }
    lock.unlock();
    send(std::move(others));
    send(std::move(full));
    return ticket;
  }

  void reply(const std::string& address, Message message) override {
    std::unique_lock lock(mutex_);
    const auto found = peers_.find(address);
    if (found == peers_.end()) {
      lock.unlock();
      transport_->reply(address, std::move(message));
      return;
    }
    found->second.replies.push_back(std::move(message));
    if (found->second.replies.size() == flow::bundle_length_max) {
      const auto replies = std::exchange(found->second.replies, {});
      lock.unlock();
      transport_->reply(address, flow::bundle(replies));
    }
  }

  void ack(Tag tag) override { settle(tag, Verdict::Ack); }
  void nack(Tag tag) override { settle(tag, Verdict::Nack); }
  void reject(Tag tag) override { settle(tag, Verdict::Reject); }

  void cancel() override {
    std::unique_lock lock(mutex_);
    auto packed = pack();
    lock.unlock();
    send(std::move(packed));
    transport_->cancel();
  }

 private:
  struct Packed {
    Exchange exchange;
    Message message;
    Ticket ticket;
  };
  /// A bundle that was delivered and is not answered yet.
  struct Open {
    std::size_t unanswered;
    std::string reply_to;
    Verdict verdict = Verdict::Ack;
  };
  /// Who has sent bundles that are not answered yet: how many, and the replies that wait for that.
  struct Peer {
    std::size_t open_bundles = 0;
    std::vector<Message> replies = {};
  };

  // Out.

  /// With the mutex: what waits, as one message. Its ticket is the first of those in it.
  std::optional<Packed> pack() {
    if (waiting_.empty()) {
      return std::nullopt;
    }
    Packed packed{waiting_exchange_, flow::bundle(waiting_), waiting_tickets_.front()};
    if (waiting_.size() > 1) {
      together_.emplace(packed.ticket, std::move(waiting_tickets_));
    }
    waiting_.clear();
    waiting_tickets_.clear();
    waiting_bytes_ = 0;
    return packed;
  }

  void send(std::optional<Packed> packed) {
    if (packed) {
      transport_->publish(packed->exchange, std::move(packed->message), packed->ticket);
    }
  }

  void end_lingers(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      began_to_wait_.wait(lock, stop, [this] { return !waiting_.empty(); });
      const SteadyTime until = waiting_until_;
      began_to_wait_.wait_until(lock, stop, until, [] { return false; });
      if (!waiting_.empty() && std::chrono::steady_clock::now() >= waiting_until_) {
        auto packed = pack();
        lock.unlock();
        send(std::move(packed));
        lock.lock();
      }
    }
  }

  // In.

  void hear(flow::BrokerEvents events) {
    flow::BrokerEvents told;
    told.reserve(events.size());
    {
      const std::scoped_lock lock(mutex_);
      for (flow::BrokerEvent& event : events) {
        std::visit([&](auto& content) { unpack(content, told); }, event);
      }
    }
    sink_(std::move(told));
  }

  // With the mutex.

  template <class Event>
  void unpack(Event& event, flow::BrokerEvents& told) {
    told.emplace_back(std::move(event));
  }
  void unpack(flow::Confirmed& confirmed, flow::BrokerEvents& told) {
    const auto tickets = together_.extract(confirmed.ticket);
    if (tickets.empty()) {
      told.emplace_back(confirmed);
      return;
    }
    for (const Ticket ticket : tickets.mapped()) {
      told.emplace_back(flow::Confirmed{ticket, confirmed.confirm});
    }
  }
  void unpack(flow::Delivered& delivered, flow::BrokerEvents& told) {
    auto messages = flow::unbundle(delivered.message);
    // Reports that were dead-lettered are kept for people, as they came.
    if (!messages || (consumes_ == flow::Queue::Dead && !flow::is_block(messages->front().body))) {
      told.emplace_back(std::move(delivered));
      return;
    }
    open_.emplace(delivered.tag, Open{messages->size(), delivered.message.reply_to});
    if (!delivered.message.reply_to.empty()) {
      ++peers_[delivered.message.reply_to].open_bundles;
    }
    Tag tag = delivered.tag;
    for (Message& message : *messages) {
      ++tag.part;
      told.emplace_back(flow::Delivered{tag, std::move(message), delivered.redelivered});
    }
  }
  void unpack(flow::Replied& replied, flow::BrokerEvents& told) {
    auto messages = flow::unbundle(replied.message).value_or(std::vector<Message>{replied.message});
    peer_reads_bundles_ = flow::says_it_reads_bundles(messages.back().body);
    for (Message& message : messages) {
      told.emplace_back(flow::Replied{std::move(message)});
    }
  }
  void unpack(flow::Disconnected& lost, flow::BrokerEvents& told) {
    if (lost.side != flow::Side::Publishing) {
      // All comes again, and is answered again.
      open_.clear();
      peers_.clear();
    }
    told.emplace_back(std::move(lost));
  }

  /// Counts a message of an open bundle down; all of the bundle, once that was its last.
  std::optional<Open> answered(Tag whole, Verdict verdict) {
    const auto found = open_.find(whole);
    if (found == open_.end()) {
      // Of an earlier connection.
      return std::nullopt;
    }
    found->second.verdict = std::max(found->second.verdict, verdict);
    if (--found->second.unanswered > 0) {
      return std::nullopt;
    }
    return open_.extract(found).mapped();
  }

  /// One bundle of this peer less is open: the replies that waited for that. Blocks have no address for any.
  std::vector<Message> released(const std::string& address) {
    const auto peer = peers_.find(address);
    if (peer == peers_.end()) {
      return {};
    }
    auto replies = std::exchange(peer->second.replies, {});
    if (--peer->second.open_bundles == 0) {
      peers_.erase(peer);
    }
    return replies;
  }

  void settle(Tag tag, Verdict verdict) {
    const Tag whole{tag.connection, tag.number};
    if (tag.part > 0) {
      std::unique_lock lock(mutex_);
      const auto bundle = answered(whole, verdict);
      if (!bundle) {
        return;
      }
      verdict = bundle->verdict;
      const auto replies = released(bundle->reply_to);
      lock.unlock();
      if (!replies.empty()) {
        transport_->reply(bundle->reply_to, flow::bundle(replies));
      }
    }
    switch (verdict) {
      case Verdict::Ack:
        return transport_->ack(whole);
      case Verdict::Nack:
        return transport_->nack(whole);
      case Verdict::Reject:
        return transport_->reject(whole);
    }
  }

  const std::optional<flow::Queue> consumes_;
  const core::Milliseconds linger_;
  flow::EventSink sink_;
  std::mutex mutex_;
  std::uint64_t tickets_ = 0;
  bool peer_reads_bundles_ = false;
  /// Messages that wait for others, for one exchange and with one reply address, and their tickets.
  std::vector<Message> waiting_;
  std::vector<Ticket> waiting_tickets_;
  Exchange waiting_exchange_ = Exchange::Results;
  std::size_t waiting_bytes_ = 0;
  SteadyTime waiting_until_;
  std::condition_variable_any began_to_wait_;
  /// By the ticket of a bundle that is not confirmed yet: those of the messages in it.
  std::map<Ticket, std::vector<Ticket>> together_;
  std::map<Tag, Open> open_;
  /// By reply address.
  std::map<std::string, Peer> peers_;
  std::unique_ptr<Transport> transport_;
  std::jthread clock_;
};

}  // namespace

std::unique_ptr<flow::Link> open_bundling_link(const flow::LinkOptions& options, flow::EventSink sink,
                                               const OpenTransport& open) {
  return std::make_unique<BundlingLink>(options, std::move(sink), open);
}

}  // namespace robin::adapters
