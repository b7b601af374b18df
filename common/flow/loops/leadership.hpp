#pragma once

// lead: of the services of one role one leads and works; the others wait for its end.

#include <functional>
#include <stop_token>

#include "flow/ports/leadership.hpp"
#include "flow/ports/monitor_ledger.hpp"
#include "runtime/log.hpp"
#include "runtime/vitals.hpp"

namespace robin::flow {

/// Waits for the lead, calls work(epoch), and gives the lead back. Another that took the lead meanwhile (Fenced) ends
/// the work, which is no error. Returns without work if stop was requested first. Throws runtime::Error of the ledger,
/// and what work throws: then the lead ends with the store.
void lead(Leadership& leadership, Role role, runtime::Log& log, const std::stop_token& stop,
          runtime::OptionalVitals vitals, const std::function<void(Epoch)>& work);

/// Returns when the control row says WRITABLE, or stop was requested: to lead meanwhile would only raise the epoch.
void wait_until_writable(MonitorLedger& ledger, runtime::Log& log, const std::stop_token& stop,
                         runtime::OptionalVitals vitals = {});

}  // namespace robin::flow
