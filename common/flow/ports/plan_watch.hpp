#pragma once

// PlanWatch: word of a ledger that there may be something to plan or to publish, so that a producer need not ask for it
// over and over while nothing is open and nothing in flight. It is a hint and saves looks; it never replaces them.
// tests/contract/plan_watch_contract_test.cpp is the definition of its promises.
//
// - Told is, once it happened, a search that was added, extended or resumed, a new order, and a block or order that
//   became PENDING and was not in flight; and whatever may have been missed. It may be told without any reason.
// - Not told is what becomes PENDING of what was in flight, or is planned by a producer himself: whoever has something
//   in flight looks by himself.
// One object may be used from several threads.

#include <functional>
#include <memory>

namespace robin::flow {

class PlanWatch {
 public:
  /// Word is given as long as it lives; when its destructor returns, nobody is told any more.
  class Subscription {
   public:
    Subscription() = default;
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;
    virtual ~Subscription() = default;

    /// Whether everything that happens from now on will be told. It becomes true and false by itself, as connections
    /// break and are made again, and each change is told, too. A caller asks first, then looks, then waits: whatever
    /// his look does not see is told to him.
    [[nodiscard]] virtual bool is_reliable() const = 0;
  };

  PlanWatch() = default;
  PlanWatch(const PlanWatch&) = delete;
  PlanWatch& operator=(const PlanWatch&) = delete;
  virtual ~PlanWatch() = default;

  /// `tell` is called by a thread of the watch, several changes at once perhaps, and must return at once.
  [[nodiscard]] virtual std::unique_ptr<Subscription> subscribe(std::function<void()> tell) = 0;
};

}  // namespace robin::flow
