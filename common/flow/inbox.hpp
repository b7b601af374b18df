#pragma once

// Inbox: what a loop waits on. Any thread may put; one loop takes. Its length is bounded by those who put: the prefetch
// of a link, the slots of a worker pool, the window of unconfirmed publishes.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

#include "runtime/deadline.hpp"

namespace robin::flow {

template <class Event>
class Inbox {
 public:
  void put(Event event) {
    {
      const std::scoped_lock lock(mutex_);
      events_.push_back(std::move(event));
    }
    arrived_.notify_one();
  }

  /// The oldest event; nullopt at the deadline or when stop is requested.
  std::optional<Event> take(runtime::Deadline deadline, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    arrived_.wait_until(lock, stop, deadline.at, [this] { return !events_.empty(); });
    if (events_.empty()) {
      return std::nullopt;
    }
    Event event = std::move(events_.front());
    events_.pop_front();
    return event;
  }

  [[nodiscard]] bool is_empty() const {
    const std::scoped_lock lock(mutex_);
    return events_.empty();
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::deque<Event> events_;
};

}  // namespace robin::flow
