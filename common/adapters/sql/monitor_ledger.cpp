#include "adapters/sql/monitor_ledger.hpp"

#include <algorithm>

#include "adapters/sql/finding_row.hpp"
#include "adapters/sql/reader.hpp"

namespace robin::adapters {
namespace {

using flow::SearchId;

const SqlStatement reach_of_search(
    "SELECT s.begin_at, s.end_at, coalesce((SELECT min(begin_at) FROM blocks WHERE search_id = $1"
    " AND state <> 'FINISHED'), s.planned_end) AS frontier, extract(epoch FROM now() - s.created_at)::float8 AS age"
    " FROM searches s WHERE s.id = $1",
    "SELECT s.begin_at, s.end_at, coalesce((SELECT min(begin_at) FROM blocks WHERE search_id = $1"
    " AND state <> 'FINISHED'), s.planned_end) AS frontier,"
    " 86400 * (julianday('now') - julianday(s.created_at)) AS age FROM searches s WHERE s.id = $1");

// One row or many, to be added up: sums of 128 bits are beyond SQLite's integers; and PostgreSQL keeps sums.
const SqlStatement finished_sums(
    "SELECT coalesce(sum(candidates), 0) AS candidates,"
    " coalesce(sum(positions) FILTER (WHERE state = 'FINISHED'), 0) AS positions, 0 AS lately"
    " FROM tallies WHERE search_id = $1 UNION ALL"
    " SELECT 0, 0, coalesce(sum(end_at - begin_at), 0) FROM blocks WHERE search_id = $1 AND state = 'FINISHED'"
    " AND finished_at > now() - interval '60 s'",
    "SELECT r.candidates, wide_minus(b.end_at, b.begin_at) AS positions, CASE WHEN b.finished_at >"
    " strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-60 seconds') THEN wide_minus(b.end_at, b.begin_at) ELSE '0' END AS lately"
    " FROM blocks b JOIN results r ON r.block_id = b.id AND r.purpose = b.accepted_purpose AND r.run = b.accepted_run"
    " WHERE b.search_id = $1 AND b.state = 'FINISHED'");

const SqlStatement control_row("SELECT state, epoch FROM control WHERE id = 1");

const std::string best_of =
    std::string(finding_columns) +
    " FROM findings f JOIN blocks b ON b.id = f.block_id AND b.accepted_purpose = f.purpose AND b.accepted_run = f.run"
    " AND b.state = 'FINISHED' WHERE f.kind = $1";
const std::string best_first = " ORDER BY f.ratio DESC, f.ratio_lo DESC, f.block_id, f.ordinal LIMIT $2";
// Each of the two has an index that gives the best first.
const SqlStatement best_of_all(best_of + best_first);
const SqlStatement best_of_search(best_of + " AND f.search_id = $3" + best_first);

// Ids of a search's blocks are dense enough to spread by. PostgreSQL looks up each point by itself, however many audits
// there are; SQLite, which cannot make rows of numbers, walks through them.
const SqlStatement spread_audits(
    "WITH first AS (SELECT block_id AS id FROM audits WHERE search_id = $1 ORDER BY begin_at LIMIT 1),"
    " last AS (SELECT block_id AS id, begin_at FROM audits WHERE search_id = $1 ORDER BY begin_at DESC LIMIT 1),"
    " ids AS (SELECT generate_series(first.id, last.id, greatest(1, (last.id - first.id + $2::bigint) /"
    " $2::bigint)) AS id FROM first, last UNION SELECT id FROM last),"
    " points AS (SELECT b.begin_at FROM ids JOIN blocks b ON b.id = ids.id AND b.search_id = $1)"
    " SELECT a.begin_at, a.end_at, a.block_id, a.purpose, a.run, a.state FROM points p CROSS JOIN LATERAL"
    " (SELECT * FROM audits a WHERE a.search_id = $1 AND a.begin_at = p.begin_at) a ORDER BY a.begin_at",
    "WITH reach AS (SELECT min(block_id) AS low, max(block_id) AS high FROM audits WHERE search_id = $1)"
    " SELECT begin_at, end_at, block_id, purpose, run, state FROM audits, reach WHERE search_id = $1"
    " AND (block_id % max(1, (high - low + $2) / $2) = 0 OR begin_at ="
    " (SELECT max(begin_at) FROM audits WHERE search_id = $1)) ORDER BY begin_at");

const SqlStatement newest_events(
    "SELECT id, utc_text(at) AS at, kind, search_id, block_id, message FROM events"
    " WHERE CAST($1 AS text) IS NULL OR kind = CAST($1 AS text) ORDER BY id DESC LIMIT $2");

}  // namespace

flow::SearchProgress SqlMonitorLedger::progress(SearchId search) {
  flow::SearchProgress progress;
  progress.counts = SqlReader(database_).counts(search);
  return database_.look([&](SqlConnection& connection) {
    const SqlRows reach = connection.query(reach_of_search, {search});
    core::uint128 covered = 0;
    core::uint128 covered_lately = 0;
    for (const SqlRow row : connection.query(finished_sums, {search})) {
      progress.candidates += row.get<core::uint128>("candidates");
      covered += row.get<core::uint128>("positions");
      covered_lately += row.get<core::uint128>("lately");
    }
    progress.frontier = reach.one().get<search::Position>("frontier");
    progress.set_pace(reach.one().range().length() - covered, covered_lately,
                      std::min(60.0, reach.one().get<double>("age")));
    return progress;
  });
}

flow::Control SqlMonitorLedger::control() {
  return database_.look([](SqlConnection& connection) {
    const SqlRows rows = connection.query(control_row);
    return flow::Control{rows.one().get<flow::ControlState>("state"), rows.one().get<flow::Epoch>("epoch")};
  });
}

std::vector<flow::FindingRecord> SqlMonitorLedger::best(std::optional<SearchId> search, flow::Finding kind,
                                                        std::size_t limit) {
  return database_.look([&](SqlConnection& connection) {
    const SqlRows rows = search ? connection.query(best_of_search, {flow::text(kind), limit, *search})
                                : connection.query(best_of_all, {flow::text(kind), limit});
    return rows.all(finding_record);
  });
}

std::vector<flow::Audit> SqlMonitorLedger::history(SearchId search, std::size_t points) {
  return database_.look([&](SqlConnection& connection) {
    return connection.query(spread_audits, {search, std::max<std::size_t>(points, 1)}).all([](const SqlRow& row) {
      return flow::Audit{row.get<flow::BlockId>("block_id"), row.range(), row.key(),
                         row.get<std::map<std::string, std::string>>("state")};
    });
  });
}

std::vector<flow::EventRecord> SqlMonitorLedger::latest_events(const std::optional<std::string>& kind,
                                                               std::size_t limit) {
  return database_.look([&](SqlConnection& connection) {
    return connection.query(newest_events, {kind, limit}).all([](const SqlRow& row) {
      return flow::EventRecord{
          row.get<std::int64_t>("id"),         row.text("at"),     row.text("kind"), row.find<SearchId>("search_id"),
          row.find<flow::BlockId>("block_id"), row.text("message")};
    });
  });
}

}  // namespace robin::adapters
