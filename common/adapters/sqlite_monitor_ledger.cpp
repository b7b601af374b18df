#include "adapters/sqlite_monitor_ledger.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "adapters/extras_text.hpp"
#include "adapters/sqlite_rows.hpp"

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

using Statement = SqliteDatabase::Statement;
using Transaction = SqliteDatabase::Transaction;

constexpr std::int64_t running_of_a_worker_max = 32;

std::int64_t bounded(std::size_t limit) {
  return static_cast<std::int64_t>(std::min<std::size_t>(limit, std::numeric_limits<std::int64_t>::max()));
}

double seconds(std::chrono::seconds span) { return static_cast<double>(span.count()); }

/// Columns factorization, ratio_lo, ratio_hi, search, block, begin, ordinal, finished.
std::vector<FindingRecord> read_findings(Statement& rows) {
  std::vector<FindingRecord> all;
  while (rows.step()) {
    all.push_back({{rows.text(0), rows.text(1), rows.text(2)},
                   {rows.integer(3)},
                   {rows.integer(4)},
                   read_position(rows, 5),
                   rows.integer(6),
                   rows.text(7)});
  }
  return all;
}

}  // namespace

std::vector<WorkerRecord> SqliteMonitorLedger::workers(std::size_t limit) {
  const std::scoped_lock lock(mutex_);
  std::vector<WorkerRecord> all;
  {
    auto rows = database_.prepare(
        "SELECT name, first_at, heard_at, (julianday('now') - julianday(heard_at)) * 86400.0 FROM workers"
        " ORDER BY heard_at DESC, name LIMIT ?");
    rows.bind(bounded(limit));
    while (rows.step()) {
      all.push_back({rows.text(0), rows.text(1), rows.text(2), std::max(0.0, rows.real(3)), {}});
    }
  }
  auto running = database_.prepare(
      "SELECT worker, id, (julianday('now') - julianday(started_at)) * 86400.0 FROM ("
      "SELECT worker, id, started_at, row_number() OVER (PARTITION BY worker ORDER BY started_at, id) AS place FROM ("
      "SELECT worker, id, started_at FROM blocks WHERE state = 'RUNNING' UNION ALL"
      " SELECT worker, block_id, started_at FROM orders WHERE state = 'RUNNING' AND closed_at IS NULL))"
      " WHERE place <= ? ORDER BY worker, place");
  running.bind(running_of_a_worker_max);
  while (running.step()) {
    const auto worker =
        std::find_if(all.begin(), all.end(), [name = running.text(0)](const auto& one) { return one.name == name; });
    if (worker != all.end()) {
      worker->running.push_back({{running.integer(1)}, std::max(0.0, running.real(2))});
    }
  }
  return all;
}

std::vector<flow::ConnectedService> SqliteMonitorLedger::connected() { return {}; }

std::vector<ErrorGroup> SqliteMonitorLedger::error_groups(std::optional<SearchId> search, std::size_t limit) {
  const std::scoped_lock lock(mutex_);
  auto rows = database_.prepare(
      "SELECT error, max(blocks), group_concat(id, ' ') FROM ("
      "SELECT coalesce(error, '') AS error, id, count(*) OVER (PARTITION BY error) AS blocks,"
      " row_number() OVER (PARTITION BY error ORDER BY id) AS place FROM blocks"
      " WHERE state IN ('FAILED', 'QUARANTINED') AND (?1 = 0 OR search_id = ?1) ORDER BY id)"
      " WHERE place <= 10 GROUP BY error ORDER BY 2 DESC, 1 LIMIT ?2");
  rows.bind(search ? search->value : 0).bind(bounded(limit));
  std::vector<ErrorGroup> all;
  while (rows.step()) {
    all.push_back({rows.text(0), static_cast<std::uint64_t>(rows.integer(1)), ids_from(rows.text(2))});
  }
  return all;
}

std::vector<FindingRecord> SqliteMonitorLedger::best(std::optional<SearchId> search, Finding kind, std::size_t limit) {
  const std::scoped_lock lock(mutex_);
  auto rows = database_.prepare(
      "SELECT f.factorization, f.ratio_lo, f.ratio_hi, b.search_id, b.id, b.begin_key, f.ordinal,"
      " coalesce(b.finished_at, '') FROM findings f JOIN results r ON r.id = f.result_id"
      " JOIN blocks b ON b.id = r.block_id AND b.result_id = f.result_id AND b.state = 'FINISHED'"
      " WHERE f.kind = ?2 AND (?1 = 0 OR b.search_id = ?1)"
      " ORDER BY f.ratio DESC, f.ratio_lo DESC, b.id, f.ordinal LIMIT ?3");
  rows.bind(search ? search->value : 0).bind(flow::text(kind)).bind(bounded(limit));
  return read_findings(rows);
}

std::vector<FindingRecord> SqliteMonitorLedger::findings_after(SearchId search, Finding kind,
                                                               const std::optional<FindingCursor>& after,
                                                               std::size_t limit) {
  const std::scoped_lock lock(mutex_);
  auto rows = database_.prepare(
      "SELECT f.factorization, f.ratio_lo, f.ratio_hi, b.search_id, b.id, b.begin_key, f.ordinal,"
      " coalesce(b.finished_at, '') FROM blocks b JOIN findings f ON f.result_id = b.result_id"
      " WHERE b.search_id = ?1 AND b.state = 'FINISHED' AND f.kind = ?2 AND b.begin_key >= ?3"
      " AND (b.begin_key, f.ordinal) > (?3, ?4) ORDER BY b.begin_key, f.ordinal LIMIT ?5");
  rows.bind(search.value)
      .bind(flow::text(kind))
      .bind(position_key(after ? after->block_begin : search::Position{0}))
      .bind(after ? after->ordinal : -1)
      .bind(bounded(limit));
  return read_findings(rows);
}

