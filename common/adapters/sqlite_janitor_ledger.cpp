#include "adapters/sqlite_janitor_ledger.hpp"

#include <nlohmann/json.hpp>

#include "adapters/sqlite_rows.hpp"

namespace robin::adapters {
namespace {

using flow::Attempt;
using flow::BlockState;
using flow::DeadLetter;
using flow::Epoch;
using flow::SweepReport;
using flow::SweepRules;
using flow::WorkKey;

using Transaction = SqliteDatabase::Transaction;

double seconds(runtime::Milliseconds span) { return static_cast<double>(span.count()) / 1000; }

/// What happens to blocks and to orders differs only in the table and the words for its key.
struct Table {
  const char* lose;
  const char* failures_of_lost;
  const char* quarantine;
  const char* take_back;
};

constexpr Table blocks_table{
    "UPDATE blocks SET state = 'FAILED', error = 'lost: ' || coalesce(worker, 'its worker')"
    " || ' was not heard of for the lease' WHERE state = 'RUNNING'"
    " AND julianday(heard_at) < julianday('now') - ? / 86400.0",
    "INSERT INTO failures (block_id, purpose, run, attempt, worker, error_class, message)"
    " SELECT id, 'search', run, attempt, coalesce(worker, ''), 'lost', 'not heard of for the lease' FROM blocks"
    " WHERE state = 'FAILED' AND error LIKE 'lost: %' ON CONFLICT DO NOTHING",
    "UPDATE blocks SET state = 'QUARANTINED' WHERE state = 'FAILED' AND attempt - attempts_before >= ?",
    "UPDATE blocks SET state = 'PENDING', attempt = attempt + 1 WHERE state = 'FAILED'"};

constexpr Table orders_table{
    "UPDATE orders SET state = 'FAILED', error = 'lost: ' || coalesce(worker, 'its worker')"
    " || ' was not heard of for the lease' WHERE state = 'RUNNING' AND closed_at IS NULL"
    " AND julianday(heard_at) < julianday('now') - ? / 86400.0",
    "INSERT INTO failures (block_id, purpose, run, attempt, worker, error_class, message)"
    " SELECT block_id, purpose, run, attempt, coalesce(worker, ''), 'lost', 'not heard of for the lease' FROM orders"
    " WHERE state = 'FAILED' AND closed_at IS NULL AND error LIKE 'lost: %' ON CONFLICT DO NOTHING",
    "UPDATE orders SET state = 'QUARANTINED' WHERE state = 'FAILED' AND closed_at IS NULL"
    " AND attempt - attempts_before >= ?",
    "UPDATE orders SET state = 'PENDING', attempt = attempt + 1 WHERE state = 'FAILED' AND closed_at IS NULL"};

void sweep_table(SqliteDatabase& database, const Table& table, const SweepRules& rules, SweepReport& report) {
  report.lost += database.prepare(table.lose).bind(seconds(rules.lease)).run();
  database.prepare(table.failures_of_lost).run();
  report.quarantined += database.prepare(table.quarantine).bind(std::int64_t{rules.attempts_max}).run();
  report.pending += database.prepare(table.take_back).run();
}

}  // namespace

std::optional<SweepReport> SqliteJanitorLedger::sweep(Epoch epoch, const SweepRules& rules) {
  const std::scoped_lock lock(mutex_);
  Transaction transaction(database_);
  if (!leads(epoch)) {
    return std::nullopt;
  }
  SweepReport report;
  sweep_table(database_, blocks_table, rules, report);
  sweep_table(database_, orders_table, rules, report);
  transaction.commit();
  return report;
}

std::optional<std::size_t> SqliteJanitorLedger::requeue_unstarted(Epoch epoch, runtime::Milliseconds age) {
  const std::scoped_lock lock(mutex_);
  Transaction transaction(database_);
  if (!leads(epoch)) {
    return std::nullopt;
  }
  const std::size_t changed = database_
                                  .prepare(
                                      "UPDATE blocks SET state = 'PENDING' WHERE state = 'QUEUED'"
                                      " AND julianday(queued_at) < julianday('now') - ? / 86400.0")
                                  .bind(seconds(age))
                                  .run() +
                              database_
                                  .prepare(
                                      "UPDATE orders SET state = 'PENDING' WHERE state = 'QUEUED' AND closed_at IS NULL"
                                      " AND julianday(queued_at) < julianday('now') - ? / 86400.0")
                                  .bind(seconds(age))
                                  .run();
  transaction.commit();
  return changed;
}

std::optional<DeadLetter> SqliteJanitorLedger::bury(Epoch epoch, const WorkKey& key, Attempt attempt,
                                                    const std::string& reason, std::uint32_t attempts_max) {
  const std::scoped_lock lock(mutex_);
  Transaction transaction(database_);
  if (!leads(epoch)) {
    return std::nullopt;
  }
  const bool of_a_block = key.purpose == flow::purpose_search;
  BlockState state{};
  std::uint32_t attempts_before = 0;
  {
    auto row = database_.prepare(
        of_a_block ? "SELECT state, attempt, attempts_before FROM blocks WHERE id = ?1 AND ?2 = 'search' AND ?3 >= 1"
                   : "SELECT state, attempt, attempts_before FROM orders WHERE block_id = ?1 AND purpose = ?2"
                     " AND run = ?3");
    bind_key(row, key);
    if (!row.step()) {
      return DeadLetter::Unknown;
    }
    state = read_state(row, 0);
    attempts_before = small(row, 2);
    const bool is_open = state == BlockState::Pending || state == BlockState::Queued || state == BlockState::Running;
    if (!is_open || small(row, 1) != attempt.value) {
      return DeadLetter::Stale;
    }
  }
  auto failure = database_.prepare(
      "INSERT INTO failures (block_id, purpose, run, attempt, worker, error_class, message)"
      " VALUES (?, ?, ?, ?, '', 'dead_letter', ?) ON CONFLICT DO NOTHING");
  bind_key(failure, key);
  failure.bind(std::int64_t{attempt.value}).bind(reason).run();
  const bool used_up = attempt.value - attempts_before >= attempts_max;
  auto update = database_.prepare(
      of_a_block ? "UPDATE blocks SET state = ?4, attempt = ?5, error = ?6 WHERE id = ?1 AND ?2 = 'search' AND ?3 >= 1"
                 : "UPDATE orders SET state = ?4, attempt = ?5, error = ?6 WHERE block_id = ?1 AND purpose = ?2"
                   " AND run = ?3");
  bind_key(update, key);
  update.bind(used_up ? "QUARANTINED" : "PENDING");
  update.bind(std::int64_t{attempt.value} + (used_up ? 0 : 1)).bind("dead_letter: " + reason).run();
  transaction.commit();
  return used_up ? DeadLetter::Quarantined : DeadLetter::Pending;
}

bool SqliteJanitorLedger::note(Epoch epoch, const std::string& kind, const std::string& message) {
  const std::scoped_lock lock(mutex_);
  Transaction transaction(database_);
  if (!leads(epoch)) {
    return false;
  }
  add_event(kind, message);
  transaction.commit();
  return true;
}

std::optional<std::size_t> SqliteJanitorLedger::drop_dead_parts(Epoch epoch, runtime::Milliseconds age) {
  const std::scoped_lock lock(mutex_);
  Transaction transaction(database_);
  if (!leads(epoch)) {
    return std::nullopt;
  }
  const std::size_t changed =
      database_.prepare("DELETE FROM parts WHERE julianday(received_at) < julianday('now') - ? / 86400.0")
          .bind(seconds(age))
          .run();
  transaction.commit();
  return changed;
}

std::uint64_t SqliteJanitorLedger::in_flight() {
  const std::scoped_lock lock(mutex_);
  auto row = database_.prepare(
      "SELECT (SELECT count(*) FROM blocks WHERE state IN ('QUEUED', 'RUNNING'))"
      " + (SELECT count(*) FROM orders WHERE state IN ('QUEUED', 'RUNNING') AND closed_at IS NULL)");
  row.step();
  return static_cast<std::uint64_t>(row.integer(0));
}

bool SqliteJanitorLedger::mark_drained(Epoch janitor, Epoch control) {
  const std::scoped_lock lock(mutex_);
  Transaction transaction(database_);
  const auto changed = [&] {
    return database_
        .prepare(
            "UPDATE control SET state = 'DRAINED', changed_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
            " WHERE id = 1 AND state = 'DRAINING' AND epoch = ?")
        .bind(control.value)
        .run();
  };
  if (!leads(janitor) || changed() == 0) {
    return false;
  }
  add_event("drain", "DRAINING -> DRAINED: no block can enter, and all queues are empty");
  transaction.commit();
  return true;
}

bool SqliteJanitorLedger::order_drain(bool drain, const std::string& who, const std::string& why) {
  const std::scoped_lock lock(mutex_);
  Transaction transaction(database_);
  std::string before;
  {
    auto row = database_.prepare("SELECT state FROM control WHERE id = 1");
    row.step();
    before = row.text(0);
  }
  if ((before != "WRITABLE") == drain) {
    return false;
  }
  const std::string state = drain ? "DRAINING" : "WRITABLE";
  database_
      .prepare(
          "UPDATE control SET state = ?, epoch = epoch + 1, changed_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
          " WHERE id = 1")
      .bind(state)
      .run();
  std::string message = before;
  message.append(" -> ").append(state).append(" by ").append(who);
  add_event("drain", why.empty() ? message : message.append(": ").append(why));
  transaction.commit();
  return true;
}

std::size_t SqliteJanitorLedger::retry(const flow::RetryFilter& filter, const std::string& who) {
  const std::scoped_lock lock(mutex_);
  nlohmann::json ids = nlohmann::json::array();
  for (const auto id : filter.ids) {
    ids.push_back(id.value);
  }
  nlohmann::json states = nlohmann::json::array();
  for (const auto state : filter.states) {
    states.push_back(flow::text(state));
  }
  Transaction transaction(database_);
  const std::size_t changed =
      database_
          .prepare(
              "UPDATE blocks SET state = 'PENDING', attempts_before = attempt, attempt = attempt + 1, error = NULL"
              " WHERE state IN ('FAILED', 'QUARANTINED') AND (id IN (SELECT value FROM json_each(?1))"
              " OR (json_array_length(?1) = 0 AND state IN (SELECT value FROM json_each(?2))))")
          .bind(ids.dump())
          .bind(states.dump())
          .run() +
      database_
          .prepare(
              "UPDATE orders SET state = 'PENDING', attempts_before = attempt, attempt = attempt + 1, error = NULL"
              " WHERE state IN ('FAILED', 'QUARANTINED') AND closed_at IS NULL"
              " AND (block_id IN (SELECT value FROM json_each(?1))"
              " OR (json_array_length(?1) = 0 AND state IN (SELECT value FROM json_each(?2))))")
          .bind(ids.dump())
          .bind(states.dump())
          .run();
  if (changed > 0) {
    add_event("retry", std::to_string(changed) + " blocks are tried again by " + who);
  }
  transaction.commit();
  return changed;
}

bool SqliteJanitorLedger::leads(Epoch epoch) {
  auto row = database_.prepare("SELECT 1 FROM leaders WHERE role = 'janitor' AND epoch = ?");
  return row.bind(epoch.value).step();
}

void SqliteJanitorLedger::add_event(const std::string& kind, const std::string& message) {
  database_.prepare("INSERT INTO events (kind, message) VALUES (?, ?)").bind(kind).bind(message).run();
}

}  // namespace robin::adapters
