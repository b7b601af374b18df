#include "adapters/postgres/fleet_ledger.hpp"

#include <algorithm>

#include "adapters/sql/finding_row.hpp"

namespace robin::adapters {
namespace {

using flow::BlockId;
using flow::SearchId;

constexpr int running_of_a_worker_max = 32;

const SqlStatement workers_by_word(
    "SELECT name, utc_text(first_at) AS first_at, utc_text(heard_at) AS heard_at,"
    " extract(epoch FROM now() - heard_at)::float8 AS age FROM workers ORDER BY heard_at DESC, name LIMIT $1");
const SqlStatement running_works(
    "SELECT worker, id, extract(epoch FROM now() - started_at)::float8 AS age FROM ("
    "SELECT worker, id, started_at, row_number() OVER (PARTITION BY worker ORDER BY started_at, id) AS place FROM ("
    "SELECT worker, id, started_at FROM blocks WHERE state = 'RUNNING' UNION ALL"
    " SELECT worker, block_id, started_at FROM orders WHERE state = 'RUNNING' AND closed_at IS NULL) r) p"
    " WHERE place <= $1 ORDER BY worker, place");
// The name of a connection is for every role to see.
const SqlStatement connections(
    "SELECT application_name, count(*) AS connections FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name LIKE 'robin%' GROUP BY 1 ORDER BY 1");
const SqlStatement failures_of_block(
    "SELECT attempt, worker, error_class, message, utc_text(failed_at) AS failed_at FROM failures WHERE block_id = $1"
    " AND purpose = 'search' ORDER BY attempt");
const SqlStatement grouped_errors(
    "SELECT coalesce(error, '') AS error, count(*) AS blocks,"
    " array_to_string((array_agg(id ORDER BY id))[1:10], ' ') AS examples FROM blocks"
    " WHERE state IN ('FAILED', 'QUARANTINED') AND ($1::bigint IS NULL OR search_id = $1)"
    " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $2");
const SqlStatement findings_beyond(findings_by_position(
    finding_columns, " AND b.begin_at >= $4::numeric AND (b.begin_at, f.ordinal) > ($4::numeric, $5::int)",
    " AND (f.begin_at, f.ordinal) > ($4::numeric, $5::int)"));
const std::string paces_within =
    "SELECT (stretch + 1) * $2::float8 AS age, sum(blocks) AS blocks, sum(candidates) AS candidates,"
    " sum(seconds) AS seconds FROM ("
    "SELECT floor(extract(epoch FROM now() - at) / $2::float8) AS stretch, blocks, candidates, seconds FROM paces"
    " WHERE at > now() - $1::float8 * interval '1 s'";
const std::string by_stretch = ") s GROUP BY stretch ORDER BY stretch DESC";
const SqlStatement paces_of_all(paces_within + by_stretch);
const SqlStatement paces_of_search(paces_within + " AND search_id = $3" + by_stretch);
const SqlStatement blocks_of_all("SELECT state, sum(blocks)::bigint AS blocks FROM tallies GROUP BY state");
const SqlStatement ledger_size(
    "SELECT (SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest(ARRAY['blocks', 'results', 'findings',"
    " 'audits', 'ranges', 'orders', 'failures', 'conflicts', 'parts', 'events']) AS t (name))::bigint AS bytes,"
    " (SELECT coalesce(sum(blocks), 0) FROM tallies)::bigint AS blocks");
const SqlStatement compaction_row(
    "SELECT r.blocks, r.ranges, pg_total_relation_size('ranges') AS bytes, utc_text(r.newest_at) AS newest_at,"
    " extract(epoch FROM c.older_than)::bigint AS older, c.ordered_by, utc_text(c.ordered_at) AS ordered_at,"
    " utc_text(c.done_at) AS done_at, c.compacted FROM compaction c, (SELECT coalesce(sum(blocks), 0)::bigint AS "
    "blocks,"
    " count(*) AS ranges, max(compacted_at) AS newest_at FROM ranges) r WHERE c.id = 1");
const SqlStatement compactable_blocks(
    "SELECT coalesce(sum(c.blocks), 0)::bigint AS blocks FROM searches s CROSS JOIN LATERAL (SELECT count(*) AS blocks"
    " FROM compactable(s.id, $1::float8 * interval '1 s', NULL)) c");
// In ranges they lie by position: looked at are so many more as may have finished in another order.
const SqlStatement newest_durations(
    "(SELECT r.elapsed_seconds, b.finished_at, b.id FROM (SELECT id, accepted_purpose, accepted_run, finished_at FROM "
    "blocks"
    " WHERE search_id = $1 AND state = 'FINISHED' ORDER BY finished_at DESC, id DESC LIMIT $2) b"
    " JOIN results r ON r.block_id = b.id AND r.purpose = b.accepted_purpose AND r.run = b.accepted_run)"
    " UNION ALL (SELECT c.seconds, c.finished_at, r.first_id + c.place - 1 AS id FROM (SELECT first_id FROM (SELECT "
    "first_id,"
    " sum(blocks) OVER (ORDER BY begin_at DESC) - blocks AS later FROM ranges WHERE search_id = $1) p"
    " WHERE later < $2 + 1000) n JOIN ranges r ON r.first_id = n.first_id CROSS JOIN LATERAL"
    " unnest(r.seconds, r.finished_at) WITH ORDINALITY AS c (seconds, finished_at, place)"
    " ORDER BY c.finished_at DESC, id DESC LIMIT $2)"
    " ORDER BY finished_at DESC, id DESC LIMIT $2");
const SqlStatement new_samples({{"queue", "text"}, {"ready", "bigint"}, {"unacked", "bigint"}}, 1,
                               "INSERT INTO queue_samples (queue, ready, unacked) SELECT queue, ready, unacked FROM {u}"
                               " ON CONFLICT DO NOTHING");
const SqlStatement old_samples("DELETE FROM queue_samples WHERE at < now() - $1::float8 * interval '1 h'");
const SqlStatement sampled_queues(
    "SELECT queue, (stretch + 1) * $2::float8 AS age, max(ready) AS ready, max(unacked) AS unacked FROM ("
    "SELECT queue, floor(extract(epoch FROM now() - at) / $2::float8) AS stretch, ready, unacked FROM queue_samples"
    " WHERE at > now() - $1::float8 * interval '1 s') s GROUP BY queue, stretch ORDER BY queue, stretch DESC");

}  // namespace

std::vector<flow::WorkerRecord> PostgresFleetLedger::workers(std::size_t limit) {
  return database_.look([&](SqlConnection& connection) {
    auto all = connection.query(workers_by_word, {limit}).all([](const SqlRow& row) {
      return flow::WorkerRecord{
          row.text("name"), row.text("first_at"), row.text("heard_at"), row.get<double>("age"), {}};
    });
    for (const SqlRow row : connection.query(running_works, {running_of_a_worker_max})) {
      const auto worker = std::find_if(all.begin(), all.end(),
                                       [name = row.text("worker")](const auto& one) { return one.name == name; });
      if (worker != all.end()) {
        worker->running.push_back({row.get<BlockId>("id"), row.get<double>("age")});
      }
    }
    return all;
  });
}

std::vector<flow::ConnectedService> PostgresFleetLedger::connected() {
  return database_.look([](SqlConnection& connection) {
    return connection.query(connections).all([](const SqlRow& row) {
      return flow::ConnectedService{row.text("application_name"), row.get<std::uint64_t>("connections")};
    });
  });
}

std::vector<flow::FailureRecord> PostgresFleetLedger::failures(BlockId block) {
  return database_.look([&](SqlConnection& connection) {
    return connection.query(failures_of_block, {block}).all([](const SqlRow& row) {
      return flow::FailureRecord{row.get<flow::Attempt>("attempt"), row.text("worker"), row.text("error_class"),
                                 row.text("message"), row.text("failed_at")};
    });
  });
}

std::vector<flow::ErrorGroup> PostgresFleetLedger::error_groups(std::optional<SearchId> search, std::size_t limit) {
  return database_.look([&](SqlConnection& connection) {
    return connection.query(grouped_errors, {search, limit}).all([](const SqlRow& row) {
      return flow::ErrorGroup{row.text("error"), row.get<std::uint64_t>("blocks"),
                              row.get<std::vector<BlockId>>("examples")};
    });
  });
}

std::vector<flow::FindingRecord> PostgresFleetLedger::findings_after(SearchId search, flow::Finding kind,
                                                                     const std::optional<flow::FindingCursor>& after,
                                                                     std::size_t limit) {
  return database_.look([&](SqlConnection& connection) {
    return connection
        .query(findings_beyond, {search, flow::text(kind), limit, after ? after->block_begin : search::Position{0},
                                 after ? after->ordinal : -1})
        .all(finding_record);
  });
}

std::vector<flow::Pace> PostgresFleetLedger::pace(std::optional<SearchId> search, std::chrono::seconds span,
                                                  std::chrono::seconds width) {
  return database_.look([&](SqlConnection& connection) {
    const SqlRows rows = search ? connection.query(paces_of_search, {span.count(), width.count(), *search})
                                : connection.query(paces_of_all, {span.count(), width.count()});
    return rows.all([](const SqlRow& row) {
      return flow::Pace{row.get<double>("age"), row.get<std::uint64_t>("blocks"), row.get<core::uint128>("candidates"),
                        row.get<double>("seconds")};
    });
  });
}

flow::BlockCounts PostgresFleetLedger::block_counts() {
  return database_.look([](SqlConnection& connection) {
    flow::BlockCounts counts;
    for (const SqlRow row : connection.query(blocks_of_all)) {
      counts.of(row.get<flow::BlockState>("state")) = row.get<std::uint64_t>("blocks");
    }
    return counts;
  });
}

flow::LedgerSize PostgresFleetLedger::size() {
  return database_.look([](SqlConnection& connection) {
    const SqlRows rows = connection.query(ledger_size);
    return flow::LedgerSize{rows.one().get<std::uint64_t>("bytes"), rows.one().get<std::uint64_t>("blocks")};
  });
}

std::vector<double> PostgresFleetLedger::durations(SearchId search, std::size_t limit) {
  return database_.look([&](SqlConnection& connection) {
    return connection.query(newest_durations, {search, limit}).all([](const SqlRow& row) {
      return row.get<double>("elapsed_seconds");
    });
  });
}

flow::CompactionRecord PostgresFleetLedger::compaction() {
  return database_.look([](SqlConnection& connection) {
    const SqlRows rows = connection.query(compaction_row);
    const SqlRow row = rows.one();
    flow::CompactionRecord record{row.get<std::uint64_t>("blocks"), row.get<std::uint64_t>("ranges"),
                                  row.get<std::uint64_t>("bytes"), row.text("newest_at")};
    if (const auto older = row.find<std::uint64_t>("older")) {
      record.order = {*older, row.text("ordered_by"), row.text("ordered_at"), row.text("done_at"),
                      row.get<std::uint64_t>("compacted")};
    }
    return record;
  });
}

std::uint64_t PostgresFleetLedger::compactable(std::chrono::seconds older_than) {
  return database_.look([&](SqlConnection& connection) {
    return connection.query(compactable_blocks, {older_than.count()}).one().get<std::uint64_t>("blocks");
  });
}

void PostgresFleetLedger::sample_queues(const std::vector<flow::QueueSample>& samples, std::chrono::hours kept) {
  SqlTable table;
  for (const flow::QueueSample& sample : samples) {
    table.add({sample.queue, sample.ready, sample.unacked});
  }
  database_.look([&](SqlConnection& connection) {
    connection.run_all({{new_samples, {}, table}, {old_samples, {kept.count()}, {}}});
    return true;
  });
}

std::vector<flow::QueueHistory> PostgresFleetLedger::queue_history(std::chrono::seconds span,
                                                                   std::chrono::seconds width) {
  return database_.look([&](SqlConnection& connection) {
    return connection.query(sampled_queues, {span.count(), width.count()}).all([](const SqlRow& row) {
      return flow::QueueHistory{row.text("queue"), row.get<double>("age"), row.get<std::uint64_t>("ready"),
                                row.get<std::uint64_t>("unacked")};
    });
  });
}

}  // namespace robin::adapters
