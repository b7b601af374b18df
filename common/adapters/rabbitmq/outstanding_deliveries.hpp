#pragma once

// OutstandingDeliveries: the deliveries of a channel that the server waits to be answered. Each ack is work for a queue
// that keeps its log on disk, so the acks of all that lies before everything that is still out go as one (`multiple`).
// A value type; see rmqcpp's MultipleAckHandler.

#include <algorithm>
#include <cstdint>
#include <set>
#include <span>
#include <vector>

namespace robin::adapters {

class OutstandingDeliveries {
 public:
  struct Acks {
    /// One ack for this delivery and all before it; 0 if there is none.
    std::uint64_t up_to = 0;
    /// Acks of their own.
    std::vector<std::uint64_t> alone = {};
  };

  void add(std::uint64_t tag) { tags_.insert(tag); }
  /// Was answered otherwise than by an ack.
  void remove(std::uint64_t tag) { tags_.erase(tag); }
  /// These are to be acked. What else was answered has been removed before, and been told to the server.
  [[nodiscard]] Acks ack(std::span<const std::uint64_t> tags) {
    for (const std::uint64_t tag : tags) {
      tags_.erase(tag);
    }
    Acks acks;
    for (const std::uint64_t tag : tags) {
      if (tags_.empty() || tag < *tags_.begin()) {
        acks.up_to = std::max(acks.up_to, tag);
      } else {
        acks.alone.push_back(tag);
      }
    }
    return acks;
  }
  /// The channel is gone.
  void clear() { tags_.clear(); }

 private:
  std::set<std::uint64_t> tags_;
};

}  // namespace robin::adapters
