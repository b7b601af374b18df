#include "adapters/sql/reader.hpp"

#include "adapters/sql/finding_row.hpp"
#include "adapters/sql/search_row.hpp"

namespace robin::adapters {
namespace {

using flow::BlockCounts;
using flow::BlockId;
using flow::BlockState;
using flow::Finding;
using flow::SearchId;

// PostgreSQL keeps sums, for a fleet asks often and has millions of blocks.
const SqlStatement blocks_by_state(
    "SELECT search_id, state, CAST(sum(blocks) AS bigint) AS blocks, sum(seconds) AS seconds FROM tallies"
    " WHERE search_id {in $1 bigint} GROUP BY search_id, state",
    "SELECT search_id, state, count(*) AS blocks, 0.0 AS seconds FROM blocks WHERE search_id {in $1 bigint}"
    " GROUP BY search_id, state");

const SqlStatement orders_by_state(
    "SELECT search_id, count(*) FILTER (WHERE state = 'PENDING') AS pending,"
    " count(*) FILTER (WHERE state IN ('QUEUED', 'RUNNING')) AS in_flight,"
    " count(*) FILTER (WHERE state IN ('FINISHED', 'QUARANTINED')) AS unsettled"
    " FROM orders WHERE search_id {in $1 bigint} AND closed_at IS NULL GROUP BY search_id");

const std::string finished_rows =
    "SELECT b.id, b.begin_at, b.end_at, r.candidates, r.digest, r.extras FROM blocks b JOIN results r"
    " ON r.block_id = b.id AND r.purpose = b.accepted_purpose AND r.run = b.accepted_run"
    " WHERE b.search_id = $1 AND b.begin_at >= $2 AND b.state = 'FINISHED' ORDER BY b.begin_at LIMIT $3";
// In one statement, so that a block that is compacted just now is seen once.
const SqlStatement finished_blocks(
    "(" + finished_rows +
        ") UNION ALL (SELECT id, begin_at, end_at, candidates, digest, extras FROM compacted_from($1, $2, $3))"
        " ORDER BY begin_at LIMIT $3",
    finished_rows);

const SqlStatement number_of_findings =
    of_accepted_findings("SELECT count(*) AS findings", " WHERE f.search_id = $1 AND f.kind = $2");
const std::string witness_columns = "SELECT f.factorization, f.ratio_lo, f.ratio_hi";
const SqlStatement findings_in_order(
    findings_by_position(witness_columns),
    witness_columns +
        " FROM blocks b JOIN findings f ON f.block_id = b.id AND f.purpose = b.accepted_purpose"
        " AND f.run = b.accepted_run WHERE b.search_id = $1 AND b.state = 'FINISHED' AND f.kind = $2"
        " ORDER BY b.begin_at, f.ordinal LIMIT $3");
const SqlStatement best_findings =
    of_accepted_findings(witness_columns,
                         " WHERE f.search_id = $1 AND f.kind = $2"
                         " ORDER BY f.ratio DESC, f.ratio_lo DESC, f.begin_at, f.ordinal LIMIT $3");

const std::string block_columns =
    "SELECT id, search_id, begin_at, end_at, state, attempt, worker, utc_text(created_at) AS created_at,"
    " utc_text(queued_at) AS queued_at, utc_text(started_at) AS started_at, utc_text(finished_at) AS finished_at, "
    "error";
const std::string filtered_rows =
    " FROM blocks WHERE id > $1 AND (CAST($2 AS bigint) IS NULL OR search_id = CAST($2 AS bigint))"
    " AND (CAST($3 AS integer) = 0 OR state {in $4 text}) ORDER BY id LIMIT $5";
const SqlStatement filtered_blocks(
    block_columns +
        " FROM ((SELECT id, search_id, begin_at, end_at, state, attempt, worker, created_at, queued_at, started_at,"
        " finished_at, error" +
        filtered_rows +
        ") UNION ALL (SELECT id, search_id, begin_at, end_at, 'FINISHED', attempt, worker, created_at, queued_at,"
        " started_at, finished_at, NULL FROM compacted_beyond($1, CAST($2 AS bigint),"
        " CASE WHEN CAST($3 AS integer) = 0 OR 'FINISHED' {in $4 text} THEN $5 ELSE 0 END))) b ORDER BY id LIMIT $5",
    block_columns + filtered_rows);

const std::string last_audits = " AS state, coalesce(o.reason, '') AS objection FROM searches s LEFT JOIN ";
const std::string with_objections = " LEFT JOIN objections o ON o.search_id = s.id WHERE s.id {in $1 bigint}";
// Each looks up the last audit of a search by its index.
const SqlStatement audit_frontiers(
    "SELECT s.id, coalesce(a.end_at, r.end_at, s.begin_at) AS end_at, coalesce(a.state, r.states[r.blocks], '{}')" +
        last_audits +
        "LATERAL (SELECT end_at, state FROM audits WHERE search_id = s.id ORDER BY begin_at DESC LIMIT 1) a"
        " ON true LEFT JOIN LATERAL (SELECT end_at, states, blocks FROM ranges WHERE search_id = s.id"
        " ORDER BY begin_at DESC LIMIT 1) r ON true" +
        with_objections,
    "SELECT s.id, coalesce(a.end_at, s.begin_at) AS end_at, coalesce(a.state, '{}')" + last_audits +
        "audits a ON a.search_id = s.id AND a.begin_at = (SELECT max(begin_at) FROM audits WHERE search_id = s.id)" +
        with_objections);

}  // namespace

std::map<SearchId, SearchTally> tallies_of(SqlConnection& connection, const SqlValue::Integers& searches) {
  std::map<SearchId, SearchTally> all;
  for (const SqlRow row : connection.query(blocks_by_state, {searches})) {
    SearchTally& tally = all[row.get<SearchId>("search_id")];
    tally.counts.of(row.get<BlockState>("state")) = row.get<std::uint64_t>("blocks");
    tally.computed_seconds += row.get<double>("seconds");
  }
  for (const SqlRow row : connection.query(orders_by_state, {searches})) {
    BlockCounts& counts = all[row.get<SearchId>("search_id")].counts;
    counts.orders_pending = row.get<std::uint64_t>("pending");
    counts.orders_in_flight = row.get<std::uint64_t>("in_flight");
    counts.orders_unsettled = row.get<std::uint64_t>("unsettled");
  }
  return all;
}

std::map<SearchId, flow::AuditFrontier> audited_of(SqlConnection& connection, const SqlValue::Integers& searches) {
  std::map<SearchId, flow::AuditFrontier> all;
  for (const SqlRow row : connection.query(audit_frontiers, {searches})) {
    all[row.get<SearchId>("id")] = {row.get<search::Position>("end_at"),
                                    row.get<std::map<std::string, std::string>>("state"), row.text("objection")};
  }
  return all;
}

std::vector<flow::SearchRecord> SqlReader::searches() {
  return database_.look([](SqlConnection& connection) { return all_searches(connection); });
}

BlockCounts SqlReader::counts(SearchId search) {
  return database_.look(
      [&](SqlConnection& connection) { return tallies_of(connection, {search.value})[search].counts; });
}

std::vector<flow::FinishedBlock> SqlReader::finished(SearchId search, search::Position from, std::size_t limit) {
  return database_.look([&](SqlConnection& connection) {
    return connection.query(finished_blocks, {search, from, limit}).all([](const SqlRow& row) {
      return flow::FinishedBlock{row.get<BlockId>("id"), row.range(), row.get<core::uint128>("candidates"),
                                 row.text("digest"), row.get<std::map<std::string, std::string>>("extras")};
    });
  });
}

std::uint64_t SqlReader::count_findings(SearchId search, Finding finding) {
  return database_.look([&](SqlConnection& connection) {
    return connection.query(number_of_findings, {search, flow::text(finding)}).one().get<std::uint64_t>("findings");
  });
}

std::vector<search::Witness> SqlReader::findings(SearchId search, Finding finding, std::size_t limit) {
  return database_.look([&](SqlConnection& connection) {
    return connection.query(findings_in_order, {search, flow::text(finding), limit}).all([](const SqlRow& row) {
      return row.witness();
    });
  });
}

std::vector<search::Witness> SqlReader::top_findings(SearchId search, Finding finding, std::size_t limit) {
  return database_.look([&](SqlConnection& connection) {
    return connection.query(best_findings, {search, flow::text(finding), limit}).all([](const SqlRow& row) {
      return row.witness();
    });
  });
}

std::vector<flow::BlockRecord> SqlReader::blocks(const flow::BlockFilter& filter, std::size_t limit) {
  return database_.look([&](SqlConnection& connection) {
    SqlValue::Texts states;
    for (const BlockState state : filter.states) {
      states.emplace_back(flow::text(state));
    }
    const std::size_t number_of_states = states.size();
    return connection.query(filtered_blocks, {filter.after, filter.search, number_of_states, std::move(states), limit})
        .all([](const SqlRow& row) {
          return flow::BlockRecord{row.get<BlockId>("id"),
                                   row.get<SearchId>("search_id"),
                                   row.range(),
                                   row.get<BlockState>("state"),
                                   row.get<flow::Attempt>("attempt"),
                                   row.text("worker"),
                                   row.text("created_at"),
                                   row.text("queued_at"),
                                   row.text("started_at"),
                                   row.text("finished_at"),
                                   row.text("error")};
        });
  });
}

flow::AuditFrontier SqlReader::audited(SearchId search) {
  return database_.look([&](SqlConnection& connection) { return audited_of(connection, {search.value})[search]; });
}

}  // namespace robin::adapters
