#include "flow/loops/leadership.hpp"

#include <utility>

#include "runtime/error.hpp"
#include "runtime/pause.hpp"

namespace robin::flow {
namespace {

constexpr std::chrono::seconds poll{1};

std::optional<Epoch> wait_for_the_lead(Leadership& leadership, Role role, runtime::Log& log,
                                       const std::stop_token& stop, runtime::OptionalVitals vitals) {
  auto loop = vitals.loop("lead");
  auto epoch = leadership.lead(role);
  for (bool told = false; !epoch && !stop.stop_requested(); epoch = leadership.lead(role)) {
    if (!std::exchange(told, true)) {
      log.info("another one leads: waiting for its end");
    }
    loop.turned();
    runtime::pause(poll, stop);
  }
  if (epoch) {
    log.info("this one leads", {{"epoch", epoch->value}});
  }
  return epoch;
}

}  // namespace

void lead(Leadership& leadership, Role role, runtime::Log& log, const std::stop_token& stop,
          runtime::OptionalVitals vitals, const std::function<void(Epoch)>& work) {
  const auto epoch = wait_for_the_lead(leadership, role, log, stop, vitals);
  if (!epoch) {
    return;
  }
  try {
    work(*epoch);
  } catch (const Fenced& fenced) {
    log.warn(std::string(fenced.what()) + ": this " + text(role) + " ends", {{"epoch", epoch->value}});
  }
  leadership.release(role);
}

void wait_until_writable(MonitorLedger& ledger, runtime::Log& log, const std::stop_token& stop,
                         runtime::OptionalVitals vitals) {
  auto loop = vitals.loop("drain");
  for (bool told = false; !stop.stop_requested(); runtime::pause(poll, stop)) {
    loop.turned();
    if (ledger.control().state == ControlState::Writable) {
      return;
    }
    if (!std::exchange(told, true)) {
      log.info("a drain was ordered: waiting until blocks may be written again");
    }
  }
}

}  // namespace robin::flow
