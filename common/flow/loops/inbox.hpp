#pragma once

// Inbox: the queue of events that a loop waits for. Any thread may put; one loop takes. Internally the loop takes all
// events at once, so that threads that put seldom wait for it. The inbox has no limit of its own: its length is bounded
// by the prefetch of a link, the slots of a worker pool, and the number of unconfirmed publishes.

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

#include "core/deadline.hpp"

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

  /// Puts all of them, in their order. The loop wakes once.
  template <class Part>
  void put_all(std::vector<Part> events) {
    {
      const std::scoped_lock lock(mutex_);
      std::move(events.begin(), events.end(), std::back_inserter(events_));
    }
    arrived_.notify_one();
  }

  /// The oldest event; nullopt at the deadline or when stop is requested.
  std::optional<Event> take(core::Deadline deadline, const std::stop_token& stop) {
    if (taken_.empty()) {
      wait(deadline, stop);
    }
    if (taken_.empty()) {
      return std::nullopt;
    }
    Event event = std::move(taken_.front());
    taken_.pop_front();
    return event;
  }

  // For the loop that takes.

  /// Whether take() would return an event without a look at what was put since: the loop has not yet worked off what it
  /// took at once.
  [[nodiscard]] bool has_more() const { return !taken_.empty(); }
  [[nodiscard]] bool is_empty() const {
    const std::scoped_lock lock(mutex_);
    return taken_.empty() && events_.empty();
  }

 private:
  void wait(core::Deadline deadline, const std::stop_token& stop) {
    // Ends after the lock does: its end may wait for the callback, which takes the lock so that no stop is missed
    // between the look at it and the wait.
    const std::stop_callback wake(stop, [this] {
      const std::scoped_lock lock(mutex_);
      arrived_.notify_all();
    });
    std::unique_lock lock(mutex_);
    arrived_.wait_until(lock, deadline.at, [this, &stop] { return !events_.empty() || stop.stop_requested(); });
    std::swap(taken_, events_);
  }

  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Event> events_;
  /// Only the loop that takes uses this.
  std::deque<Event> taken_;
};

}  // namespace robin::flow
