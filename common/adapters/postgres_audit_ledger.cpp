#include "adapters/postgres_audit_ledger.hpp"

#include "adapters/extras_text.hpp"
#include "adapters/position_key.hpp"
#include "adapters/postgres_rows.hpp"
#include "adapters/stored_finding.hpp"
#include "contract.hpp"
#include "flow/test_points.hpp"

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
using flow::Role;
using flow::Ruling;
using flow::SearchId;
using search::Position;

using Rows = PostgresConnection::Rows;

std::optional<std::string> or_null(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

void add_orders(PostgresConnection& database, SearchId search, const std::vector<Order>& orders) {
  for (const Order& order : orders) {
    database.query(
        "INSERT INTO orders (block_id, purpose, run, search_id, avoid, origin, same_worker)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        {number(order.key.block.value), order.key.purpose, number(order.key.run), number(search.value),
         names_text(order.avoid), extras_text(order.origin), order.same_worker ? "t" : "f"});
  }
}

void add_event(PostgresConnection& database, const Event& event) {
  database.query(
      "INSERT INTO events (kind, search_id, block_id, message, once) VALUES ($1, $2, $3, $4, $5)"
      " ON CONFLICT DO NOTHING",
      {event.kind, event.search ? std::optional(number(event.search->value)) : std::nullopt,
       event.block ? std::optional(number(event.block->value)) : std::nullopt, event.message, or_null(event.once)});
}

void set_objection(PostgresConnection& database, SearchId search, const std::string& reason) {
  if (reason.empty()) {
    database.query("DELETE FROM objections WHERE search_id = $1", {number(search.value)});
    return;
  }
  database.query(
      "INSERT INTO objections (search_id, reason) VALUES ($1, $2)"
      " ON CONFLICT (search_id) DO UPDATE SET reason = excluded.reason, changed_at = now()",
      {number(search.value), reason});
}

std::optional<Rows> last_audit(PostgresConnection& database, SearchId search) {
  Rows rows = database.query("SELECT end_at, state FROM audits WHERE search_id = $1 ORDER BY begin_at DESC LIMIT 1",
                             {number(search.value)});
  return rows.count() == 0 ? std::nullopt : std::optional<Rows>(std::move(rows));
}

Position audited_end(PostgresConnection& database, SearchId search) {
  if (const auto last = last_audit(database, search)) {
    return position_from(last->text(0, 0));
  }
  const Rows row = database.query("SELECT begin_at FROM searches WHERE id = $1", {number(search.value)});
  ROBIN_ASSERT(row.count() == 1, "the search is in the ledger");
  return position_from(row.text(0, 0));
}

/// Whether these audits go on where the search's end, with results that are still accepted.
bool continues(PostgresConnection& database, SearchId search, const std::vector<Audit>& audits) {
  Position at = audited_end(database, search);
  PostgresArray blocks;
  PostgresArray purposes;
  PostgresArray runs;
  PostgresArray begins;
  PostgresArray ends;
  for (const Audit& audit : audits) {
    if (audit.range.begin != at) {
      return false;
    }
    at = audit.range.end;
    blocks.add(audit.block.value);
    purposes.add(audit.accepted.purpose);
    runs.add(std::int64_t{audit.accepted.run});
    begins.add(wide_text(audit.range.begin.ordinal));
    ends.add(wide_text(audit.range.end.ordinal));
  }
  const Rows row = database.query(
      "SELECT count(*) FROM unnest($2::bigint[], $3::text[], $4::int[], $5::numeric[], $6::numeric[])"
      " AS u (id, purpose, run, b, e) CROSS JOIN LATERAL (SELECT * FROM blocks WHERE blocks.id = u.id LIMIT 1) AS b"
      " WHERE b.search_id = $1 AND b.state = 'FINISHED' AND b.accepted_purpose = u.purpose AND b.accepted_run = u.run"
      " AND b.begin_at = u.b AND b.end_at = u.e",
      {number(search.value), blocks.text(), purposes.text(), runs.text(), begins.text(), ends.text()});
  return row.integer(0, 0) == static_cast<std::int64_t>(audits.size());
}

