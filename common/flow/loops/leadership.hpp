#pragma once

// lead: of all services of one role one leads and works; the others wait until its lead ends.

#include <functional>
#include <stop_token>

#include "flow/ports/leadership.hpp"
#include "flow/ports/monitor_ledger.hpp"
#include "runtime/log.hpp"
#include "runtime/vitals.hpp"

namespace robin::flow {

/// Waits for the lead, calls work(epoch), and gives the lead back. If another took the lead meanwhile, work ends with
/// Fenced, which is no error. Returns without calling work if stop was requested first. Throws runtime::Error of the
/// ledger, and what work throws; the lead then ends with the store.
void lead(Leadership& leadership, Role role, runtime::Log& log, const std::stop_token& stop,
          runtime::OptionalVitals vitals, const std::function<void(Epoch)>& work);

/// Returns when the control row says WRITABLE, or stop was requested. A producer calls this before it takes the lead:
/// to lead while a drain lasts would only raise the epoch.
void wait_until_writable(MonitorLedger& ledger, runtime::Log& log, const std::stop_token& stop,
                         runtime::OptionalVitals vitals = {});

}  // namespace robin::flow
