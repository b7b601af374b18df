#pragma once

// HookedStore: passes every call on to another store; a test looks at each batch before it is saved, and may throw.

#include <functional>
#include <span>
#include <utility>

#include "flow/store.hpp"

namespace robin::flow {

class HookedStore final : public Store {
 public:
  HookedStore(Store& inner, std::function<void(std::span<const Report>)> before_save)
      : inner_(inner), before_save_(std::move(before_save)) {}

  SearchId add_search(const SearchSpec& spec) override { return inner_.add_search(spec); }
  std::vector<SearchRecord> searches() override { return inner_.searches(); }
  std::vector<SearchRecord> searches_to_produce() override { return inner_.searches_to_produce(); }
  void extend_search(SearchId id, search::Position end) override { inner_.extend_search(id, end); }
  std::optional<Epoch> lead(Role role) override { return inner_.lead(role); }
  void release(Role role) override { inner_.release(role); }
  PlanOutcome plan(Epoch epoch, SearchId id, std::span<const search::Block> blocks) override {
    return inner_.plan(epoch, id, blocks);
  }
  using Store::pending;
  std::vector<Work> pending(std::optional<SearchId> id, std::size_t limit, std::size_t orders_limit) override {
    return inner_.pending(id, limit, orders_limit);
  }
  std::optional<std::size_t> mark_queued(Epoch epoch, std::span<const Work> work) override {
    return inner_.mark_queued(epoch, work);
  }
  std::size_t requeue_lost(Epoch epoch) override { return inner_.requeue_lost(epoch); }
  std::vector<Outcome> save(std::span<const Report> reports) override {
    before_save_(reports);
    return inner_.save(reports);
  }
  BlockCounts counts(SearchId id) override { return inner_.counts(id); }
  std::vector<FinishedBlock> finished(SearchId id, search::Position from, std::size_t limit) override {
    return inner_.finished(id, from, limit);
  }
  SearchProgress progress(SearchId id) override { return inner_.progress(id); }
  std::vector<BlockRecord> blocks(const BlockFilter& filter, std::size_t limit) override {
    return inner_.blocks(filter, limit);
  }
  std::vector<FailureRecord> failures(BlockId block) override { return inner_.failures(block); }
  JanitorLedger& janitor_ledger() override { return inner_.janitor_ledger(); }
  AuditLedger& audit_ledger() override { return inner_.audit_ledger(); }
  MonitorLedger& monitor_ledger() override { return inner_.monitor_ledger(); }
  Control control() override { return inner_.control(); }
  std::uint64_t count_findings(SearchId id, Finding kind) override { return inner_.count_findings(id, kind); }
  std::vector<search::Witness> findings(SearchId id, Finding kind, std::size_t limit) override {
    return inner_.findings(id, kind, limit);
  }
  std::vector<search::Witness> top_findings(SearchId id, Finding kind, std::size_t limit) override {
    return inner_.top_findings(id, kind, limit);
  }

 private:
  Store& inner_;
  std::function<void(std::span<const Report>)> before_save_;
};

}  // namespace robin::flow