void add_audits(PostgresConnection& database, SearchId search, const std::vector<Audit>& audits) {
  PostgresArray begins;
  PostgresArray ends;
  PostgresArray blocks;
  PostgresArray purposes;
  PostgresArray runs;
  PostgresArray states;
  for (const Audit& audit : audits) {
    begins.add(wide_text(audit.range.begin.ordinal));
    ends.add(wide_text(audit.range.end.ordinal));
    blocks.add(audit.block.value);
    purposes.add(audit.accepted.purpose);
    runs.add(std::int64_t{audit.accepted.run});
    states.add(extras_text(audit.state));
  }
  database.query(
      "INSERT INTO audits (search_id, begin_at, end_at, block_id, purpose, run, state) SELECT $1::bigint, u.* FROM"
      " unnest($2::numeric[], $3::numeric[], $4::bigint[], $5::text[], $6::int[], $7::text[]) AS u",
      {number(search.value), begins.text(), ends.text(), blocks.text(), purposes.text(), runs.text(), states.text()});
}

void read_findings(PostgresConnection& database, std::vector<AcceptedResult>& results) {
  std::map<flow::BlockId, search::Findings*> by_block;
  PostgresArray blocks;
  PostgresArray purposes;
  PostgresArray runs;
  for (AcceptedResult& result : results) {
    by_block[result.block] = &result.result.findings;
    blocks.add(result.block.value);
    purposes.add(result.key.purpose);
    runs.add(std::int64_t{result.key.run});
  }
  const Rows rows = database.query(
      "SELECT f.block_id, f.kind, f.factorization, f.ratio_lo, f.ratio_hi"
      " FROM unnest($1::bigint[], $2::text[], $3::int[]) AS u (id, purpose, run) JOIN findings f"
      " ON f.block_id = u.id AND f.purpose = u.purpose AND f.run = u.run ORDER BY f.block_id, f.kind, f.ordinal",
      {blocks.text(), purposes.text(), runs.text()});
  for (int i = 0; i < rows.count(); ++i) {
    add_stored_finding(*by_block.at({rows.integer(i, 0)}), rows.text(i, 1),
                       {rows.text(i, 2), rows.text(i, 3), rows.text(i, 4)});
  }
}

void read_votes(PostgresConnection& database, Case& one) {
  const Rows votes = database.query(
      "SELECT r.block_id, r.purpose, r.run, r.worker, r.digest FROM results r JOIN blocks b ON b.id = r.block_id"
      " WHERE r.block_id = $1 AND r.begin_at = b.begin_at AND r.end_at = b.end_at ORDER BY r.received_at, r.purpose, "
      "r.run",
      {number(one.block.value)});
  for (int i = 0; i < votes.count(); ++i) {
    one.votes.push_back({read_key(votes, i, 0), votes.text(i, 3), votes.text(i, 4)});
  }
  const Rows orders =
      database.query("SELECT block_id, purpose, run, state FROM orders WHERE block_id = $1 ORDER BY purpose, run",
                     {number(one.block.value)});
  for (int i = 0; i < orders.count(); ++i) {
    one.orders.push_back({read_key(orders, i, 0), read_state(orders, i, 3)});
  }
}

}  // namespace

bool PostgresAuditLedger::is_newest(Epoch epoch) {
  return session_.run(
      [&](PostgresConnection& database) { return adapters::is_newest(database, Role::Auditor, epoch); });
}

AuditFrontier PostgresAuditLedger::frontier(SearchId search) {
  return session_.run([&](PostgresConnection& database) {
    AuditFrontier frontier{audited_end(database, search), {}, {}};
    if (const auto last = last_audit(database, search)) {
      frontier.state = extras_from(last->text(0, 1));
    }
    const Rows objection = database.query("SELECT reason FROM objections WHERE search_id = $1", {number(search.value)});
    frontier.objection = objection.count() == 0 ? std::string() : objection.text(0, 0);
    return frontier;
  });
}

