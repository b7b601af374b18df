#pragma once

// Store: a ledger, the only place that knows what is done. It has one port for each role, as the database has one role
// for each service, so that nobody can do more than its role needs. Every ledger is a Store; one that a fleet can work
// with is a ClusterStore. The contract suite of a port (tests/contract) is the definition of its promises, and every
// implementation passes it.

#include "flow/ports/audit_ledger.hpp"
#include "flow/ports/fleet_ledger.hpp"
#include "flow/ports/janitor_ledger.hpp"
#include "flow/ports/leadership.hpp"
#include "flow/ports/ledger_reader.hpp"
#include "flow/ports/monitor_ledger.hpp"
#include "flow/ports/operator_ledger.hpp"
#include "flow/ports/plan_ledger.hpp"
#include "flow/ports/plan_watch.hpp"
#include "flow/ports/save_ledger.hpp"
#include "flow/ports/search_ledger.hpp"

namespace robin::flow {

class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  [[nodiscard]] virtual LedgerReader& reader() = 0;
  [[nodiscard]] virtual MonitorLedger& monitor_ledger() = 0;
  [[nodiscard]] virtual SearchLedger& search_ledger() = 0;
  [[nodiscard]] virtual Leadership& leadership() = 0;
  [[nodiscard]] virtual PlanLedger& plan_ledger() = 0;
  [[nodiscard]] virtual SaveLedger& save_ledger() = 0;
  [[nodiscard]] virtual AuditLedger& audit_ledger() = 0;
};

class ClusterStore : public Store {
 public:
  [[nodiscard]] virtual FleetLedger& fleet_ledger() = 0;
  [[nodiscard]] virtual JanitorLedger& janitor_ledger() = 0;
  [[nodiscard]] virtual OperatorLedger& operator_ledger() = 0;
  [[nodiscard]] virtual PlanWatch& plan_watch() = 0;
};

}  // namespace robin::flow
