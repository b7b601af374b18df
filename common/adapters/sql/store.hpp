#pragma once

// SqlStore: a flow::Store (or ClusterStore) over the session of one product, with the ledgers that every product has;
// what only one of them offers its own class adds.

#include <utility>

#include "adapters/sql/audit_ledger.hpp"
#include "adapters/sql/monitor_ledger.hpp"
#include "adapters/sql/plan_ledger.hpp"
#include "adapters/sql/reader.hpp"
#include "adapters/sql/save_ledger.hpp"
#include "adapters/sql/search_ledger.hpp"
#include "flow/ports/store.hpp"

namespace robin::adapters {

/// `Session` is a SqlDatabase and a flow::Leadership.
template <class Base, class Session>
class SqlStore : public Base {
 public:
  /// The session is made of `arguments`; the strategies outlive this object. `most` is what a result may hold.
  template <class... Arguments>
  SqlStore(const search::Strategies& strategies, flow::bounds::Result most, Arguments&&... arguments)
      : session_(std::forward<Arguments>(arguments)...), save_ledger_(session_, strategies, most) {}

  flow::LedgerReader& reader() override { return reader_; }
  flow::MonitorLedger& monitor_ledger() override { return monitor_ledger_; }
  flow::SearchLedger& search_ledger() override { return search_ledger_; }
  flow::Leadership& leadership() override { return session_; }
  flow::PlanLedger& plan_ledger() override { return plan_ledger_; }
  flow::SaveLedger& save_ledger() override { return save_ledger_; }
  flow::AuditLedger& audit_ledger() override { return audit_ledger_; }

 protected:
  [[nodiscard]] Session& session() { return session_; }

 private:
  Session session_;
  SqlReader reader_{session_};
  SqlMonitorLedger monitor_ledger_{session_};
  SqlSearchLedger search_ledger_{session_};
  SqlPlanLedger plan_ledger_{session_};
  SqlSaveLedger save_ledger_;
  SqlAuditLedger audit_ledger_{session_};
};

}  // namespace robin::adapters
