#pragma once

// PostgresJanitorLedger: the janitor's part of the ledger in PostgreSQL, over the store's session.

#include "adapters/postgres_session.hpp"
#include "flow/janitor_ledger.hpp"

namespace robin::adapters {

class PostgresJanitorLedger final : public flow::JanitorLedger {
 public:
  explicit PostgresJanitorLedger(PostgresSession& session) : session_(session) {}

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
  /// Runs call(connection) in a transaction under the janitor's epoch; nothing happens under an older one.
  template <class Call>
  auto fenced(flow::Epoch epoch, Call call) {
    using Result = std::optional<std::invoke_result_t<Call, PostgresConnection&>>;
    return session_.run([&](PostgresConnection& database) -> Result {
      PostgresTransaction transaction(database);
      if (!is_newest(database, flow::Role::Janitor, epoch)) {
        return std::nullopt;
      }
      Result result = call(database);
      transaction.commit();
      return result;
    });
  }

  PostgresSession& session_;
};

}  // namespace robin::adapters
