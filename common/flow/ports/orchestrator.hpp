#pragma once

// Orchestrator: the port to whoever starts and ends consumers (Kubernetes: adapters/kubernetes/pods.hpp). Told who
// computes, it ends idle ones first when there shall be fewer. A wrong word costs time and never a result: a consumer
// that is ended finishes its block, or hands over the rest.

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

  /// On these hosts a block is being computed, on all others none. Throws runtime::Error; said again, nothing is lost.
  virtual void set_at_work(const std::set<std::string>& hosts, core::Deadline deadline) = 0;
};

struct TellOptions {
  core::Milliseconds period{5'000};
  /// How long one word may take.
  core::Milliseconds patience{5'000};
  /// Workers looked at, those heard of last.
  std::size_t workers_max = 10'000;
  runtime::OptionalVitals vitals = {};
};

/// Again and again, until stop is requested. What fails is logged when it begins to fail, and tried again.
void tell_who_computes(FleetLedger& ledger, Orchestrator& orchestrator, const TellOptions& options, runtime::Log& log,
                       const std::stop_token& stop);

}  // namespace robin::flow
