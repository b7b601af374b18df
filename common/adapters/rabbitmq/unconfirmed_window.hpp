#pragma once

// UnconfirmedWindow: the messages that were published on a channel and not confirmed yet, by the numbers that AMQP
// publisher confirms give them: 1 for the first message of a channel, and so on. It is bounded in messages and in
// bytes: a server that is short of memory stops reading, and a send into a full socket would wait for ever. A value
// type; see rmqcpp's MessageStore and https://www.rabbitmq.com/docs/confirms.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "flow/ports/broker.hpp"

namespace robin::adapters {

class UnconfirmedWindow {
 public:
  struct Published {
    std::string message_id;
    /// On the wire, at most.
    std::size_t bytes;
    /// nullopt: nobody waits for its confirm.
    std::optional<flow::Ticket> ticket;
    bool is_returned = false;
  };

  UnconfirmedWindow(std::size_t messages_max, std::size_t bytes_max)
      : messages_max_(messages_max), bytes_max_(bytes_max) {}

  /// A window that is empty has room for any message.
  [[nodiscard]] bool has_room(std::size_t bytes) const {
    return published_.empty() || (published_.size() < messages_max_ && bytes_ + bytes <= bytes_max_);
  }
  /// The next message of the channel.
  void add(Published message) {
    bytes_ += message.bytes;
    published_.emplace(++last_number_, std::move(message));
  }
  /// The server has answered for a message, or for all up to it; those that leave the window, in their order.
  std::vector<Published> settle(std::uint64_t number, bool all_up_to_it) {
    std::vector<Published> settled;
    const auto first = all_up_to_it ? published_.begin() : published_.find(number);
    const auto last = published_.upper_bound(number);
    for (auto at = first; at != last && at != published_.end(); at = published_.erase(at)) {
      bytes_ -= at->second.bytes;
      settled.push_back(std::move(at->second));
    }
    return settled;
  }
  /// A return names no number; of the copies of a message that are out it means the oldest not yet returned.
  void mark_returned(const std::string& message_id) {
    for (auto& [number, message] : published_) {
      if (message.message_id == message_id && !message.is_returned) {
        message.is_returned = true;
        return;
      }
    }
  }
  /// The channel is gone: those whose fate nobody knows. The next one counts from 1.
  std::vector<Published> begin_anew() {
    auto lost = settle(last_number_, true);
    last_number_ = 0;
    return lost;
  }

 private:
  std::size_t messages_max_;
  std::size_t bytes_max_;
  std::map<std::uint64_t, Published> published_;
  std::size_t bytes_ = 0;
  std::uint64_t last_number_ = 0;
};

}  // namespace robin::adapters