std::vector<Audit> SqliteMonitorLedger::sampled_history(SearchId search, std::size_t points) {
  const std::scoped_lock lock(mutex_);
  auto rows = database_.prepare(
      "WITH reach AS (SELECT min(block_id) AS low, max(block_id) AS high FROM audits WHERE search_id = ?1)"
      " SELECT begin_key, end_key, block_id, purpose, run, state FROM audits, reach WHERE search_id = ?1"
      " AND (block_id % max(1, (high - low + ?2) / ?2) = 0 OR begin_key ="
      " (SELECT max(begin_key) FROM audits WHERE search_id = ?1)) ORDER BY begin_key");
  rows.bind(search.value).bind(bounded(std::max<std::size_t>(points, 1)));
  std::vector<Audit> all;
  while (rows.step()) {
    const auto key = read_key(rows, 2);
    all.push_back({key.block, read_block(rows, 0), key, read_extras(rows, 5)});
  }
  return all;
}

std::vector<Pace> SqliteMonitorLedger::pace(SearchId search, std::chrono::seconds span, std::chrono::seconds width) {
  const std::scoped_lock lock(mutex_);
  // Candidates are added up here: they are wider than this database's integers.
  auto rows = database_.prepare(
      "SELECT (julianday('now') - julianday(b.finished_at)) * 86400.0, r.candidates FROM blocks b"
      " JOIN results r ON r.id = b.result_id WHERE b.search_id = ?1 AND b.state = 'FINISHED'"
      " AND b.finished_at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || ?2 || ' seconds')"
      " ORDER BY b.finished_at");
  rows.bind(search.value).bind(static_cast<std::int64_t>(span.count()));
  std::vector<Pace> all;
  while (rows.step()) {
    const double age = (std::floor(std::max(0.0, rows.real(0)) / seconds(width)) + 1) * seconds(width);
    if (all.empty() || all.back().age_seconds != age) {
      all.push_back({age, 0, 0});
    }
    ++all.back().blocks;
    all.back().candidates += read_wide(rows, 1);
  }
  return all;
}

std::vector<double> SqliteMonitorLedger::durations(SearchId search, std::size_t limit) {
  const std::scoped_lock lock(mutex_);
  auto rows = database_.prepare(
      "SELECT r.elapsed_seconds FROM blocks b JOIN results r ON r.id = b.result_id WHERE b.search_id = ?"
      " AND b.state = 'FINISHED' ORDER BY b.finished_at DESC, b.id DESC LIMIT ?");
  rows.bind(search.value).bind(bounded(limit));
  std::vector<double> all;
  while (rows.step()) {
    all.push_back(rows.real(0));
  }
  return all;
}

std::vector<EventRecord> SqliteMonitorLedger::latest_events(const std::optional<std::string>& kind, std::size_t limit) {
  const std::scoped_lock lock(mutex_);
  auto rows = database_.prepare(
      "SELECT id, at, kind, search_id, block_id, message, coalesce(once, '') FROM events WHERE ?1 = '' OR kind = ?1"
      " ORDER BY id DESC LIMIT ?2");
  rows.bind(kind.value_or("")).bind(bounded(limit));
  return read_events(rows);
}

void SqliteMonitorLedger::sample_queues(const std::vector<QueueSample>& samples, std::chrono::hours kept) {
  const std::scoped_lock lock(mutex_);
  Transaction transaction(database_);
  for (const QueueSample& sample : samples) {
    database_.prepare("INSERT INTO queue_samples (queue, ready, unacked) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
        .bind(sample.queue)
        .bind(static_cast<std::int64_t>(sample.ready))
        .bind(static_cast<std::int64_t>(sample.unacked))
        .run();
  }
  database_.prepare("DELETE FROM queue_samples WHERE at < strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || ? || ' hours')")
      .bind(static_cast<std::int64_t>(kept.count()))
      .run();
  transaction.commit();
}

std::vector<QueueHistory> SqliteMonitorLedger::queue_history(std::chrono::seconds span, std::chrono::seconds width) {
  const std::scoped_lock lock(mutex_);
  auto rows = database_.prepare(
      "SELECT queue, (stretch + 1) * ?2, max(ready), max(unacked) FROM ("
      "SELECT queue, CAST(max(0, (julianday('now') - julianday(at)) * 86400.0) / ?2 AS INTEGER) AS stretch, ready, "
      "unacked"
      " FROM queue_samples WHERE at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || ?1 || ' seconds'))"
      " GROUP BY queue, stretch ORDER BY queue, stretch DESC");
  rows.bind(static_cast<std::int64_t>(span.count())).bind(seconds(width));
  std::vector<QueueHistory> all;
  while (rows.step()) {
    all.push_back({rows.text(0), rows.real(1), static_cast<std::uint64_t>(rows.integer(2)),
                   static_cast<std::uint64_t>(rows.integer(3))});
  }
  return all;
}

}  // namespace robin::adapters
