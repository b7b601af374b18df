#include "flow/leadership.hpp"

#include <utility>

#include "runtime/service.hpp"

namespace robin::flow {
namespace {

constexpr std::chrono::seconds poll{1};

}  // namespace

std::optional<Epoch> wait_for_the_lead(Store& store, Role role, runtime::Log& log, const std::stop_token& stop) {
  auto epoch = store.lead(role);
  for (bool told = false; !epoch && !stop.stop_requested(); epoch = store.lead(role)) {
    if (!std::exchange(told, true)) {
      log.info("another one leads: waiting for its end");
    }
    runtime::pause(poll, stop);
  }
  if (epoch) {
    log.info("this one leads", {{"epoch", epoch->value}});
  }
  return epoch;
}

}  // namespace robin::flow
