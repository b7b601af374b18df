#include "adapters/sql/monitor_ledger.hpp"

#include <algorithm>

#include "adapters/sql/finding_row.hpp"
#include "adapters/sql/reader.hpp"

namespace robin::adapters {
namespace {

using flow::SearchId;

const std::string reach =
    "SELECT s.id, s.begin_at, s.end_at, coalesce((SELECT min(begin_at) FROM blocks WHERE search_id = s.id"
    " AND state <> 'FINISHED'), s.planned_end) AS frontier, ";
const std::string of_searches = " AS age FROM searches s WHERE s.id {in $1 bigint}";
const SqlStatement reach_of_searches(reach + "extract(epoch FROM now() - s.created_at)::float8" + of_searches,
                                     reach + "86400 * (julianday('now') - julianday(s.created_at))" + of_searches);

// One row of a search or many, to be added up: sums of 128 bits are beyond SQLite's integers; and PostgreSQL keeps
// sums.
const SqlStatement finished_sums(
    "SELECT search_id, coalesce(sum(candidates), 0) AS candidates,"
    " coalesce(sum(positions) FILTER (WHERE state = 'FINISHED'), 0) AS positions, 0 AS lately"
    " FROM tallies WHERE search_id {in $1 bigint} GROUP BY search_id UNION ALL"
    " SELECT search_id, 0, 0, coalesce(sum(end_at - begin_at), 0) FROM blocks WHERE search_id {in $1 bigint}"
    " AND state = 'FINISHED' AND finished_at > now() - interval '60 s' GROUP BY search_id",
    "SELECT b.search_id, r.candidates, wide_minus(b.end_at, b.begin_at) AS positions, CASE WHEN b.finished_at >"
    " strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-60 seconds') THEN wide_minus(b.end_at, b.begin_at) ELSE '0' END AS lately"
    " FROM blocks b JOIN results r ON r.block_id = b.id AND r.purpose = b.accepted_purpose AND r.run = b.accepted_run"
    " WHERE b.search_id {in $1 bigint} AND b.state = 'FINISHED'");

const SqlStatement control_row("SELECT state, epoch FROM control WHERE id = 1");

const std::string best_first = " ORDER BY f.ratio DESC, f.ratio_lo DESC, f.block_id, f.ordinal LIMIT $2";
// Each of the two has an index that gives the best first.
const SqlStatement best_of_all = of_accepted_findings(finding_columns, " WHERE f.kind = $1" + best_first);
const SqlStatement best_of_search =
    of_accepted_findings(finding_columns, " WHERE f.kind = $1 AND f.search_id = $3" + best_first);

// Ids of a search's blocks are dense enough to spread by. PostgreSQL looks up each point by itself, however many audits
// there are; SQLite, which cannot make rows of numbers, walks through them.
const SqlStatement spread_audits(
    "WITH ends AS ((SELECT first_id AS first, first_id + blocks - 1 AS last, begin_at FROM ranges WHERE search_id = $1"
    " ORDER BY begin_at LIMIT 1) UNION ALL (SELECT first_id, first_id + blocks - 1, begin_at FROM ranges"
    " WHERE search_id = $1 ORDER BY begin_at DESC LIMIT 1) UNION ALL (SELECT block_id, block_id, begin_at FROM audits"
    " WHERE search_id = $1 ORDER BY begin_at LIMIT 1) UNION ALL (SELECT block_id, block_id, begin_at FROM audits"
    " WHERE search_id = $1 ORDER BY begin_at DESC LIMIT 1)),"
    " first AS (SELECT first AS id FROM ends ORDER BY begin_at LIMIT 1),"
    " last AS (SELECT last AS id FROM ends ORDER BY begin_at DESC LIMIT 1),"
    " ids AS (SELECT generate_series(first.id, last.id, greatest(1, (last.id - first.id + $2::bigint) /"
    " $2::bigint)) AS id FROM first, last UNION SELECT id FROM last),"
    " points AS (SELECT b.begin_at FROM ids JOIN blocks b ON b.id = ids.id AND b.search_id = $1)"
    " SELECT a.begin_at, a.end_at, a.block_id, a.purpose, a.run, a.state FROM points p CROSS JOIN LATERAL"
    " (SELECT * FROM audits a WHERE a.search_id = $1 AND a.begin_at = p.begin_at) a"
    " UNION ALL SELECT CASE WHEN c.place = 1 THEN r.begin_at ELSE r.ends[c.place - 1] END, r.ends[c.place], ids.id,"
    " r.purposes[c.place], r.runs[c.place], r.states[c.place] FROM ids CROSS JOIN LATERAL range_of(ids.id) r"
    " CROSS JOIN LATERAL (SELECT (ids.id - r.first_id + 1)::int AS place) c WHERE r.search_id = $1 ORDER BY begin_at",
    "WITH reach AS (SELECT min(block_id) AS low, max(block_id) AS high FROM audits WHERE search_id = $1)"
    " SELECT begin_at, end_at, block_id, purpose, run, state FROM audits, reach WHERE search_id = $1"
    " AND (block_id % max(1, (high - low + $2) / $2) = 0 OR begin_at ="
    " (SELECT max(begin_at) FROM audits WHERE search_id = $1)) ORDER BY begin_at");

const SqlStatement newest_events(
    "SELECT id, utc_text(at) AS at, kind, search_id, block_id, message FROM events"
    " WHERE (CAST($1 AS text) IS NULL OR kind = CAST($1 AS text)) AND id < $2 ORDER BY id DESC LIMIT $3");

// By the one index that there is of all events: whatever the ledger holds, no more are looked at.
const std::string kinds_among =
    "SELECT kind, count(*) AS events FROM (SELECT kind, at FROM events ORDER BY id DESC LIMIT $2) AS newest WHERE ";
const SqlStatement kinds_lately(
    kinds_among + "at > now() - $1 * interval '1 s' GROUP BY kind ORDER BY kind",
    kinds_among + "at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || $1 || ' seconds') GROUP BY kind ORDER BY kind");

std::map<SearchId, flow::SearchProgress> progress_of(SqlConnection& connection, const SqlValue::Integers& searches) {
  struct Covered {
    core::uint128 ever = 0;
    core::uint128 lately = 0;
  };
  std::map<SearchId, Covered> covered;
  std::map<SearchId, flow::SearchProgress> all;
  for (const auto& [id, tally] : tallies_of(connection, searches)) {
    all[id].counts = tally.counts;
  }
  for (const SqlRow row : connection.query(finished_sums, {searches})) {
    const auto id = row.get<SearchId>("search_id");
    all[id].candidates += row.get<core::uint128>("candidates");
    covered[id].ever += row.get<core::uint128>("positions");
    covered[id].lately += row.get<core::uint128>("lately");
  }
  for (const SqlRow row : connection.query(reach_of_searches, {searches})) {
    const auto id = row.get<SearchId>("id");
    all[id].frontier = row.get<search::Position>("frontier");
    all[id].set_pace(row.range().length() - covered[id].ever, covered[id].lately,
                     std::min(60.0, row.get<double>("age")));
  }
  return all;
}

}  // namespace

flow::SearchProgress SqlMonitorLedger::progress(SearchId search) {
  return database_.look([&](SqlConnection& connection) { return progress_of(connection, {search.value})[search]; });
}

std::map<SearchId, flow::SearchStanding> SqlMonitorLedger::standings(const std::vector<SearchId>& searches) {
  SqlValue::Integers ids;
  for (const SearchId search : searches) {
    ids.push_back(search.value);
  }
  return database_.look([&](SqlConnection& connection) {
    std::map<SearchId, flow::SearchStanding> all;
    for (auto& [id, progress] : progress_of(connection, ids)) {
      all[id].progress = progress;
    }
    for (auto& [id, audited] : audited_of(connection, ids)) {
      all[id].audited = std::move(audited);
    }
    return all;
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

std::vector<flow::EventRecord> SqlMonitorLedger::events_before(const std::optional<std::string>& kind,
                                                               std::int64_t before, std::size_t limit) {
  return database_.look([&](SqlConnection& connection) {
    return connection.query(newest_events, {kind, before, limit}).all([](const SqlRow& row) {
      return flow::EventRecord{
          row.get<std::int64_t>("id"),         row.text("at"),     row.text("kind"), row.find<SearchId>("search_id"),
          row.find<flow::BlockId>("block_id"), row.text("message")};
    });
  });
}

std::vector<flow::EventCount> SqlMonitorLedger::event_counts(std::chrono::seconds within, std::size_t among) {
  return database_.look([&](SqlConnection& connection) {
    return connection.query(kinds_lately, {within.count(), among}).all([](const SqlRow& row) {
      return flow::EventCount{row.text("kind"), row.get<std::uint64_t>("events")};
    });
  });
}

}  // namespace robin::adapters
