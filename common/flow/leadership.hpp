#pragma once

// wait_for_the_lead: of services of one role one leads; the others wait here for its end.

#include <optional>
#include <stop_token>

#include "flow/store.hpp"
#include "runtime/log.hpp"
#include "runtime/vitals.hpp"

namespace robin::flow {

/// nullopt if stop was requested first. Throws runtime::Error of the store.
[[nodiscard]] std::optional<Epoch> wait_for_the_lead(Store& store, Role role, runtime::Log& log,
                                                     const std::stop_token& stop, runtime::OptionalVitals vitals = {});

/// Returns when the control row says WRITABLE, or stop was requested: to lead meanwhile would only raise the epoch.
void wait_until_writable(Store& store, runtime::Log& log, const std::stop_token& stop,
                         runtime::OptionalVitals vitals = {});

}  // namespace robin::flow
