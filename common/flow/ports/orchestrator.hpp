#pragma once

// Orchestrator: the port to what starts and ends consumers (Kubernetes: adapters/kubernetes/pods.hpp). The janitor
// tells it which hosts compute, so that it ends idle consumers first when a fleet is scaled down. If what it was told
// is wrong, that costs time and never a result: a consumer that is ended finishes its block, or hands over the rest.

#include <set>
#include <stop_token>
#include <string>

#include "core/deadline.hpp"
#include "flow/ports/fleet_ledger.hpp"
#include "runtime/log.hpp"
#include "runtime/vitals.hpp"

namespace robin::flow {

class Orchestrator {
 public:
  Orchestrator() = default;
  Orchestrator(const Orchestrator&) = delete;
  Orchestrator& operator=(const Orchestrator&) = delete;
  virtual ~Orchestrator() = default;

  /// Says that a block is being computed on these hosts, and on no others. It may be said again at any time. Throws
  /// runtime::Error.
  virtual void set_at_work(const std::set<std::string>& hosts, core::Deadline deadline) = 0;
};

struct TellOptions {
  /// How often the orchestrator is told.
  core::Milliseconds period{5'000};
  /// How long telling it may take.
  core::Milliseconds patience{5'000};
  /// How many workers are looked at, those that reported last.
  std::size_t workers_max = 10'000;
  runtime::OptionalVitals vitals = {};
};

/// Tells the orchestrator which hosts compute, every `period`, until stop is requested. A failure is logged when it
/// begins, and tried again.
void tell_who_computes(FleetLedger& ledger, Orchestrator& orchestrator, const TellOptions& options, runtime::Log& log,
                       const std::stop_token& stop);

}  // namespace robin::flow
