#include "adapters/sql/audit_ledger.hpp"

#include <map>
#include <utility>

#include "adapters/extras_text.hpp"
#include "adapters/sql/event_row.hpp"
#include "adapters/stored_finding.hpp"
#include "flow/loops/test_points.hpp"

namespace robin::adapters {
namespace {

using flow::AcceptedResult;
using flow::Audit;
using flow::BlockId;
using flow::BlockState;
using flow::Case;
using flow::Epoch;
using flow::Role;
using flow::SearchId;
using search::Position;
using Strings = std::map<std::string, std::string>;

const std::string blocks_with_results =
    "SELECT b.id, b.begin_at, b.end_at, r.block_id, r.purpose, r.run, r.worker, r.begin_at AS result_begin_at,"
    " r.end_at AS result_end_at, r.candidates, r.digest, r.extras, (SELECT count(*) FROM findings f"
    " WHERE f.block_id = r.block_id AND f.purpose = r.purpose AND f.run = r.run) AS findings FROM";
// Whatever PostgreSQL's statistics say: so many steps along the index, and one result looked up for each.
const SqlStatement accepted_results(
    blocks_with_results +
        " (SELECT * FROM blocks WHERE search_id = $1 AND begin_at >= $2 ORDER BY begin_at LIMIT $3) AS b"
        " CROSS JOIN LATERAL (SELECT * FROM results WHERE results.block_id = b.id"
        " AND results.purpose = b.accepted_purpose AND results.run = b.accepted_run LIMIT 1) AS r"
        " WHERE b.state = 'FINISHED' ORDER BY b.begin_at",
    blocks_with_results +
        " blocks b"
        " JOIN results r ON r.block_id = b.id AND r.purpose = b.accepted_purpose AND r.run = b.accepted_run"
        " WHERE b.search_id = $1 AND b.begin_at >= $2 AND b.state = 'FINISHED' ORDER BY b.begin_at LIMIT $3");

const SqlStatement one_result(blocks_with_results +
                              " results r JOIN blocks b ON b.id = r.block_id"
                              " WHERE r.block_id = $1 AND r.purpose = $2 AND r.run = $3");

const SqlStatement findings_of_results(
    {{"block_id", "bigint"}, {"purpose", "text"}, {"run", "int"}}, 1,
    "SELECT f.block_id, f.kind, f.factorization, f.ratio_lo, f.ratio_hi FROM {u} JOIN findings f"
    " ON f.block_id = u.block_id AND f.purpose = u.purpose AND f.run = u.run ORDER BY f.block_id, f.kind, f.ordinal");

const std::string end_of_last_audit =
    "SELECT coalesce((SELECT end_at FROM audits WHERE search_id = $1 ORDER BY begin_at DESC LIMIT 1), ";
const std::string or_begin_of_search = "begin_at) AS end_at FROM searches WHERE id = $1";
const SqlStatement end_of_audits(
    end_of_last_audit + "(SELECT end_at FROM ranges WHERE search_id = $1 ORDER BY begin_at DESC LIMIT 1), " +
        or_begin_of_search,
    end_of_last_audit + or_begin_of_search);
// PostgreSQL looks up blocks one by one: a join might be planned as a walk through all of them.
const std::vector<SqlColumn> audit_columns = {{"block_id", "bigint"},  {"purpose", "text"},   {"run", "int"},
                                              {"begin_at", "numeric"}, {"end_at", "numeric"}, {"state", "text"}};
const std::string still_accepted =
    " WHERE b.search_id = $1 AND b.state = 'FINISHED' AND b.accepted_purpose = u.purpose AND b.accepted_run = u.run"
    " AND b.begin_at = u.begin_at AND b.end_at = u.end_at";
const SqlStatement number_still_accepted(audit_columns, 2,
                                         "SELECT count(*) AS accepted FROM {u} CROSS JOIN LATERAL (SELECT * FROM "
                                         "blocks WHERE blocks.id = u.block_id LIMIT 1)"
                                         " AS b" +
                                             still_accepted,
                                         "SELECT count(*) AS accepted FROM {u} JOIN blocks b ON b.id = u.block_id" +
                                             still_accepted);
const SqlStatement new_audits(audit_columns, 2,
                              "INSERT INTO audits (search_id, begin_at, end_at, block_id, purpose, run, state)"
                              " SELECT CAST($1 AS bigint), begin_at, end_at, block_id, purpose, run, state FROM {u}");
const SqlStatement fewer_audits("DELETE FROM audits WHERE search_id = $1 AND begin_at >= $2");

const std::string order_into =
    "INSERT INTO orders (block_id, purpose, run, search_id, avoid, origin, same_worker, expected) ";
// Nothing is ordered of a block that was compacted meanwhile.
const SqlStatement new_order(
    order_into +
        "SELECT b.id, $2, $3::int, $4::bigint, $5, $6, $7::bool, $8 FROM blocks b WHERE b.id = $1 FOR KEY SHARE"
        " ON CONFLICT DO NOTHING",
    order_into + "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING");
const SqlStatement reopened_order(
    "UPDATE orders SET closed_at = NULL WHERE block_id = $1 AND purpose = $2 AND run = $3 AND closed_at IS NOT NULL");
// Nobody computes it again: what is doubted there is accepted no longer.
const SqlStatement disputed_if_cancelled(
    "UPDATE blocks SET state = 'DISPUTED' WHERE id = $1 AND state = 'FINISHED'"
    " AND search_id IN (SELECT id FROM searches WHERE run_state = 'CANCELLED')");
const SqlStatement no_objection("DELETE FROM objections WHERE search_id = $1");
const SqlStatement new_objection(
    "INSERT INTO objections (search_id, reason) VALUES ($1, $2)"
    " ON CONFLICT (search_id) DO UPDATE SET reason = excluded.reason, changed_at = now()");

const std::string case_columns =
    "SELECT b.id AS block_id, b.search_id, b.begin_at, b.end_at, b.state, b.accepted_purpose AS purpose,"
    " b.accepted_run AS run, EXISTS (SELECT 1 FROM conflicts c WHERE c.block_id = b.id) AS has_conflict";
const std::string blocks_in_doubt =
    "SELECT block_id FROM orders WHERE closed_at IS NULL AND state IN ('FINISHED', 'QUARANTINED')"
    " UNION SELECT c.block_id FROM conflicts c WHERE"
    " (SELECT count(*) FROM orders o WHERE o.block_id = c.block_id AND o.purpose LIKE 'check:%') = 0";
const SqlStatement open_cases(
    case_columns + " FROM (" + blocks_in_doubt +
        ") AS doubt CROSS JOIN LATERAL (SELECT * FROM blocks WHERE blocks.id = doubt.block_id LIMIT 1) AS b"
        " WHERE b.state IN ('FINISHED', 'DISPUTED') ORDER BY b.id LIMIT $1",
    case_columns + " FROM blocks b WHERE b.state IN ('FINISHED', 'DISPUTED') AND b.id IN (" + blocks_in_doubt +
        ") ORDER BY b.id LIMIT $1");
// In the order in which they came: by SQLite's clock many come at once.
const std::string votes_of_block =
    "SELECT r.block_id, r.purpose, r.run, r.worker, r.digest, EXISTS (SELECT 1 FROM events e WHERE e.once ="
    " 'unfit/' || r.block_id || '/' || r.purpose || '/' || r.run OR (r.purpose = 'search' AND e.once ="  // as before
    " 'unfit/' || r.block_id || '/' || r.digest)) AS is_unfit FROM results r JOIN blocks b ON b.id = r.block_id"
    " WHERE r.block_id = $1 AND r.begin_at = b.begin_at AND r.end_at = b.end_at ORDER BY ";
const SqlStatement votes(votes_of_block + "r.received_at, r.purpose, r.run", votes_of_block + "r.id");
const SqlStatement orders_of_block(
    "SELECT block_id, purpose, run, state, origin, expected FROM orders WHERE block_id = $1 ORDER BY purpose, run");

const SqlStatement block_as_it_is(
    "SELECT state, id AS block_id, accepted_purpose AS purpose, accepted_run AS run FROM blocks WHERE id = $1"
    " AND accepted_purpose IS NOT NULL {for update}");
const SqlStatement ruled_block("UPDATE blocks SET state = $2, accepted_purpose = $3, accepted_run = $4 WHERE id = $1");
const SqlStatement closed_orders("UPDATE orders SET closed_at = now() WHERE block_id = $1 AND closed_at IS NULL");

// Names are host/pid, and a whole host is avoided. Words for a list of names in JSON, and for a part of a text, differ.
const SqlStatement checks_for_anybody(
    "UPDATE orders AS o SET avoid = '[]', same_worker = true, state = 'PENDING', attempt = attempt + 1"
    " WHERE closed_at IS NULL AND avoid <> '[]' AND state IN ('PENDING', 'QUEUED', 'FAILED')"
    " AND created_at < now() - $1::float8 * interval '1 ms' AND NOT EXISTS (SELECT 1 FROM workers w"
    " WHERE w.heard_at > now() - $1::float8 * interval '1 ms' AND split_part(w.name, '/', 1) NOT IN"
    " (SELECT split_part(a.name, '/', 1) FROM jsonb_array_elements_text(o.avoid::jsonb) AS a (name)))",
    "UPDATE orders AS o SET avoid = '[]', same_worker = 1, state = 'PENDING', attempt = attempt + 1"
    " WHERE closed_at IS NULL AND avoid <> '[]' AND state IN ('PENDING', 'QUEUED', 'FAILED')"
    " AND julianday(created_at) < julianday('now') - $1 / 86400000.0 AND NOT EXISTS (SELECT 1 FROM workers w"
    " WHERE julianday(w.heard_at) > julianday('now') - $1 / 86400000.0"
    " AND substr(w.name, 1, instr(w.name || '/', '/') - 1) NOT IN"
    " (SELECT substr(value, 1, instr(value || '/', '/') - 1) FROM json_each(o.avoid)))");

void add_orders(SqlConnection& connection, SearchId search, const std::vector<flow::Order>& orders) {
  for (const flow::Order& order : orders) {
    connection.query(new_order, {order.key.block, order.key.purpose, order.key.run, search, names_text(order.avoid),
                                 extras_text(order.origin), order.same_worker,
                                 order.expected.empty() ? SqlValue() : SqlValue(order.expected)});
    if (order.reopens) {
      connection.query(reopened_order, {order.key.block, order.key.purpose, order.key.run});
      connection.query(disputed_if_cancelled, {order.key.block});
    }
  }
}

void set_objection(SqlConnection& connection, SearchId search, const std::string& reason) {
  if (reason.empty()) {
    connection.query(no_objection, {search});
  } else {
    connection.query(new_objection, {search, reason});
  }
}

/// Appends audits, if they go on where the search's end, with results that are still accepted.
bool append(SqlConnection& connection, SearchId search, const std::vector<Audit>& audits) {
  if (audits.empty()) {
    return true;
  }
  auto at = connection.query(end_of_audits, {search}).one().get<Position>("end_at");
  SqlTable table;
  for (const Audit& audit : audits) {
    if (audit.range.begin != at) {
      return false;
    }
    at = audit.range.end;
    table.add({audit.block, audit.accepted.purpose, audit.accepted.run, audit.range.begin, audit.range.end,
               extras_text(audit.state)});
  }
  const SqlRows accepted = connection.query(number_still_accepted, {search}, table);
  if (accepted.one().get<std::uint64_t>("accepted") != audits.size()) {
    return false;
  }
  connection.query(new_audits, {search}, std::move(table));
  return true;
}

/// But for its findings.
AcceptedResult result_of(const SqlRow& row) {
  const search::Block of_result{row.get<Position>("result_begin_at"), row.get<Position>("result_end_at")};
  AcceptedResult result{
      row.get<BlockId>("id"), row.range(), row.key(), row.text("worker"), {of_result, {}, row.text("digest")}};
  result.result.findings.candidates = row.get<core::uint128>("candidates");
  result.result.findings.extras = row.get<Strings>("extras");
  return result;
}

void read_findings(SqlConnection& connection, std::vector<AcceptedResult>& results) {
  std::map<BlockId, search::Findings*> by_block;
  SqlTable keys;
  for (AcceptedResult& result : results) {
    by_block[result.block] = &result.result.findings;
    keys.add({result.key.block, result.key.purpose, result.key.run});
  }
  for (const SqlRow row : connection.query(findings_of_results, {}, std::move(keys))) {
    add_stored_finding(*by_block.at(row.get<BlockId>("block_id")), row.text("kind"), row.witness());
  }
}

void read_orders(SqlConnection& connection, Case& of) {
  of.orders = connection.query(orders_of_block, {of.block}).all([](const SqlRow& row) {
    return Case::PlacedOrder{row.key(), row.get<BlockState>("state"), row.get<Strings>("origin"), row.text("expected")};
  });
}

void read_votes(SqlConnection& connection, Case& of) {
  of.votes = connection.query(votes, {of.block}).all([](const SqlRow& row) {
    return Case::Vote{row.key(), row.text("worker"), row.text("digest"), row.get<bool>("is_unfit")};
  });
}

}  // namespace

std::vector<AcceptedResult> SqlAuditLedger::accepted(SearchId search, Position from, std::size_t limit) {
  return database_.look([&](SqlConnection& connection) {
    std::vector<AcceptedResult> all;
    std::int64_t findings = 0;
    for (const SqlRow row : connection.query(accepted_results, {search, from, limit})) {
      findings += row.get<std::int64_t>("findings");
      if (!all.empty() && findings > findings_a_call) {
        break;
      }
      all.push_back(result_of(row));
    }
    if (findings > 0) {
      read_findings(connection, all);
    }
    return all;
  });
}

std::optional<AcceptedResult> SqlAuditLedger::result(const flow::WorkKey& key) {
  return database_.look([&](SqlConnection& connection) {
    const SqlRows rows = connection.query(one_result, {key.block, key.purpose, key.run});
    if (rows.is_empty()) {
      return std::optional<AcceptedResult>();
    }
    std::vector<AcceptedResult> results = {result_of(rows.one())};
    read_findings(connection, results);
    return std::optional(std::move(results.front()));
  });
}

bool SqlAuditLedger::record(Epoch epoch, SearchId search, const flow::AuditStep& step) {
  return database_.transact(Role::Auditor, epoch, [&](SqlConnection& connection) {
    if (!append(connection, search, step.audits)) {
      return false;
    }
    add_orders(connection, search, step.orders);
    for (const flow::Event& event : step.events) {
      add_event(connection, event);
    }
    set_objection(connection, search, step.objection);
    flow::crash_point("auditor/recording");
    return true;
  });
}

std::vector<Case> SqlAuditLedger::cases(std::size_t limit) {
  return database_.look([&](SqlConnection& connection) {
    auto all = connection.query(open_cases, {limit}).all([](const SqlRow& row) {
      return Case{row.get<BlockId>("block_id"),
                  row.get<SearchId>("search_id"),
                  row.range(),
                  row.get<BlockState>("state"),
                  row.key(),
                  {},
                  {},
                  row.get<bool>("has_conflict")};
    });
    for (Case& one : all) {
      // First: what was done has its vote then, whoever saves meanwhile. Else a check would be ordered once more, from
      // the worker that has just made it.
      read_orders(connection, one);
      read_votes(connection, one);
    }
    return all;
  });
}

bool SqlAuditLedger::rule(Epoch epoch, const Case& read, const flow::Ruling& ruling) {
  return database_.transact(Role::Auditor, epoch, [&](SqlConnection& connection) {
    const SqlRows rows = connection.query(block_as_it_is, {read.block});
    if (rows.is_empty() || rows.one().get<BlockState>("state") != read.state || rows.one().key() != read.accepted) {
      return false;
    }
    if (ruling.state || ruling.accepted) {
      const auto& accepted = ruling.accepted.value_or(read.accepted);
      connection.query(ruled_block, {read.block, ruling.state.value_or(read.state), accepted.purpose, accepted.run});
    }
    if (ruling.accepted) {
      connection.query(fewer_audits, {read.search, read.range.begin});
      set_objection(connection, read.search, {});
    }
    if (ruling.close_orders) {
      connection.query(closed_orders, {read.block});
    }
    add_orders(connection, read.search, ruling.orders);
    if (ruling.event) {
      add_event(connection, *ruling.event);
    }
    for (const flow::Event& event : ruling.also) {
      add_event(connection, event);
    }
    return true;
  });
}

std::size_t SqlAuditLedger::release_lone_checks(Epoch epoch, core::Milliseconds wait) {
  return database_.transact(Role::Auditor, epoch, [&](SqlConnection& connection) {
    return connection.query(checks_for_anybody, {wait.count()}).changed();
  });
}

}  // namespace robin::adapters
