#pragma once

// HookedStore: another store whose batches a test looks at before they are saved; it may throw.

#include <functional>
#include <span>
#include <utility>

#include "flow/ports/store.hpp"

namespace robin::flow {

class HookedSaveLedger final : public SaveLedger {
 public:
  HookedSaveLedger(SaveLedger& inner, std::function<void(std::span<const Report>)> before_save)
      : inner_(inner), before_save_(std::move(before_save)) {}
  std::vector<Outcome> save(std::span<const Report> reports) override {
    before_save_(reports);
    return inner_.save(reports);
  }

 private:
  SaveLedger& inner_;
  std::function<void(std::span<const Report>)> before_save_;
};

class HookedStore final : public Store {
 public:
  HookedStore(Store& inner, std::function<void(std::span<const Report>)> before_save)
      : inner_(inner), save_ledger_(inner.save_ledger(), std::move(before_save)) {}

  LedgerReader& reader() override { return inner_.reader(); }
  MonitorLedger& monitor_ledger() override { return inner_.monitor_ledger(); }
  SearchLedger& search_ledger() override { return inner_.search_ledger(); }
  Leadership& leadership() override { return inner_.leadership(); }
  PlanLedger& plan_ledger() override { return inner_.plan_ledger(); }
  SaveLedger& save_ledger() override { return save_ledger_; }
  AuditLedger& audit_ledger() override { return inner_.audit_ledger(); }

 private:
  Store& inner_;
  HookedSaveLedger save_ledger_;
};

}  // namespace robin::flow
