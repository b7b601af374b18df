#include "adapters/sqlite_audit_ledger.hpp"

#include "adapters/extras_text.hpp"
#include "adapters/position_key.hpp"
#include "adapters/sqlite_rows.hpp"
#include "adapters/stored_finding.hpp"

namespace robin::adapters {
namespace {

using flow::AcceptedResult;
using flow::Audit;
using flow::AuditFrontier;
using flow::AuditStep;
using flow::Case;
using flow::Epoch;
using flow::Event;
using flow::EventRecord;
using flow::Order;
using flow::Ruling;
using flow::SearchId;
using search::Position;

using Transaction = SqliteDatabase::Transaction;

}  // namespace

bool SqliteAuditLedger::is_newest(Epoch epoch) {
  const std::scoped_lock lock(mutex_);
  return leads(epoch);
}

AuditFrontier SqliteAuditLedger::frontier(SearchId search) {
  const std::scoped_lock lock(mutex_);
  AuditFrontier frontier{audited_end(search), {}, {}};
  auto last = database_.prepare("SELECT state FROM audits WHERE search_id = ? ORDER BY begin_key DESC LIMIT 1");
  if (last.bind(search.value).step()) {
    frontier.state = read_extras(last, 0);
  }
  auto objection = database_.prepare("SELECT reason FROM objections WHERE search_id = ?");
  if (objection.bind(search.value).step()) {
    frontier.objection = objection.text(0);
  }
  return frontier;
}

std::vector<AcceptedResult> SqliteAuditLedger::accepted(SearchId search, Position from, std::size_t limit) {
  const std::scoped_lock lock(mutex_);
  auto rows = database_.prepare(
      "SELECT b.id, b.begin_key, b.end_key, r.block_id, r.purpose, r.run, r.worker, r.begin_key, r.end_key,"
      " r.candidates, r.digest, r.extras, r.id FROM blocks b JOIN results r ON r.id = b.result_id"
      " WHERE b.search_id = ? AND b.begin_key >= ? AND b.state = 'FINISHED' ORDER BY b.begin_key LIMIT ?");
  rows.bind(search.value).bind(position_key(from)).bind(static_cast<std::int64_t>(limit));
  std::vector<AcceptedResult> all;
  std::int64_t findings = 0;
  while (findings <= findings_a_call && rows.step()) {
    AcceptedResult result{{rows.integer(0)},
                          read_block(rows, 1),
                          read_key(rows, 3),
                          rows.text(6),
                          {read_block(rows, 7), {}, rows.text(10)}};
    result.result.findings.candidates = read_wide(rows, 9);
    result.result.findings.extras = read_extras(rows, 11);
    auto found = database_.prepare(
        "SELECT kind, factorization, ratio_lo, ratio_hi FROM findings WHERE result_id = ? ORDER BY kind, ordinal");
    for (found.bind(rows.integer(12)); found.step(); ++findings) {
      add_stored_finding(result.result.findings, found.text(0), {found.text(1), found.text(2), found.text(3)});
    }
    all.push_back(std::move(result));
  }
  return all;
}

bool SqliteAuditLedger::record(Epoch epoch, SearchId search, const AuditStep& step) {
  const std::scoped_lock lock(mutex_);
  Transaction transaction(database_);
  if (!leads(epoch) || !continues(search, step.audits)) {
    return false;
  }
  for (const Audit& audit : step.audits) {
    database_
        .prepare(
            "INSERT INTO audits (search_id, begin_key, end_key, block_id, purpose, run, state)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)")
        .bind(search.value)
        .bind(position_key(audit.range.begin))
        .bind(position_key(audit.range.end))
        .bind(audit.block.value)
        .bind(audit.accepted.purpose)
        .bind(std::int64_t{audit.accepted.run})
        .bind(extras_text(audit.state))
        .run();
  }
  add_orders(search, step.orders);
  for (const Event& event : step.events) {
    add_event(event);
  }
  set_objection(search, step.objection);
  transaction.commit();
  return true;
}

std::vector<Case> SqliteAuditLedger::cases(std::size_t limit) {
  const std::scoped_lock lock(mutex_);
  auto rows = database_.prepare(
      "SELECT b.id, b.search_id, b.begin_key, b.end_key, b.state, b.id, r.purpose, r.run,"
      " EXISTS (SELECT 1 FROM conflicts c WHERE c.block_id = b.id),"
      " EXISTS (SELECT 1 FROM events e WHERE e.block_id = b.id AND e.kind = 'unfit')"
      " FROM blocks b JOIN results r ON r.id = b.result_id"
      " WHERE b.state IN ('FINISHED', 'DISPUTED') AND b.id IN ("
      "SELECT block_id FROM orders WHERE closed_at IS NULL AND state IN ('FINISHED', 'QUARANTINED')"
      " UNION SELECT c.block_id FROM conflicts c WHERE NOT EXISTS"
      " (SELECT 1 FROM orders o WHERE o.block_id = c.block_id AND o.purpose LIKE 'check:%'))"
      " ORDER BY b.id LIMIT ?");
  rows.bind(static_cast<std::int64_t>(limit));
  std::vector<Case> all;
  while (rows.step()) {
    all.push_back({{rows.integer(0)},
                   {rows.integer(1)},
                   read_block(rows, 2),
                   read_state(rows, 4),
                   read_key(rows, 5),
                   {},
                   {},
                   rows.integer(8) != 0,
                   rows.integer(9) != 0});
    read_votes(all.back());
  }
  return all;
}

bool SqliteAuditLedger::rule(Epoch epoch, const Case& read, const Ruling& ruling) {
  const std::scoped_lock lock(mutex_);
  Transaction transaction(database_);
  if (!leads(epoch) || !is_as_read(read)) {
    return false;
  }
  if (ruling.state || ruling.accepted) {
    auto update = database_.prepare(
        "UPDATE blocks SET state = ?4, result_id = (SELECT id FROM results WHERE block_id = ?1 AND purpose = ?2 AND run"
        " = ?3) WHERE id = ?1");
    bind_key(update, ruling.accepted.value_or(read.accepted));
    update.bind(flow::text(ruling.state.value_or(read.state))).run();
  }
  if (ruling.accepted) {
    database_.prepare("DELETE FROM audits WHERE search_id = ? AND begin_key >= ?")
        .bind(read.search.value)
        .bind(position_key(read.range.begin))
        .run();
    set_objection(read.search, {});
  }
  if (ruling.close_orders) {
    database_
        .prepare(
            "UPDATE orders SET closed_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
            " WHERE block_id = ? AND closed_at IS NULL")
        .bind(read.block.value)
        .run();
  }
  add_orders(read.search, ruling.orders);
  if (ruling.event) {
    add_event(*ruling.event);
  }
  transaction.commit();
  return true;
}

std::size_t SqliteAuditLedger::release_lone_checks(Epoch epoch, runtime::Milliseconds wait) {
  const std::scoped_lock lock(mutex_);
  Transaction transaction(database_);
  if (!leads(epoch)) {
    return 0;
  }
  const std::size_t changed =
      database_
          .prepare(
              "UPDATE orders SET avoid = '[]', same_worker = 1, state = 'PENDING', attempt = attempt + 1"
              " WHERE closed_at IS NULL AND avoid <> '[]' AND state IN ('PENDING', 'QUEUED', 'FAILED')"
              " AND julianday(created_at) < julianday('now') - ?1 / 86400.0 AND NOT EXISTS"
              " (SELECT 1 FROM workers w WHERE julianday(w.heard_at) > julianday('now') - ?1 / 86400.0"
              " AND w.name NOT IN (SELECT value FROM json_each(orders.avoid)))")
          .bind(static_cast<double>(wait.count()) / 1000)
          .run();
  transaction.commit();
  return changed;
}

std::vector<Audit> SqliteAuditLedger::history(SearchId search, Position from, std::size_t limit) {
  const std::scoped_lock lock(mutex_);
  auto rows = database_.prepare(
      "SELECT begin_key, end_key, block_id, purpose, run, state FROM audits WHERE search_id = ? AND begin_key >= ?"
      " ORDER BY begin_key LIMIT ?");
  rows.bind(search.value).bind(position_key(from)).bind(static_cast<std::int64_t>(limit));
  std::vector<Audit> all;
  while (rows.step()) {
    const auto key = read_key(rows, 2);
    all.push_back({key.block, read_block(rows, 0), key, read_extras(rows, 5)});
  }
  return all;
}

std::vector<EventRecord> SqliteAuditLedger::events(std::int64_t after, std::size_t limit) {
  const std::scoped_lock lock(mutex_);
  auto rows = database_.prepare(
      "SELECT id, at, kind, search_id, block_id, message, coalesce(once, '') FROM events WHERE id > ? ORDER BY id"
      " LIMIT ?");
  rows.bind(after).bind(static_cast<std::int64_t>(limit));
  return read_events(rows);
}

bool SqliteAuditLedger::leads(Epoch epoch) {
  auto row = database_.prepare("SELECT 1 FROM leaders WHERE role = 'auditor' AND epoch = ?");
  return row.bind(epoch.value).step();
}

Position SqliteAuditLedger::audited_end(SearchId search) {
  auto row = database_.prepare(
      "SELECT coalesce((SELECT max(end_key) FROM audits WHERE search_id = ?1), begin_key) FROM searches WHERE id = ?1");
  ROBIN_ASSERT(row.bind(search.value).step(), "the search is in the ledger");
  return read_position(row, 0);
}

/// Whether these audits go on where the search's end, with results that are still accepted.
bool SqliteAuditLedger::continues(SearchId search, const std::vector<Audit>& audits) {
  Position at = audited_end(search);
  for (const Audit& audit : audits) {
    auto row = database_.prepare(
        "SELECT 1 FROM blocks b JOIN results r ON r.id = b.result_id WHERE b.id = ?1 AND r.purpose = ?2 AND r.run = ?3"
        " AND b.search_id = ?4 AND b.state = 'FINISHED' AND b.begin_key = ?5 AND b.end_key = ?6");
    row.bind(audit.block.value).bind(audit.accepted.purpose).bind(std::int64_t{audit.accepted.run});
    row.bind(search.value).bind(position_key(audit.range.begin)).bind(position_key(audit.range.end));
    if (audit.range.begin != at || !row.step()) {
      return false;
    }
    at = audit.range.end;
  }
  return true;
}

bool SqliteAuditLedger::is_as_read(const Case& read) {
  auto row = database_.prepare(
      "SELECT b.state, b.id, r.purpose, r.run FROM blocks b JOIN results r ON r.id = b.result_id WHERE b.id = ?");
  return row.bind(read.block.value).step() && read_state(row, 0) == read.state && read_key(row, 1) == read.accepted;
}

void SqliteAuditLedger::add_orders(SearchId search, const std::vector<Order>& orders) {
  for (const Order& order : orders) {
    auto insert = database_.prepare(
        "INSERT INTO orders (block_id, purpose, run, search_id, avoid, origin, same_worker)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
    bind_key(insert, order.key);
    insert.bind(search.value).bind(names_text(order.avoid)).bind(extras_text(order.origin));
    insert.bind(std::int64_t{order.same_worker ? 1 : 0}).run();
  }
}

void SqliteAuditLedger::add_event(const Event& event) {
  database_
      .prepare(
          "INSERT INTO events (kind, search_id, block_id, message, once)"
          " VALUES (?1, nullif(?2, 0), nullif(?3, 0), ?4, nullif(?5, '')) ON CONFLICT DO NOTHING")
      .bind(event.kind)
      .bind(event.search ? event.search->value : 0)
      .bind(event.block ? event.block->value : 0)
      .bind(event.message)
      .bind(event.once)
      .run();
}

void SqliteAuditLedger::set_objection(SearchId search, const std::string& reason) {
  if (reason.empty()) {
    database_.prepare("DELETE FROM objections WHERE search_id = ?").bind(search.value).run();
    return;
  }
  database_
      .prepare(
          "INSERT INTO objections (search_id, reason) VALUES (?, ?) ON CONFLICT (search_id) DO UPDATE"
          " SET reason = excluded.reason, changed_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')")
      .bind(search.value)
      .bind(reason)
      .run();
}

void SqliteAuditLedger::read_votes(Case& one) {
  auto votes = database_.prepare(
      "SELECT r.block_id, r.purpose, r.run, r.worker, r.digest FROM results r JOIN blocks b ON b.id = r.block_id"
      " WHERE r.block_id = ? AND r.begin_key = b.begin_key AND r.end_key = b.end_key ORDER BY r.id");
  for (votes.bind(one.block.value); votes.step();) {
    one.votes.push_back({read_key(votes, 0), votes.text(3), votes.text(4)});
  }
  auto orders = database_.prepare("SELECT block_id, purpose, run, state FROM orders WHERE block_id = ?");
  for (orders.bind(one.block.value); orders.step();) {
    one.orders.push_back({read_key(orders, 0), read_state(orders, 3)});
  }
}

}  // namespace robin::adapters
