#include "adapters/postgres_monitor_ledger.hpp"

#include <algorithm>

#include "adapters/extras_text.hpp"
#include "adapters/postgres_rows.hpp"

namespace robin::adapters {
namespace {

using flow::Audit;
using flow::ErrorGroup;
using flow::EventRecord;
using flow::Finding;
using flow::FindingCursor;
using flow::FindingRecord;
using flow::Pace;
using flow::QueueHistory;
using flow::QueueSample;
using flow::SearchId;
using flow::WorkerRecord;

using Rows = PostgresConnection::Rows;

constexpr std::int64_t running_of_a_worker_max = 32;

std::optional<std::string> or_null(std::optional<SearchId> search) {
  return search ? std::optional(number(search->value)) : std::nullopt;
}

/// Columns factorization, ratio_lo, ratio_hi, search, block, begin, ordinal, received.
std::vector<FindingRecord> read_findings(const Rows& rows) {
  std::vector<FindingRecord> all;
  all.reserve(static_cast<std::size_t>(rows.count()));
  for (int i = 0; i < rows.count(); ++i) {
    all.push_back({{rows.text(i, 0), rows.text(i, 1), rows.text(i, 2)},
                   {rows.integer(i, 3)},
                   {rows.integer(i, 4)},
                   position_from(rows.text(i, 5)),
                   rows.integer(i, 6),
                   rows.text(i, 7)});
  }
  return all;
}

}  // namespace

std::vector<WorkerRecord> PostgresMonitorLedger::workers(std::size_t limit) {
  return session_.run([&](PostgresConnection& database) {
    const Rows rows = database.query(
        "SELECT name, utc_text(first_at), utc_text(heard_at), extract(epoch FROM now() - heard_at)::float8 FROM workers"
        " ORDER BY heard_at DESC, name LIMIT $1",
        {limit_text(limit)});
    std::vector<WorkerRecord> all;
    all.reserve(static_cast<std::size_t>(rows.count()));
    for (int i = 0; i < rows.count(); ++i) {
      all.push_back({rows.text(i, 0), rows.text(i, 1), rows.text(i, 2), rows.real(i, 3), {}});
    }
    const Rows running = database.query(
        "SELECT worker, id, extract(epoch FROM now() - started_at)::float8 FROM ("
        "SELECT worker, id, started_at, row_number() OVER (PARTITION BY worker ORDER BY started_at, id) AS place FROM ("
        "SELECT worker, id, started_at FROM blocks WHERE state = 'RUNNING' UNION ALL"
        " SELECT worker, block_id, started_at FROM orders WHERE state = 'RUNNING' AND closed_at IS NULL) r) p"
        " WHERE place <= $1 ORDER BY worker, place",
        {number(running_of_a_worker_max)});
    for (int i = 0; i < running.count(); ++i) {
      const auto worker = std::find_if(all.begin(), all.end(),
                                       [name = running.text(i, 0)](const auto& one) { return one.name == name; });
      if (worker != all.end()) {
        worker->running.push_back({{running.integer(i, 1)}, running.real(i, 2)});
      }
    }
    return all;
  });
}

std::vector<flow::ConnectedService> PostgresMonitorLedger::connected() {
  return session_.run([&](PostgresConnection& database) {
    // The name of a connection is for every role to see.
    const Rows rows = database.query(
        "SELECT application_name, count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name LIKE 'robin%' GROUP BY 1 ORDER BY 1");
    std::vector<flow::ConnectedService> all;
    all.reserve(static_cast<std::size_t>(rows.count()));
    for (int i = 0; i < rows.count(); ++i) {
      all.push_back({rows.text(i, 0), static_cast<std::uint64_t>(rows.integer(i, 1))});
    }
    return all;
  });
}

std::vector<ErrorGroup> PostgresMonitorLedger::error_groups(std::optional<SearchId> search, std::size_t limit) {
  return session_.run([&](PostgresConnection& database) {
    const Rows rows = database.query(
        "SELECT coalesce(error, ''), count(*), array_to_string((array_agg(id ORDER BY id))[1:10], ' ') FROM blocks"
        " WHERE state IN ('FAILED', 'QUARANTINED') AND ($1::bigint IS NULL OR search_id = $1)"
        " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $2",
        {or_null(search), limit_text(limit)});
    std::vector<ErrorGroup> all;
    all.reserve(static_cast<std::size_t>(rows.count()));
    for (int i = 0; i < rows.count(); ++i) {
      all.push_back({rows.text(i, 0), static_cast<std::uint64_t>(rows.integer(i, 1)), ids_from(rows.text(i, 2))});
    }
    return all;
  });
}

std::vector<FindingRecord> PostgresMonitorLedger::best(std::optional<SearchId> search, Finding kind,
                                                       std::size_t limit) {
  return session_.run([&](PostgresConnection& database) {
    // Each of the two has an index that gives the best first.
    const std::string of_search = search ? " AND f.search_id = $3" : "";
    const std::string sql =
        "SELECT f.factorization, f.ratio_lo, f.ratio_hi, b.search_id, b.id, b.begin_at, f.ordinal,"
        " utc_text(b.finished_at) FROM findings f JOIN blocks b ON b.id = f.block_id"
        " AND b.accepted_purpose = f.purpose AND b.accepted_run = f.run AND b.state = 'FINISHED' WHERE f.kind = $1" +
        of_search + " ORDER BY f.ratio DESC, f.ratio_lo DESC, f.block_id, f.ordinal LIMIT $2";
    std::vector<std::optional<std::string>> values = {std::string(flow::text(kind)), limit_text(limit)};
    if (search) {
      values.emplace_back(number(search->value));
    }
    return read_findings(database.query(sql.c_str(), values));
  });
}

std::vector<FindingRecord> PostgresMonitorLedger::findings_after(SearchId search, Finding kind,
                                                                 const std::optional<FindingCursor>& after,
                                                                 std::size_t limit) {
  return session_.run([&](PostgresConnection& database) {
    return read_findings(
        database.query("SELECT f.factorization, f.ratio_lo, f.ratio_hi, b.search_id, b.id, b.begin_at, f.ordinal,"
                       " utc_text(b.finished_at) FROM blocks b JOIN findings f ON f.block_id = b.id"
                       " AND f.purpose = b.accepted_purpose AND f.run = b.accepted_run"
                       " WHERE b.search_id = $1 AND b.state = 'FINISHED' AND f.kind = $2"
                       " AND b.begin_at >= $3::numeric AND (b.begin_at, f.ordinal) > ($3::numeric, $4::int)"
                       " ORDER BY b.begin_at, f.ordinal LIMIT $5",
                       {number(search.value), std::string(flow::text(kind)),
                        after ? wide_text(after->block_begin.ordinal) : std::string("0"),
                        after ? number(after->ordinal) : std::string("-1"), limit_text(limit)}));
  });
}

std::vector<Audit> PostgresMonitorLedger::sampled_history(SearchId search, std::size_t points) {
  return session_.run([&](PostgresConnection& database) {
    // Ids of a search's blocks are dense enough to spread by; each point is looked up by itself.
    const Rows rows = database.query(
        "WITH first AS (SELECT block_id AS id FROM audits WHERE search_id = $1 ORDER BY begin_at LIMIT 1),"
        " last AS (SELECT block_id AS id, begin_at FROM audits WHERE search_id = $1 ORDER BY begin_at DESC LIMIT 1),"
        " ids AS (SELECT generate_series(first.id, last.id, greatest(1, (last.id - first.id + $2::bigint) /"
        " $2::bigint)) AS id FROM first, last UNION SELECT id FROM last),"
        " points AS (SELECT b.begin_at FROM ids JOIN blocks b ON b.id = ids.id AND b.search_id = $1)"
        " SELECT a.begin_at, a.end_at, a.block_id, a.purpose, a.run, a.state FROM points p CROSS JOIN LATERAL"
        " (SELECT * FROM audits a WHERE a.search_id = $1 AND a.begin_at = p.begin_at) a ORDER BY 1",
        {number(search.value), limit_text(std::max<std::size_t>(points, 1))});
    std::vector<Audit> all;
    for (int i = 0; i < rows.count(); ++i) {
      const auto key = read_key(rows, i, 2);
      all.push_back({key.block, read_block(rows, i, 0), key, extras_from(rows.text(i, 5))});
    }
    return all;
  });
}

std::vector<Pace> PostgresMonitorLedger::pace(SearchId search, std::chrono::seconds span, std::chrono::seconds width) {
  return session_.run([&](PostgresConnection& database) {
    const Rows rows = database.query(
        "SELECT (stretch + 1) * $3::float8, sum(blocks), sum(candidates) FROM ("
        "SELECT floor(extract(epoch FROM now() - at) / $3::float8) AS stretch, blocks, candidates FROM paces"
        " WHERE search_id = $1 AND at > now() - $2::float8 * interval '1 s') s GROUP BY stretch ORDER BY stretch DESC",
        {number(search.value), number(span.count()), number(width.count())});
    std::vector<Pace> all;
    all.reserve(static_cast<std::size_t>(rows.count()));
    for (int i = 0; i < rows.count(); ++i) {
      all.push_back({rows.real(i, 0), static_cast<std::uint64_t>(rows.integer(i, 1)), wide_from(rows.text(i, 2))});
    }
    return all;
  });
}

std::vector<double> PostgresMonitorLedger::durations(SearchId search, std::size_t limit) {
  return session_.run([&](PostgresConnection& database) {
    const Rows rows = database.query(
        "SELECT r.elapsed_seconds FROM (SELECT id, accepted_purpose, accepted_run, finished_at FROM blocks"
        " WHERE search_id = $1 AND state = 'FINISHED' ORDER BY finished_at DESC, id DESC LIMIT $2) b"
        " JOIN results r ON r.block_id = b.id AND r.purpose = b.accepted_purpose AND r.run = b.accepted_run"
        " ORDER BY b.finished_at DESC, b.id DESC",
        {number(search.value), limit_text(limit)});
    std::vector<double> all;
    all.reserve(static_cast<std::size_t>(rows.count()));
    for (int i = 0; i < rows.count(); ++i) {
      all.push_back(rows.real(i, 0));
    }
    return all;
  });
}

std::vector<EventRecord> PostgresMonitorLedger::latest_events(const std::optional<std::string>& kind,
                                                              std::size_t limit) {
  return session_.run([&](PostgresConnection& database) {
    return read_events(
        database.query("SELECT id, utc_text(at), kind, search_id, block_id, message, coalesce(once, '') FROM events"
                       " WHERE $1::text IS NULL OR kind = $1 ORDER BY id DESC LIMIT $2",
                       {kind, limit_text(limit)}));
  });
}

void PostgresMonitorLedger::sample_queues(const std::vector<QueueSample>& samples, std::chrono::hours kept) {
  session_.run([&](PostgresConnection& database) {
    PostgresArray names;
    PostgresArray ready;
    PostgresArray unacked;
    for (const QueueSample& sample : samples) {
      names.add(sample.queue);
      ready.add(static_cast<std::int64_t>(sample.ready));
      unacked.add(static_cast<std::int64_t>(sample.unacked));
    }
    database.pipeline(
        {{"INSERT INTO queue_samples (queue, ready, unacked) SELECT * FROM unnest($1::text[], $2::bigint[], "
          "$3::bigint[])"
          " ON CONFLICT DO NOTHING",
          {names.text(), ready.text(), unacked.text()}},
         {"DELETE FROM queue_samples WHERE at < now() - $1::float8 * interval '1 h'", {number(kept.count())}}});
    return 0;
  });
}

std::vector<QueueHistory> PostgresMonitorLedger::queue_history(std::chrono::seconds span, std::chrono::seconds width) {
  return session_.run([&](PostgresConnection& database) {
    const Rows rows = database.query(
        "SELECT queue, (stretch + 1) * $2::float8, max(ready), max(unacked) FROM ("
        "SELECT queue, floor(extract(epoch FROM now() - at) / $2::float8) AS stretch, ready, unacked FROM queue_samples"
        " WHERE at > now() - $1::float8 * interval '1 s') s GROUP BY queue, stretch ORDER BY queue, stretch DESC",
        {number(span.count()), number(width.count())});
    std::vector<QueueHistory> all;
    all.reserve(static_cast<std::size_t>(rows.count()));
    for (int i = 0; i < rows.count(); ++i) {
      all.push_back({rows.text(i, 0), rows.real(i, 1), static_cast<std::uint64_t>(rows.integer(i, 2)),
                     static_cast<std::uint64_t>(rows.integer(i, 3))});
    }
    return all;
  });
}

}  // namespace robin::adapters
