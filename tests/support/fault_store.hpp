#pragma once

// FaultStore: a store around another one whose saves go wrong as databases do, at random from a seed: a batch is
// refused before anything happened, saved although the answer says otherwise, saved twice, or late. Everything else
// passes through.

#include <mutex>
#include <random>
#include <span>
#include <thread>

#include "runtime/error.hpp"
#include "support/hooked_store.hpp"

namespace robin::testing_support {

struct StoreFaultRates {
  double refuse = 0;
  double lose_answer = 0;
  double duplicate = 0;
  /// A late batch is saved up to 50 ms late.
  double delay = 0;
};

class FaultStore {
 public:
  /// `inner` outlives this object.
  FaultStore(flow::Store& inner, const StoreFaultRates& rates, std::uint64_t seed)
      : inner_(inner), rates_(rates), random_(seed), store_(inner, [this](auto reports) { before_save(reports); }) {}

  [[nodiscard]] flow::Store& store() { return store_; }

 private:
  bool happens(double probability) {
    const std::scoped_lock lock(mutex_);
    return std::bernoulli_distribution(probability)(random_);
  }

  void before_save(std::span<const flow::Report> reports) {
    const runtime::Error out_of_reach("a fault was ordered", runtime::Retry::Yes, runtime::Cause::Unreachable);
    if (happens(rates_.delay)) {
      std::this_thread::sleep_for(std::chrono::milliseconds(25));  // the fault itself, no wait for anything
    }
    if (happens(rates_.refuse)) {
      throw out_of_reach;
    }
    if (happens(rates_.lose_answer)) {
      (void)inner_.save_ledger().save(reports);
      throw out_of_reach;
    }
    if (happens(rates_.duplicate)) {
      (void)inner_.save_ledger().save(reports);
    }
  }

  flow::Store& inner_;
  StoreFaultRates rates_;
  std::mutex mutex_;
  std::mt19937_64 random_;
  flow::HookedStore store_;
};

}  // namespace robin::testing_support