std::vector<AcceptedResult> PostgresAuditLedger::accepted(SearchId search, Position from, std::size_t limit) {
  return session_.run([&](PostgresConnection& database) {
    // Whatever the statistics say: so many steps along the index, and one result looked up for each.
    const Rows rows = database.query(
        "SELECT b.id, b.begin_at, b.end_at, r.block_id, r.purpose, r.run, r.worker, r.begin_at, r.end_at, r.candidates,"
        " r.digest, r.extras, (SELECT count(*) FROM findings f WHERE f.block_id = r.block_id AND f.purpose = r.purpose"
        " AND f.run = r.run) FROM"
        " (SELECT * FROM blocks WHERE search_id = $1 AND begin_at >= $2 ORDER BY begin_at LIMIT $3) AS b"
        " CROSS JOIN LATERAL (SELECT * FROM results WHERE results.block_id = b.id AND"
        " results.purpose = b.accepted_purpose AND results.run = b.accepted_run LIMIT 1) AS r"
        " WHERE b.state = 'FINISHED' ORDER BY b.begin_at",
        {number(search.value), wide_text(from.ordinal), limit_text(limit)});
    std::vector<AcceptedResult> all;
    std::int64_t findings = 0;
    for (int i = 0; i < rows.count(); ++i) {
      findings += rows.integer(i, 12);
      if (i > 0 && findings > findings_a_call) {
        break;
      }
      AcceptedResult result{{rows.integer(i, 0)},
                            read_block(rows, i, 1),
                            read_key(rows, i, 3),
                            rows.text(i, 6),
                            {read_block(rows, i, 7), {}, rows.text(i, 10)}};
      result.result.findings.candidates = wide_from(rows.text(i, 9));
      result.result.findings.extras = extras_from(rows.text(i, 11));
      all.push_back(std::move(result));
    }
    if (findings > 0) {
      read_findings(database, all);
    }
    return all;
  });
}

bool PostgresAuditLedger::record(Epoch epoch, SearchId search, const AuditStep& step) {
  return session_.run([&](PostgresConnection& database) {
    PostgresTransaction transaction(database);
    if (!adapters::is_newest(database, Role::Auditor, epoch) || !continues(database, search, step.audits)) {
      return false;
    }
    if (!step.audits.empty()) {
      add_audits(database, search, step.audits);
    }
    add_orders(database, search, step.orders);
    for (const Event& event : step.events) {
      add_event(database, event);
    }
    set_objection(database, search, step.objection);
    flow::crash_point("auditor/recording");
    transaction.commit();
    return true;
  });
}

std::vector<Case> PostgresAuditLedger::cases(std::size_t limit) {
  return session_.run([&](PostgresConnection& database) {
    // Blocks are looked up one by one: a join would be planned as a walk through all of them.
    const Rows rows = database.query(
        "SELECT b.id, b.search_id, b.begin_at, b.end_at, b.state, b.id, b.accepted_purpose, b.accepted_run,"
        " EXISTS (SELECT 1 FROM conflicts c WHERE c.block_id = b.id),"
        " EXISTS (SELECT 1 FROM events e WHERE e.block_id = b.id AND e.kind = 'unfit') FROM ("
        "SELECT block_id FROM orders WHERE closed_at IS NULL AND state IN ('FINISHED', 'QUARANTINED')"
        " UNION SELECT c.block_id FROM conflicts c WHERE"
        " (SELECT count(*) FROM orders o WHERE o.block_id = c.block_id AND o.purpose LIKE 'check:%') = 0) AS open"
        " CROSS JOIN LATERAL (SELECT * FROM blocks WHERE blocks.id = open.block_id LIMIT 1) AS b"
        " WHERE b.state IN ('FINISHED', 'DISPUTED') ORDER BY b.id LIMIT $1",
        {limit_text(limit)});
    std::vector<Case> all;
    for (int i = 0; i < rows.count(); ++i) {
      all.push_back({{rows.integer(i, 0)},
                     {rows.integer(i, 1)},
                     read_block(rows, i, 2),
                     read_state(rows, i, 4),
                     read_key(rows, i, 5),
                     {},
                     {},
                     rows.text(i, 8) == "t",
                     rows.text(i, 9) == "t"});
      read_votes(database, all.back());
    }
    return all;
  });
}

