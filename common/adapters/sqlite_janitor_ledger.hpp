#pragma once

// SqliteJanitorLedger: the janitor's part of the ledger in SQLite, over the store's connection and lock.

#include <mutex>

#include "adapters/sqlite_database.hpp"
#include "flow/janitor_ledger.hpp"

namespace robin::adapters {

class SqliteJanitorLedger final : public flow::JanitorLedger {
 public:
  SqliteJanitorLedger(SqliteDatabase& database, std::mutex& mutex) : database_(database), mutex_(mutex) {}

  std::optional<flow::SweepReport> sweep(flow::Epoch epoch, const flow::SweepRules& rules) override;
  std::optional<std::size_t> requeue_unstarted(flow::Epoch epoch, runtime::Milliseconds age) override;
  std::optional<flow::DeadLetter> bury(flow::Epoch epoch, const flow::WorkKey& key, flow::Attempt attempt,
                                       const std::string& reason, std::uint32_t attempts_max) override;
  bool note(flow::Epoch epoch, const std::string& kind, const std::string& message) override;
  std::optional<std::size_t> drop_dead_parts(flow::Epoch epoch, runtime::Milliseconds age) override;
  std::uint64_t in_flight() override;
  bool mark_drained(flow::Epoch janitor, flow::Epoch control) override;
  bool order_drain(bool drain, const std::string& who, const std::string& why) override;
  std::size_t retry(const flow::RetryFilter& filter, const std::string& who) override;

 private:
  bool leads(flow::Epoch epoch);
  void add_event(const std::string& kind, const std::string& message);

  SqliteDatabase& database_;
  std::mutex& mutex_;
};

}  // namespace robin::adapters
