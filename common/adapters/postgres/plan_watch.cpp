#include "adapters/postgres/plan_watch.hpp"

#include <atomic>
#include <chrono>
#include <thread>
#include <utility>

#include "adapters/wake.hpp"
#include "core/backoff.hpp"
#include "runtime/error.hpp"
#include "runtime/pause.hpp"

namespace robin::adapters {
namespace {

/// A connection that hears nothing is asked so often whether it is still one, whatever TCP thinks.
constexpr core::Milliseconds asked_every{30'000};
constexpr core::BackoffRule between_connections{
    .first = core::Milliseconds(200), .greatest = core::Milliseconds(5'000), .calm = core::Milliseconds(60'000)};

/// It is no service of the fleet (FleetLedger::services), which its owner is already.
PostgresOptions named_apart(PostgresOptions options) {
  options.name = "listener of " + options.name;
  return options;
}

class Listener final : public flow::PlanWatch::Subscription {
 public:
  Listener(const PostgresOptions& options, std::function<void()> tell)
      : options_(options), tell_(std::move(tell)), thread_([this](const std::stop_token& stop) { run(stop); }) {}
  ~Listener() override {
    thread_.request_stop();
    wake_.up();
    thread_.join();
  }

  [[nodiscard]] bool is_reliable() const override { return is_listening_; }

 private:
  void run(const std::stop_token& stop) {
    core::Backoff backoff(between_connections);
    while (!stop.stop_requested()) {
      const auto begin = std::chrono::steady_clock::now();
      try {
        listen(stop);
      } catch (const runtime::Error&) {
        // Who looks at the same ledger finds out for himself, and says so; here it is only looked at more often.
      }
      if (is_listening_.exchange(false)) {
        tell_();
      }
      runtime::pause(backoff.next_after(std::chrono::steady_clock::now() - begin), stop);
    }
  }

  void listen(const std::stop_token& stop) {
    PostgresConnection connection(options_);
    connection.query("LISTEN robin_plans");
    // Before it is told: who looks because of that must find it reliable.
    is_listening_ = true;
    tell_();
    while (!stop.stop_requested()) {
      if (connection.wait_for_notifications(wake_.descriptor(), asked_every)) {
        tell_();
      } else {
        connection.query("SELECT 1");
      }
    }
  }

  PostgresOptions options_;
  std::function<void()> tell_;
  std::atomic<bool> is_listening_ = false;
  Wake wake_;
  std::jthread thread_;
};

}  // namespace

std::unique_ptr<flow::PlanWatch::Subscription> PostgresPlanWatch::subscribe(std::function<void()> tell) {
  return std::make_unique<Listener>(named_apart(options_), std::move(tell));
}

}  // namespace robin::adapters