bool PostgresAuditLedger::rule(Epoch epoch, const Case& read, const Ruling& ruling) {
  return session_.run([&](PostgresConnection& database) {
    PostgresTransaction transaction(database);
    const std::string block = number(read.block.value);
    if (!adapters::is_newest(database, Role::Auditor, epoch)) {
      return false;
    }
    const Rows row = database.query(
        "SELECT state, id, accepted_purpose, accepted_run FROM blocks WHERE id = $1 FOR UPDATE", {block});
    if (row.count() == 0 || read_state(row, 0, 0) != read.state || read_key(row, 0, 1) != read.accepted) {
      return false;
    }
    if (ruling.state || ruling.accepted) {
      const auto& accepted = ruling.accepted.value_or(read.accepted);
      database.query(
          "UPDATE blocks SET state = $2, accepted_purpose = $3, accepted_run = $4 WHERE id = $1",
          {block, std::string(flow::text(ruling.state.value_or(read.state))), accepted.purpose, number(accepted.run)});
    }
    if (ruling.accepted) {
      database.query("DELETE FROM audits WHERE search_id = $1 AND begin_at >= $2",
                     {number(read.search.value), wide_text(read.range.begin.ordinal)});
      set_objection(database, read.search, {});
    }
    if (ruling.close_orders) {
      database.query("UPDATE orders SET closed_at = now() WHERE block_id = $1 AND closed_at IS NULL", {block});
    }
    add_orders(database, read.search, ruling.orders);
    if (ruling.event) {
      add_event(database, *ruling.event);
    }
    transaction.commit();
    return true;
  });
}

std::size_t PostgresAuditLedger::release_lone_checks(Epoch epoch, runtime::Milliseconds wait) {
  return session_.run([&](PostgresConnection& database) -> std::size_t {
    PostgresTransaction transaction(database);
    if (!adapters::is_newest(database, Role::Auditor, epoch)) {
      return 0;
    }
    const std::size_t changed =
        database
            .query(
                "UPDATE orders o SET avoid = '[]', same_worker = true, state = 'PENDING', attempt = attempt + 1"
                " WHERE closed_at IS NULL AND avoid <> '[]' AND state IN ('PENDING', 'QUEUED', 'FAILED')"
                " AND created_at < now() - $1::float8 * interval '1 ms' AND NOT EXISTS (SELECT 1 FROM workers w"
                " WHERE w.heard_at > now() - $1::float8 * interval '1 ms' AND NOT o.avoid::jsonb ? w.name)",
                {number(wait.count())})
            .changed();
    transaction.commit();
    return changed;
  });
}

std::vector<Audit> PostgresAuditLedger::history(SearchId search, Position from, std::size_t limit) {
  return session_.run([&](PostgresConnection& database) {
    const Rows rows = database.query(
        "SELECT begin_at, end_at, block_id, purpose, run, state FROM audits WHERE search_id = $1 AND begin_at >= $2"
        " ORDER BY begin_at LIMIT $3",
        {number(search.value), wide_text(from.ordinal), limit_text(limit)});
    std::vector<Audit> all;
    for (int i = 0; i < rows.count(); ++i) {
      const auto key = read_key(rows, i, 2);
      all.push_back({key.block, read_block(rows, i, 0), key, extras_from(rows.text(i, 5))});
    }
    return all;
  });
}

std::vector<EventRecord> PostgresAuditLedger::events(std::int64_t after, std::size_t limit) {
  return session_.run([&](PostgresConnection& database) {
    return read_events(database.query(
        "SELECT id, utc_text(at), kind, search_id, block_id, message, coalesce(once, '') FROM events WHERE id > $1"
        " ORDER BY id LIMIT $2",
        {number(after), limit_text(limit)}));
  });
}

}  // namespace robin::adapters
