#include "adapters/postgres/janitor_ledger.hpp"

#include "adapters/sql/event_row.hpp"
#include "adapters/sql/provenance.hpp"

namespace robin::adapters {
namespace {

using flow::Attempt;
using flow::BlockState;
using flow::DeadLetter;
using flow::Epoch;
using flow::Role;
using flow::SweepReport;

const SqlWorkStatement lost_works(
    "UPDATE {works} AS w SET state = 'FAILED', error = 'lost: ' || coalesce(worker, 'its worker')"
    " || ' was not heard of for the lease' WHERE state = 'RUNNING' AND {open w}"
    " AND heard_at < now() - $1::float8 * interval '1 ms'");
const SqlWorkStatement failures_of_lost_works(
    "INSERT INTO failures (block_id, purpose, run, attempt, worker, error_class, message)"
    " SELECT {block_id w}, {purpose w}, run, attempt, coalesce(worker, ''), 'lost', 'not heard of for the lease'"
    " FROM {works} w WHERE state = 'FAILED' AND {open w} AND error LIKE 'lost: %' ON CONFLICT DO NOTHING");
const SqlWorkStatement quarantined_works(
    "UPDATE {works} AS w SET state = 'QUARANTINED' WHERE state = 'FAILED' AND {open w}"
    " AND attempt - attempts_before >= $1::int");
const SqlWorkStatement works_taken_back(
    "UPDATE {works} AS w SET state = 'PENDING', attempt = attempt + 1 WHERE state = 'FAILED' AND {open w}");
const SqlWorkStatement unstarted_works(
    "UPDATE {works} AS w SET state = 'PENDING' WHERE state = 'QUEUED' AND {open w}"
    " AND queued_at < now() - $1::float8 * interval '1 ms'");

// Whatever is not done or cancelled stands in an index, however long a search is. Locked in the order of keys, as
// savers do.
const SqlWorkStatement cancelled_works(
    "UPDATE {works} AS w SET state = 'CANCELLED' FROM (SELECT {block_id p} AS block_id,"
    " {purpose p} AS purpose, p.run FROM searches s JOIN {works} p ON p.search_id = s.id WHERE s.run_state = "
    "'CANCELLED'"
    " AND p.state IN ('PENDING', 'QUEUED', 'RUNNING', 'FAILED', 'QUARANTINED') AND {open p} ORDER BY 1, 2, 3 LIMIT $1"
    " {for update of p}) AS n WHERE {is w n}");

const std::vector<SqlColumn> key_columns = {{"block_id", "bigint"}, {"purpose", "text"}, {"run", "int"}};
const SqlWorkStatement row_of_work(
    key_columns, 1,
    "SELECT w.search_id, w.state, w.attempt, w.attempts_before FROM {works} w JOIN {u} ON {is w u}"
    " {for update of w}");
const SqlWorkStatement buried_work(key_columns, 4,
                                   "UPDATE {works} AS w SET state = $1, attempt = $2, error = $3 FROM {u}"
                                   " WHERE {is w u}");
const SqlStatement failure_of_buried(
    "INSERT INTO failures (block_id, purpose, run, attempt, worker, error_class, message)"
    " VALUES ($1, $2, $3, $4, '', 'dead_letter', $5) ON CONFLICT DO NOTHING");

// The newest of those that are too many has nothing before it if there are not.
const SqlStatement old_parts(
    "DELETE FROM parts WHERE received_at < now() - $1::float8 * interval '1 ms'"
    " OR received_at <= (SELECT received_at FROM parts ORDER BY received_at DESC OFFSET $2::bigint LIMIT 1)");
const SqlStatement old_workers("DELETE FROM workers WHERE heard_at < now() - $1::float8 * interval '1 ms'");
// A person's order that is not done.
const SqlStatement compaction_order(
    "SELECT extract(epoch FROM older_than)::bigint AS older, compacted, ordered_by FROM compaction"
    " WHERE id = 1 AND ordered_at IS NOT NULL AND done_at IS NULL {for update}");
// The first search of which enough may be compacted, and how many blocks. One index walk from search to search, for
// most have no audits left.
const SqlStatement compactable_search(
    "WITH RECURSIVE audited AS ((SELECT search_id FROM audits ORDER BY search_id LIMIT 1) UNION ALL"
    " SELECT (SELECT a.search_id FROM audits a WHERE a.search_id > l.search_id ORDER BY a.search_id LIMIT 1) FROM "
    "audited l"
    " WHERE l.search_id IS NOT NULL)"
    " SELECT s.id, CASE WHEN $4::bool OR c.end_at = s.end_at THEN c.blocks ELSE c.blocks - c.blocks % $3::bigint END"
    " AS blocks FROM audited JOIN searches s ON s.id = audited.search_id"
    " CROSS JOIN LATERAL (SELECT count(*) AS blocks, max(end_at) AS end_at"
    " FROM compactable(s.id, $1::float8 * interval '1 s', $2::bigint)) c"
    " WHERE c.blocks >= CASE WHEN $4::bool OR c.end_at = s.end_at THEN 1 ELSE $3::bigint END LIMIT 1");
const SqlStatement compacted_blocks("SELECT compact_blocks($1, $2::float8 * interval '1 s', $3) AS blocks");
const SqlStatement more_of_order("UPDATE compaction SET compacted = compacted + $1 WHERE id = 1");
const SqlStatement order_is_done("UPDATE compaction SET done_at = now() WHERE id = 1");
const SqlStatement works_in_flight(
    "SELECT (SELECT count(*) FROM blocks WHERE state IN ('QUEUED', 'RUNNING'))"
    " + (SELECT count(*) FROM orders WHERE state IN ('QUEUED', 'RUNNING') AND closed_at IS NULL) AS works");
const SqlStatement drained(
    "UPDATE control SET state = 'DRAINED', changed_at = now() WHERE id = 1 AND state = 'DRAINING' AND epoch = $1");

/// For blocks and for orders: how many rows it changed.
std::size_t changed(SqlConnection& connection, const SqlWorkStatement& statement, const SqlValues& values = {}) {
  return connection.query(statement.of_blocks, values).changed() +
         connection.query(statement.of_orders, values).changed();
}

}  // namespace

SweepReport PostgresJanitorLedger::sweep(Epoch epoch, const flow::SweepRules& rules) {
  return database_.transact(Role::Janitor, epoch, [&](SqlConnection& connection) {
    SweepReport report;
    report.lost = changed(connection, lost_works, {rules.lease.count()});
    changed(connection, failures_of_lost_works);
    report.quarantined = changed(connection, quarantined_works, {rules.attempts_max});
    report.pending = changed(connection, works_taken_back);
    return report;
  });
}

std::size_t PostgresJanitorLedger::cancel(Epoch epoch, std::size_t limit) {
  return database_.transact(Role::Janitor, epoch,
                            [&](SqlConnection& connection) { return changed(connection, cancelled_works, {limit}); });
}

std::size_t PostgresJanitorLedger::requeue_unstarted(Epoch epoch, core::Milliseconds age) {
  return database_.transact(Role::Janitor, epoch, [&](SqlConnection& connection) {
    return changed(connection, unstarted_works, {age.count()});
  });
}

DeadLetter PostgresJanitorLedger::bury(Epoch epoch, const flow::Work& work, const std::string& reason,
                                       std::uint32_t attempts_max) {
  const flow::WorkKey& key = work.key;
  const Attempt attempt = work.attempt;
  return database_.transact(Role::Janitor, epoch, [&](SqlConnection& connection) {
    const bool is_block = key.purpose.is_search();
    SqlTable name;
    name.add({key.block, key.purpose, key.run});
    const SqlRows rows = connection.query(is_block ? row_of_work.of_blocks : row_of_work.of_orders, {}, name);
    if (rows.is_empty()) {
      return DeadLetter::Unknown;
    }
    const auto search = rows.one().get<flow::SearchId>("search_id");
    if (!flow::may_be_about(work.provenance, provenances_of(connection, {search.value}).at(search))) {
      return DeadLetter::Foreign;
    }
    const auto state = rows.one().get<BlockState>("state");
    const bool is_open = state == BlockState::Pending || state == BlockState::Queued || state == BlockState::Running;
    if (!is_open || rows.one().get<Attempt>("attempt") != attempt) {
      return DeadLetter::Stale;
    }
    connection.query(failure_of_buried, {key.block, key.purpose, key.run, attempt, reason});
    const bool used_up = attempt.value - rows.one().get<std::uint32_t>("attempts_before") >= attempts_max;
    const Attempt next{attempt.value + (used_up ? 0 : 1)};
    connection.query(is_block ? buried_work.of_blocks : buried_work.of_orders,
                     {used_up ? BlockState::Quarantined : BlockState::Pending, next, "dead_letter: " + reason}, name);
    return used_up ? DeadLetter::Quarantined : DeadLetter::Pending;
  });
}

void PostgresJanitorLedger::note(Epoch epoch, const flow::Event& event) {
  database_.transact(Role::Janitor, epoch, [&](SqlConnection& connection) {
    add_event(connection, event);
    return true;
  });
}

flow::Forgotten PostgresJanitorLedger::forget(Epoch epoch, const flow::ForgetRules& rules) {
  return database_.transact(Role::Janitor, epoch, [&](SqlConnection& connection) {
    return flow::Forgotten{connection.query(old_parts, {rules.parts_age.count(), rules.parts_kept}).changed(),
                           connection.query(old_workers, {rules.workers_age.count()}).changed()};
  });
}

std::uint64_t PostgresJanitorLedger::compact(Epoch epoch, const flow::CompactRules& rules) {
  return database_.transact(Role::Janitor, epoch, [&](SqlConnection& connection) {
    const SqlRows orders = connection.query(compaction_order);
    const bool is_ordered = !orders.is_empty();
    if (!is_ordered && !rules.retention) {
      return std::uint64_t{0};
    }
    const std::int64_t seconds = is_ordered ? orders.one().get<std::int64_t>("older") : rules.retention->count();
    const SqlRows found = connection.query(compactable_search, {seconds, rules.at_once, rules.least, is_ordered});
    std::uint64_t blocks = 0;
    if (!found.is_empty()) {
      blocks = connection
                   .query(compacted_blocks,
                          {found.one().get<flow::SearchId>("id"), seconds, found.one().get<std::uint64_t>("blocks")})
                   .one()
                   .get<std::uint64_t>("blocks");
    }
    if (is_ordered) {
      connection.query(more_of_order, {blocks});
      if (found.is_empty()) {
        connection.query(order_is_done);
        add_event(connection, {.kind = flow::EventKind::Compact,
                               .message = orders.one().text("compacted") + " blocks were compacted, as ordered by " +
                                          orders.one().text("ordered_by")});
      }
    }
    return blocks;
  });
}

std::uint64_t PostgresJanitorLedger::in_flight() {
  return database_.look(
      [](SqlConnection& connection) { return connection.query(works_in_flight).one().get<std::uint64_t>("works"); });
}

bool PostgresJanitorLedger::mark_drained(Epoch janitor, Epoch control) {
  return database_.transact(Role::Janitor, janitor, [&](SqlConnection& connection) {
    const bool is_new = connection.query(drained, {control}).changed() > 0;
    if (is_new) {
      add_event(connection, {.kind = flow::EventKind::Drain,
                             .message = "DRAINING -> DRAINED: no block can enter, and all queues are empty"});
    }
    return is_new;
  });
}

}  // namespace robin::adapters
