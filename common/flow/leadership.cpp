#include "flow/leadership.hpp"

#include <utility>

#include "runtime/service.hpp"

namespace robin::flow {
namespace {

constexpr std::chrono::seconds poll{1};

}  // namespace

std::optional<Epoch> wait_for_the_lead(Store& store, Role role, runtime::Log& log, const std::stop_token& stop,
                                       runtime::OptionalVitals vitals) {
  auto loop = vitals.loop("lead");
  auto epoch = store.lead(role);
  for (bool told = false; !epoch && !stop.stop_requested(); epoch = store.lead(role)) {
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

void wait_until_writable(Store& store, runtime::Log& log, const std::stop_token& stop, runtime::OptionalVitals vitals) {
  auto loop = vitals.loop("drain");
  for (bool told = false; !stop.stop_requested(); runtime::pause(poll, stop)) {
    loop.turned();
    if (store.control().state == ControlState::Writable) {
      return;
    }
    if (!std::exchange(told, true)) {
      log.info("a drain was ordered: waiting until blocks may be written again");
    }
  }
}

}  // namespace robin::flow
