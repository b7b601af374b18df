#include "flow/ports/orchestrator.hpp"

#include <utility>

#include "runtime/error.hpp"
#include "runtime/pause.hpp"
#include "runtime/service.hpp"

namespace robin::flow {
namespace {

std::set<std::string> hosts_at_work(FleetLedger& ledger, std::size_t workers_max) {
  std::set<std::string> hosts;
  for (const WorkerRecord& worker : ledger.workers(workers_max)) {
    if (!worker.running.empty()) {
      // A worker's name is host/pid.
      hosts.insert(worker.name.substr(0, worker.name.find('/')));
    }
  }
  return hosts;
}

}  // namespace

void tell_who_computes(FleetLedger& ledger, Orchestrator& orchestrator, const TellOptions& options, runtime::Log& log,
                       const std::stop_token& stop) {
  auto loop = options.vitals.loop("tell");
  for (bool works = true; !stop.stop_requested(); runtime::pause(options.period, stop)) {
    loop.turned();
    try {
      orchestrator.set_at_work(hosts_at_work(ledger, options.workers_max), core::Deadline::in(options.patience));
      works = true;
    } catch (const runtime::Error& error) {
      if (std::exchange(works, false)) {
        log.warn("who computes could not be told", {{"error", std::string(error.what())}});
      }
    }
  }
}

}  // namespace robin::flow
