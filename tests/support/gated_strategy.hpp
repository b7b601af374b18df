#pragma once

// Gate and GatedStrategy: computations that wait until the test lets them through, so that it chooses what is still
// being computed when something else happens.

#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

#include "support/wrapped_strategy.hpp"

namespace robin::testing_support {

/// Closed at first. Its functions may be called from any thread.
class Gate {
 public:
  void open() {
    {
      const std::scoped_lock lock(mutex_);
      is_open_ = true;
    }
    opened_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    opened_.wait(lock, [this] { return is_open_; });
    --waiting_;
  }
  /// Whether a computation waits before the gate.
  [[nodiscard]] bool is_waited_for() {
    const std::scoped_lock lock(mutex_);
    return waiting_ > 0;
  }

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  bool is_open_ = false;
  int waiting_ = 0;
};

/// The strategy exhaustive, except that each slice that begins in the range of a gate passes that gate first.
class GatedStrategy final : public WrappedStrategy {
 public:
  using Gates = std::vector<std::pair<search::Block, Gate*>>;

  GatedStrategy(const search::Strategies& all, Gates gates)
      : WrappedStrategy(*all.find("exhaustive")), gates_(std::move(gates)) {}
  [[nodiscard]] search::Slice examine(const search::Block& slice, const search::Parameters& asked) const override {
    for (const auto& [range, gate] : gates_) {
      if (range.begin <= slice.begin && slice.begin < range.end) {
        gate->pass();
      }
    }
    return WrappedStrategy::examine(slice, asked);
  }

 private:
  Gates gates_;
};

/// A table that holds this strategy alone; the gates outlive it.
inline search::Strategies gated_strategies(const search::Strategies& all, GatedStrategy::Gates gates) {
  std::vector<std::unique_ptr<const search::Strategy>> table;
  table.push_back(std::make_unique<GatedStrategy>(all, std::move(gates)));
  return search::Strategies(std::move(table));
}

}  // namespace robin::testing_support
