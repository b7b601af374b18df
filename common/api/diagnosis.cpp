#include "api/diagnosis.hpp"

#include <fmt/format.h>

namespace robin::api {
namespace {

/// Workers report every block; one that takes longer reports that it goes on well before a lease of 90 s ends.
constexpr double silence_seconds_max = 120;
/// So many results wait only if savers are too slow or gone.
constexpr std::uint64_t results_waiting_max = 1000;

std::string count(std::uint64_t number, const char* one, const char* many) {
  return fmt::format("{} {}", number, number == 1 ? one : many);
}

std::string blocks(std::uint64_t number) { return count(number, "block", "blocks"); }

class Diagnosis {
 public:
  explicit Diagnosis(const ClusterFacts& facts) : facts_(facts) {}

  std::vector<Hindrance> all() {
    services();
    queues();
    workers();
    ledger();
    drain();
    return std::move(problems_);
  }

 private:
  void fault(const char* where, std::string message, std::string next) {
    problems_.push_back({where, true, std::move(message), std::move(next)});
  }

  [[nodiscard]] bool is_missing(const char* service) const {
    return facts_.services && !facts_.services->contains(service);
  }

  void services() {
    const auto& counts = facts_.counts;
    if (is_missing("robin-producer") && (facts_.is_planning || counts.pending + counts.orders_pending > 0)) {
      fault("producer", "no producer runs: no block enters the queue", "start robin-producer");
    }
    if (is_missing("robin-saver") && counts.in_flight() > 0) {
      fault("saver", "no saver runs: results wait in their queue and are not lost", "start robin-saver");
    }
    if (is_missing("robin-auditor") && counts.finished > 0 && facts_.open_searches > 0) {
      fault("auditor", "no auditor runs: nothing is certified", "start robin-auditor");
    }
    if (is_missing("robin-janitor")) {
      fault("janitor", "no janitor runs: lost and failed blocks are not tried again", "start robin-janitor");
    }
  }

  void queues() {
    if (!facts_.blocks.depth.known || !facts_.results.depth.known) {
      fault("blocks", "RabbitMQ's management API cannot be asked: how deep the queues are is not known",
            "see that RabbitMQ runs, and what ROBIN_MANAGEMENT_URL names");
    } else {
      if (facts_.blocks.consumers == 0 && facts_.counts.in_flight() > 0) {
        fault("consumers", fmt::format("no consumer is connected: {} to compute", waits(facts_.counts.in_flight())),
              "start robin-consumer (kubectl scale deployment/consumer --replicas=2)");
      }
      if (facts_.results.depth.ready > results_waiting_max) {
        fault("results", count(facts_.results.depth.ready, "result waits", "results wait") + " to be saved",
              "see how robin-saver and the database do; more savers may run");
      }
    }
    if (facts_.dead.depth.known && facts_.dead.depth.ready > 0) {
      fault("dead", count(facts_.dead.depth.ready, "message", "messages") + " in robin.dead that nobody could use",
            "the janitor brings them back or names them in the events (robin events)");
    }
  }

  static std::string waits(std::uint64_t number) { return blocks(number) + (number == 1 ? " waits" : " wait"); }

  void workers() {
    const bool somebody_should_report = facts_.counts.in_flight() > 0 && facts_.blocks.consumers > 0;
    if (somebody_should_report && facts_.silent_seconds && *facts_.silent_seconds > silence_seconds_max) {
      fault("consumers", fmt::format("no worker was heard of for {:.0f} min", *facts_.silent_seconds / 60),
            "see the log of a consumer; lost blocks come back by themselves (robin-janitor)");
    }
  }

  void ledger() {
    const auto& counts = facts_.counts;
    if (counts.quarantined > 0) {
      fault("searches",
            blocks(counts.quarantined) + " failed too often and " + (counts.quarantined == 1 ? "is" : "are") +
                " tried no more",
            "read the errors, mend the cause, then retry (robin blocks retry)");
    } else if (counts.failed > 0) {
      fault("searches", blocks(counts.failed) + " failed and will be tried again",
            "read the errors (robin blocks list)");
    }
    if (counts.disputed > 0) {
      fault("searches",
            blocks(counts.disputed) + (counts.disputed == 1 ? " is" : " are") + " disputed: two results of it differ",
            "it is computed again by itself; look for a machine that errs (robin events)");
    }
    for (const auto& [search, objection] : facts_.objections) {
      fault("auditor", fmt::format("search {} is not certified further: {}", search, objection),
            "the auditor has blocks looked at closely where that helps (robin events)");
    }
  }

  void drain() {
    if (facts_.control == flow::ControlState::Writable) {
      return;
    }
    const bool is_drained = facts_.control == flow::ControlState::Drained;
    problems_.push_back({"drain", false,
                         is_drained ? "drained: nothing is in flight and nothing enters"
                                    : "draining: " + blocks(facts_.counts.in_flight()) + " in flight, nothing enters",
                         is_drained ? "it is safe to stop everything; robin drain stop goes on"
                                    : "wait until it is drained, or go on with robin drain stop"});
  }

  const ClusterFacts& facts_;
  std::vector<Hindrance> problems_;
};

}  // namespace

std::vector<Hindrance> diagnose(const ClusterFacts& facts) { return Diagnosis(facts).all(); }

}  // namespace robin::api
