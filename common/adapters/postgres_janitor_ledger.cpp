#include "adapters/postgres_janitor_ledger.hpp"

#include "adapters/postgres_rows.hpp"

namespace robin::adapters {
namespace {

using flow::Attempt;
using flow::BlockState;
using flow::DeadLetter;
using flow::Epoch;
using flow::SweepReport;
using flow::SweepRules;
using flow::WorkKey;

using Rows = PostgresConnection::Rows;

std::string milliseconds(runtime::Milliseconds span) { return number(span.count()); }

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
    " AND heard_at < now() - $1::float8 * interval '1 ms'",
    "INSERT INTO failures (block_id, purpose, run, attempt, worker, error_class, message)"
    " SELECT id, 'search', run, attempt, coalesce(worker, ''), 'lost', 'not heard of for the lease' FROM blocks"
    " WHERE state = 'FAILED' AND error LIKE 'lost: %' ON CONFLICT DO NOTHING",
    "UPDATE blocks SET state = 'QUARANTINED' WHERE state = 'FAILED' AND attempt - attempts_before >= $1::int",
    "UPDATE blocks SET state = 'PENDING', attempt = attempt + 1 WHERE state = 'FAILED'"};

constexpr Table orders_table{
    "UPDATE orders SET state = 'FAILED', error = 'lost: ' || coalesce(worker, 'its worker')"
    " || ' was not heard of for the lease' WHERE state = 'RUNNING' AND closed_at IS NULL"
    " AND heard_at < now() - $1::float8 * interval '1 ms'",
    "INSERT INTO failures (block_id, purpose, run, attempt, worker, error_class, message)"
    " SELECT block_id, purpose, run, attempt, coalesce(worker, ''), 'lost', 'not heard of for the lease' FROM orders"
    " WHERE state = 'FAILED' AND closed_at IS NULL AND error LIKE 'lost: %' ON CONFLICT DO NOTHING",
    "UPDATE orders SET state = 'QUARANTINED' WHERE state = 'FAILED' AND closed_at IS NULL"
    " AND attempt - attempts_before >= $1::int",
    "UPDATE orders SET state = 'PENDING', attempt = attempt + 1 WHERE state = 'FAILED' AND closed_at IS NULL"};

void sweep_table(PostgresConnection& database, const Table& table, const SweepRules& rules, SweepReport& report) {
  report.lost += database.query(table.lose, {milliseconds(rules.lease)}).changed();
  database.query(table.failures_of_lost);
  report.quarantined += database.query(table.quarantine, {number(rules.attempts_max)}).changed();
  report.pending += database.query(table.take_back).changed();
}

void add_event(PostgresConnection& database, const std::string& kind, const std::string& message) {
  database.query("INSERT INTO events (kind, message) VALUES ($1, $2)", {kind, message});
}

}  // namespace

std::optional<SweepReport> PostgresJanitorLedger::sweep(Epoch epoch, const SweepRules& rules) {
  return fenced(epoch, [&](PostgresConnection& database) {
    SweepReport report;
    sweep_table(database, blocks_table, rules, report);
    sweep_table(database, orders_table, rules, report);
    return report;
  });
}

std::optional<std::size_t> PostgresJanitorLedger::requeue_unstarted(Epoch epoch, runtime::Milliseconds age) {
  return fenced(epoch, [&](PostgresConnection& database) {
    return database
               .query(
                   "UPDATE blocks SET state = 'PENDING' WHERE state = 'QUEUED'"
                   " AND queued_at < now() - $1::float8 * interval '1 ms'",
                   {milliseconds(age)})
               .changed() +
           database
               .query(
                   "UPDATE orders SET state = 'PENDING' WHERE state = 'QUEUED' AND closed_at IS NULL"
                   " AND queued_at < now() - $1::float8 * interval '1 ms'",
                   {milliseconds(age)})
               .changed();
  });
}

