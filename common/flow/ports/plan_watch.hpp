#pragma once

// PlanWatch: calls the producer when there may be something to plan or to publish, so that the producer need not ask
// the ledger again and again while it has nothing to do. A call is a hint: the producer then looks.
// tests/contract/plan_watch_contract_test.cpp is the definition of its promises.
//
// - A call follows when a search was added, extended or resumed, when there is a new order, and when a block or order
//   that was not in flight became PENDING. It also follows when a call may have been missed. It may come without
//   reason.
// - No call follows when something that was in flight becomes PENDING, or when a producer itself plans blocks: a
//   producer with something in flight looks without being called.
// One object may be used from several threads.

#include <functional>
#include <memory>

namespace robin::flow {

class PlanWatch {
 public:
  /// Calls come as long as it lives. When its destructor has returned, none comes any more.
  class Subscription {
   public:
    Subscription() = default;
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;
    virtual ~Subscription() = default;

    /// Whether a call will follow for everything that happens from now on. It changes by itself, as connections break
    /// and are made again, and each change is followed by a call. Ask this first, then look into the ledger, then wait:
    /// a call follows for whatever the look did not see.
    [[nodiscard]] virtual bool is_reliable() const = 0;
  };

  PlanWatch() = default;
  PlanWatch(const PlanWatch&) = delete;
  PlanWatch& operator=(const PlanWatch&) = delete;
  virtual ~PlanWatch() = default;

  /// `tell` is called by a thread of the watch, perhaps once for several changes. It must return at once.
  [[nodiscard]] virtual std::unique_ptr<Subscription> subscribe(std::function<void()> tell) = 0;
};

}  // namespace robin::flow