std::optional<DeadLetter> PostgresJanitorLedger::bury(Epoch epoch, const WorkKey& key, Attempt attempt,
                                                      const std::string& reason, std::uint32_t attempts_max) {
  return fenced(epoch, [&](PostgresConnection& database) {
    const bool of_a_block = key.purpose == flow::purpose_search;
    const PostgresConnection::Parameters name = {number(key.block.value), key.purpose, number(key.run)};
    const Rows row = database.query(
        of_a_block ? "SELECT state, attempt, attempts_before FROM blocks WHERE id = $1 AND $2 = 'search'"
                     " AND $3::int >= 1 FOR UPDATE"
                   : "SELECT state, attempt, attempts_before FROM orders WHERE block_id = $1 AND purpose = $2"
                     " AND run = $3 FOR UPDATE",
        name);
    if (row.count() == 0) {
      return DeadLetter::Unknown;
    }
    const BlockState state = read_state(row, 0, 0);
    const bool is_open = state == BlockState::Pending || state == BlockState::Queued || state == BlockState::Running;
    if (!is_open || small(row, 0, 1) != attempt.value) {
      return DeadLetter::Stale;
    }
    auto failure = name;
    failure.insert(failure.end(), {number(attempt.value), reason});
    database.query(
        "INSERT INTO failures (block_id, purpose, run, attempt, worker, error_class, message)"
        " VALUES ($1, $2, $3, $4, '', 'dead_letter', $5) ON CONFLICT DO NOTHING",
        failure);
    const bool used_up = attempt.value - small(row, 0, 2) >= attempts_max;
    auto update = name;
    update.insert(update.end(), {used_up ? "QUARANTINED" : "PENDING", number(attempt.value + (used_up ? 0 : 1)),
                                 "dead_letter: " + reason});
    database.query(of_a_block ? "UPDATE blocks SET state = $4, attempt = $5, error = $6 WHERE id = $1"
                                " AND $2 = 'search' AND $3::int >= 1"
                              : "UPDATE orders SET state = $4, attempt = $5, error = $6 WHERE block_id = $1"
                                " AND purpose = $2 AND run = $3",
                   update);
    return used_up ? DeadLetter::Quarantined : DeadLetter::Pending;
  });
}

bool PostgresJanitorLedger::note(Epoch epoch, const std::string& kind, const std::string& message) {
  return fenced(epoch,
                [&](PostgresConnection& database) {
                  add_event(database, kind, message);
                  return true;
                })
      .has_value();
}

std::optional<std::size_t> PostgresJanitorLedger::drop_dead_parts(Epoch epoch, runtime::Milliseconds age) {
  return fenced(epoch, [&](PostgresConnection& database) {
    return database
        .query("DELETE FROM parts WHERE received_at < now() - $1::float8 * interval '1 ms'", {milliseconds(age)})
        .changed();
  });
}

std::uint64_t PostgresJanitorLedger::in_flight() {
  return session_.run([](PostgresConnection& database) {
    const Rows row = database.query(
        "SELECT (SELECT count(*) FROM blocks WHERE state IN ('QUEUED', 'RUNNING'))"
        " + (SELECT count(*) FROM orders WHERE state IN ('QUEUED', 'RUNNING') AND closed_at IS NULL)");
    return static_cast<std::uint64_t>(row.integer(0, 0));
  });
}

bool PostgresJanitorLedger::mark_drained(Epoch janitor, Epoch control) {
  const auto changed = fenced(janitor, [&](PostgresConnection& database) {
    const std::size_t rows = database
                                 .query(
                                     "UPDATE control SET state = 'DRAINED', changed_at = now()"
                                     " WHERE id = 1 AND state = 'DRAINING' AND epoch = $1",
                                     {number(control.value)})
                                 .changed();
    if (rows > 0) {
      add_event(database, "drain", "DRAINING -> DRAINED: no block can enter, and all queues are empty");
    }
    return rows;
  });
  return changed && *changed > 0;
}

bool PostgresJanitorLedger::order_drain(bool drain, const std::string& who, const std::string& why) {
  return session_.run([&](PostgresConnection& database) {
    PostgresTransaction transaction(database);
    const Rows before = database.query("SELECT state FROM control WHERE id = 1 FOR UPDATE");
    if ((before.text(0, 0) != "WRITABLE") == drain) {
      return false;
    }
    const std::string state = drain ? "DRAINING" : "WRITABLE";
    database.query("UPDATE control SET state = $1, epoch = epoch + 1, changed_at = now() WHERE id = 1", {state});
    add_event(database, "drain", before.text(0, 0) + " -> " + state + " by " + who + (why.empty() ? "" : ": " + why));
    transaction.commit();
    return true;
  });
}

std::size_t PostgresJanitorLedger::retry(const flow::RetryFilter& filter, const std::string& who) {
  return session_.run([&](PostgresConnection& database) {
    PostgresArray ids;
    for (const auto id : filter.ids) {
      ids.add(id.value);
    }
    PostgresArray states;
    for (const auto state : filter.states) {
      states.add(flow::text(state));
    }
    PostgresTransaction transaction(database);
    const Rows row = database.query("SELECT retry_blocks($1::bigint[], $2::text[])", {ids.text(), states.text()});
    const auto changed = static_cast<std::size_t>(row.integer(0, 0));
    if (changed > 0) {
      add_event(database, "retry", number(static_cast<std::int64_t>(changed)) + " blocks are tried again by " + who);
    }
    transaction.commit();
    return changed;
  });
}

}  // namespace robin::adapters
