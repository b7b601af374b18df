#include "adapters/postgres_store.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "adapters/extras_text.hpp"
#include "adapters/position_key.hpp"
#include "adapters/postgres_audit_ledger.hpp"
#include "adapters/postgres_janitor_ledger.hpp"
#include "adapters/postgres_migrations.hpp"
#include "adapters/postgres_monitor_ledger.hpp"
#include "adapters/postgres_rows.hpp"
#include "adapters/postgres_session.hpp"
#include "contract.hpp"
#include "flow/ledger_rules.hpp"
#include "flow/test_points.hpp"

namespace robin::adapters {
namespace {

using flow::BlockCounts;
using flow::BlockFilter;
using flow::BlockId;
using flow::BlockRecord;
using flow::BlockState;
using flow::Control;
using flow::Effect;
using flow::Epoch;
using flow::FailureRecord;
using flow::Finding;
using flow::FinishedBlock;
using flow::LedgerRow;
using flow::Outcome;
using flow::PlanOutcome;
using flow::Report;
using flow::Role;
using flow::SearchId;
using flow::SearchProgress;
using flow::SearchRecord;
using flow::SearchSpec;
using flow::Work;
using flow::WorkKey;
using runtime::Cause;
using runtime::Error;
using runtime::Retry;
using search::Block;
using search::Position;
using search::Witness;

using Parameters = PostgresConnection::Parameters;
using Rows = PostgresConnection::Rows;
using Statement = PostgresConnection::Statement;

/// Of the advisory locks (postgres_session.cpp).
constexpr const char* migration_lock = "8246760063880036353";

search::Parameters read_parameters(const Rows& rows, int row, int column) {
  const auto mode = search::mode_from(rows.text(row, column));
  const auto threshold = math::Decimal::parse(rows.text(row, column + 1));
  const auto kind = search::digest_kind_from(rows.text(row, column + 2));
  ROBIN_ASSERT(mode && math::accepted(threshold) != nullptr && kind, "the ledger holds what was written to it");
  return {*mode, *math::accepted(threshold), *kind};
}

/// Keys of works as arrays, one for each column.
struct KeyedArrays {
  PostgresArray block;
  PostgresArray purpose;
  PostgresArray run;
  PostgresArray attempt;

  void add(const WorkKey& key, flow::Attempt attempt_of_work) {
    block.add(key.block.value);
    purpose.add(key.purpose);
    run.add(std::int64_t{key.run});
    attempt.add(std::int64_t{attempt_of_work.value});
  }
};

/// What a batch of reports writes, gathered as arrays so that each table gets one statement. What happens to a block
/// and what happens to an order of the auditor differ only in the table.
class BatchWrites {
 public:
  void start(const Report& report) {
    Started& started = report.key.purpose == flow::purpose_search ? started_ : started_orders_;
    started.keys.add(report.key, report.attempt);
    started.worker.add(report.worker);
  }

  void fail(const Report& report, const flow::Failed& failed) {
    Failures& failures = report.key.purpose == flow::purpose_search ? failed_ : failed_orders_;
    failures.keys.add(report.key, report.attempt);
    failures.worker.add(report.worker);
    failures.error_class.add(failed.error_class);
    failures.message.add(failed.message);
  }

  void hear(const std::string& worker) { heard_.insert(worker); }

  void finish(const Report& report, const flow::WorkResult& content) {
    const auto& [result, elapsed] = content;
    results_.add(report.key, report.attempt);
    Finished& finished = report.key.purpose == flow::purpose_search ? finished_ : finished_orders_;
    finished.keys.add(report.key, report.attempt);
    finished.worker.add(report.worker);
    result_worker_.add(report.worker);
    result_begin_.add(wide_text(result.block.begin.ordinal));
    result_end_.add(wide_text(result.block.end.ordinal));
    result_candidates_.add(wide_text(result.findings.candidates));
    result_digest_.add(result.digest);
    result_extras_.add(extras_text(result.findings.extras));
    result_elapsed_.add(elapsed);
    add_findings(report.key, Finding::Violation, result.findings.violations);
    add_findings(report.key, Finding::Witness, result.findings.witnesses);
    add_findings(report.key, Finding::Undecided, result.findings.undecided);
    if (result.findings.best) {
      add_findings(report.key, Finding::Best, {*result.findings.best});
    }
  }

  void leave(const Report& report) {
    (report.key.purpose == flow::purpose_search ? left_ : left_orders_).add(report.key, report.attempt);
  }

  void split(const Report& report, const flow::Partial& partial) {
    split_.add(report.key, report.attempt);
    cut_.add(wide_text(partial.cut.ordinal));
    finish(report, partial.prefix.value());
  }

  void keep_conflict(const Report& report, const search::BlockResult& result) {
    conflicts_.add(report.key, report.attempt);
    conflict_worker_.add(report.worker);
    conflict_candidates_.add(wide_text(result.findings.candidates));
    conflict_digest_.add(result.digest);
  }

  [[nodiscard]] std::vector<Statement> statements() const {
    std::vector<Statement> all;
    add_started(all, started_,
                "UPDATE blocks b SET state = 'RUNNING', worker = u.worker, heard_at = now(),"
                " started_at = coalesce(b.started_at, now())"
                " FROM unnest($1::bigint[], $2::text[], $3::int[], $4::text[]) AS u (id, purpose, run, worker)"
                " WHERE b.id = u.id");
    add_started(all, started_orders_,
                "UPDATE orders o SET state = 'RUNNING', worker = u.worker, heard_at = now(),"
                " started_at = coalesce(o.started_at, now())"
                " FROM unnest($1::bigint[], $2::text[], $3::int[], $4::text[]) AS u (id, purpose, run, worker)"
                " WHERE o.block_id = u.id AND o.purpose = u.purpose AND o.run = u.run");
    add_failures(all, failed_,
                 "UPDATE blocks b SET state = 'FAILED', worker = u.worker, error = u.class || ': ' || u.message"
                 " FROM unnest($1::bigint[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[])"
                 " AS u (id, purpose, run, worker, class, message) WHERE b.id = u.id");
    add_failures(all, failed_orders_,
                 "UPDATE orders o SET state = 'FAILED', worker = u.worker, error = u.class || ': ' || u.message"
                 " FROM unnest($1::bigint[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[])"
                 " AS u (id, purpose, run, worker, class, message)"
                 " WHERE o.block_id = u.id AND o.purpose = u.purpose AND o.run = u.run");
    // After what began in the same batch.
    if (!left_.block.is_empty()) {
      all.push_back({"UPDATE blocks SET state = 'PENDING' WHERE id = ANY ($1::bigint[])", {left_.block.text()}});
    }
    if (!left_orders_.block.is_empty()) {
      all.push_back(
          {"UPDATE orders o SET state = 'PENDING' FROM unnest($1::bigint[], $2::text[], $3::int[])"
           " AS u (id, purpose, run) WHERE o.block_id = u.id AND o.purpose = u.purpose AND o.run = u.run",
           {left_orders_.block.text(), left_orders_.purpose.text(), left_orders_.run.text()}});
    }
    if (!split_.block.is_empty()) {
      all.push_back({"SELECT split_block(u.id, u.cut) FROM unnest($1::bigint[], $2::numeric[]) AS u (id, cut)",
                     {split_.block.text(), cut_.text()}});
    }
    add_result_statements(all);
    if (!conflicts_.block.is_empty()) {
      all.push_back(
          {"INSERT INTO conflicts (block_id, purpose, run, attempt, worker, candidates, digest)"
           " SELECT * FROM unnest($1::bigint[], $2::text[], $3::int[], $4::int[], $5::text[], $6::numeric[],"
           " $7::text[]) ON CONFLICT DO NOTHING",
           {conflicts_.block.text(), conflicts_.purpose.text(), conflicts_.run.text(), conflicts_.attempt.text(),
            conflict_worker_.text(), conflict_candidates_.text(), conflict_digest_.text()}});
    }
    if (!heard_.empty()) {
      PostgresArray names;
      for (const std::string& name : heard_) {
        names.add(name);
      }
      all.push_back(
          {"INSERT INTO workers (name) SELECT * FROM unnest($1::text[]) ON CONFLICT (name) DO UPDATE SET heard_at = "
           "now()",
           {names.text()}});
    }
    return all;
  }

 private:
  struct Started {
    KeyedArrays keys;
    PostgresArray worker;
  };
  using Finished = Started;
  struct Failures {
    KeyedArrays keys;
    PostgresArray worker;
    PostgresArray error_class;
    PostgresArray message;
  };

  static void add_started(std::vector<Statement>& all, const Started& started, const char* sql) {
    const auto& [keys, worker] = started;
    if (!keys.block.is_empty()) {
      all.push_back({sql, {keys.block.text(), keys.purpose.text(), keys.run.text(), worker.text()}});
    }
  }

  static void add_failures(std::vector<Statement>& all, const Failures& failures, const char* sql) {
    const auto& [keys, worker, error_class, message] = failures;
    if (keys.block.is_empty()) {
      return;
    }
    all.push_back(
        {"INSERT INTO failures (block_id, purpose, run, attempt, worker, error_class, message)"
         " SELECT * FROM unnest($1::bigint[], $2::text[], $3::int[], $4::int[], $5::text[], $6::text[], $7::text[])"
         " ON CONFLICT DO NOTHING",
         {keys.block.text(), keys.purpose.text(), keys.run.text(), keys.attempt.text(), worker.text(),
          error_class.text(), message.text()}});
    all.push_back(
        {sql,
         {keys.block.text(), keys.purpose.text(), keys.run.text(), worker.text(), error_class.text(), message.text()}});
  }

  void add_findings(const WorkKey& key, Finding kind, const std::vector<Witness>& list) {
    std::int64_t ordinal = 0;
    for (const Witness& witness : list) {
      findings_.add(key, {});
      finding_kind_.add(flow::text(kind));
      finding_ordinal_.add(ordinal++);
      finding_factorization_.add(witness.factorization);
      finding_lo_.add(witness.ratio_lo);
      finding_hi_.add(witness.ratio_hi);
    }
  }

  void add_result_statements(std::vector<Statement>& all) const {
    if (results_.block.is_empty()) {
      return;
    }
    all.push_back(
        {"INSERT INTO results (block_id, purpose, run, attempt, worker, begin_at, end_at, candidates, digest,"
         " extras, elapsed_seconds)"
         " SELECT * FROM unnest($1::bigint[], $2::text[], $3::int[], $4::int[], $5::text[], $6::numeric[],"
         " $7::numeric[], $8::numeric[], $9::text[], $10::text[], $11::float8[])",
         {results_.block.text(), results_.purpose.text(), results_.run.text(), results_.attempt.text(),
          result_worker_.text(), result_begin_.text(), result_end_.text(), result_candidates_.text(),
          result_digest_.text(), result_extras_.text(), result_elapsed_.text()}});
    if (!findings_.block.is_empty()) {
      all.push_back(
          {"INSERT INTO findings (block_id, purpose, run, kind, ordinal, factorization, ratio_lo, ratio_hi, ratio,"
           " search_id) SELECT b, p, r, k, o, f, lo, hi, lo::float8, search_id FROM unnest($1::bigint[], $2::text[],"
           " $3::int[], $4::text[], $5::int[], $6::text[], $7::text[], $8::text[]) AS u (b, p, r, k, o, f, lo, hi)"
           " CROSS JOIN LATERAL (SELECT search_id FROM blocks WHERE blocks.id = u.b LIMIT 1) AS of_block",
           {findings_.block.text(), findings_.purpose.text(), findings_.run.text(), finding_kind_.text(),
            finding_ordinal_.text(), finding_factorization_.text(), finding_lo_.text(), finding_hi_.text()}});
    }
    add_started(all, finished_,
                "UPDATE blocks b SET state = 'FINISHED', accepted_purpose = u.purpose, accepted_run = u.run,"
                " worker = u.worker, error = NULL, finished_at = now()"
                " FROM unnest($1::bigint[], $2::text[], $3::int[], $4::text[]) AS u (id, purpose, run, worker)"
                " WHERE b.id = u.id");
    add_started(all, finished_orders_,
                "UPDATE orders o SET state = 'FINISHED', worker = u.worker, error = NULL, finished_at = now()"
                " FROM unnest($1::bigint[], $2::text[], $3::int[], $4::text[]) AS u (id, purpose, run, worker)"
                " WHERE o.block_id = u.id AND o.purpose = u.purpose AND o.run = u.run");
  }

  Started started_, started_orders_;
  Finished finished_, finished_orders_;
  Failures failed_, failed_orders_;
  KeyedArrays results_;
  PostgresArray result_worker_, result_begin_, result_end_, result_candidates_, result_digest_, result_extras_,
      result_elapsed_;
  KeyedArrays findings_;
  PostgresArray finding_kind_, finding_ordinal_, finding_factorization_, finding_lo_, finding_hi_;
  KeyedArrays left_, left_orders_;
  KeyedArrays split_;
  PostgresArray cut_;
  KeyedArrays conflicts_;
  PostgresArray conflict_worker_, conflict_candidates_, conflict_digest_;
  std::set<std::string> heard_;
};

/// How far a schema was brought. What only adds to it is counted by itself: programs that do not know it may go on.
struct SchemaVersion {
  int changed = 0;
  int expanded = 0;

  [[nodiscard]] int newest() const { return std::max(changed, expanded); }
  [[nodiscard]] bool has(const PostgresMigration& migration) const {
    return migration.version <= (migration.expands ? expanded : changed);
  }
};

constexpr SchemaVersion known_version = [] {
  SchemaVersion known;
  for (const auto& migration : postgres_migrations) {
    (migration.expands ? known.expanded : known.changed) = migration.version;
  }
  return known;
}();

/// One of the two tables that say what was applied.
struct Applied {
  const char* exists;
  const char* newest;
  const char* add;
};
constexpr Applied changes{"SELECT to_regclass('schema_migrations') IS NOT NULL",
                          "SELECT coalesce(max(version), 0) FROM schema_migrations",
                          "INSERT INTO schema_migrations (version, name) VALUES ($1, $2)"};
constexpr Applied expansions{"SELECT to_regclass('schema_expansions') IS NOT NULL",
                             "SELECT coalesce(max(version), 0) FROM schema_expansions",
                             "INSERT INTO schema_expansions (version, name) VALUES ($1, $2)"};

int newest_of(PostgresConnection& connection, const Applied& table) {
  return connection.query(table.exists).text(0, 0) == "t"
             ? static_cast<int>(connection.query(table.newest).integer(0, 0))
             : 0;
}

/// Throws Error for one that is newer than this program.
SchemaVersion schema_version(PostgresConnection& connection) {
  const SchemaVersion found{newest_of(connection, changes), newest_of(connection, expansions)};
  if (found.changed > known_version.changed) {
    throw Error(connection.place() + ": the database has schema version " + std::to_string(found.newest()) +
                    ", this program knows " + std::to_string(known_version.newest()) + " (use a newer robin)",
                Retry::Yes, Cause::Unreachable);
  }
  return found;
}

class PostgresStore final : public flow::Store {
 public:
  PostgresStore(PostgresOptions options, const search::Strategies& strategies)
      : session_(std::move(options)), strategies_(strategies) {
    session_.run([](PostgresConnection& database) {
      const SchemaVersion found = schema_version(database);
      if (found.changed < known_version.changed || found.expanded < known_version.expanded) {
        throw Error(database.place() + ": the database has " +
                        (found.newest() == 0 ? "no schema" : "schema version " + std::to_string(found.newest())) +
                        " (run: robin migrate)",
                    Retry::Yes, Cause::Unreachable);
      }
    });
  }

  SearchId add_search(const SearchSpec& spec) override {
    return session_.run([&](PostgresConnection& database) {
      const std::string begin = wide_text(spec.range.begin.ordinal);
      const Rows row = database.query(
          "INSERT INTO searches (strategy, begin_at, end_at, planned_end, mode, threshold, digest_kind, origin)"
          " VALUES ($1, $2, $3, $2, $4, $5, $6, $7) RETURNING id",
          {spec.strategy, begin, wide_text(spec.range.end.ordinal), std::string(search::text(spec.parameters.mode)),
           spec.parameters.threshold.text(), std::string(search::text(spec.parameters.digest)),
           extras_text(spec.origin)});
      return SearchId{row.integer(0, 0)};
    });
  }

  std::vector<SearchRecord> searches() override {
    return read_searches(
        "SELECT id, strategy, begin_at, end_at, planned_end, mode, threshold, digest_kind, origin"
        " FROM searches ORDER BY id");
  }
  std::vector<SearchRecord> searches_to_produce() override {
    return read_searches(
        "SELECT id, strategy, begin_at, end_at, planned_end, mode, threshold, digest_kind, origin FROM searches s"
        " WHERE planned_end < end_at OR EXISTS (SELECT FROM blocks b WHERE b.search_id = s.id AND b.state = 'PENDING')"
        " OR EXISTS (SELECT FROM orders o WHERE o.search_id = s.id AND o.state = 'PENDING' AND o.closed_at IS NULL)"
        " ORDER BY id");
  }

  void extend_search(SearchId search, Position end) override {
    session_.run([&](PostgresConnection& database) {
      database.query("UPDATE searches SET end_at = $2 WHERE id = $1 AND end_at < $2",
                     {number(search.value), wide_text(end.ordinal)});
    });
  }

  std::optional<Epoch> lead(Role role) override { return session_.lead(role); }
  void release(Role role) override { session_.release(role); }

  PlanOutcome plan(Epoch epoch, SearchId search, std::span<const Block> blocks) override {
    return session_.run([&](PostgresConnection& database) {
      PostgresTransaction transaction(database);
      if (!is_newest(database, Role::Producer, epoch)) {
        return PlanOutcome::Fenced;
      }
      const Rows row =
          database.query("SELECT planned_end, end_at FROM searches WHERE id = $1 FOR UPDATE", {number(search.value)});
      if (row.count() == 0) {
        return PlanOutcome::NotContiguous;
      }
      Position at = position_from(row.text(0, 0));
      const Position end = position_from(row.text(0, 1));
      PostgresArray begins;
      PostgresArray ends;
      for (const Block& block : blocks) {
        if (block.begin != at || block.is_empty() || end < block.end) {
          return PlanOutcome::NotContiguous;
        }
        begins.add(wide_text(block.begin.ordinal));
        ends.add(wide_text(block.end.ordinal));
        at = block.end;
      }
      database.query(
          "INSERT INTO blocks (search_id, begin_at, end_at)"
          " SELECT $1::bigint, u.b, u.e FROM unnest($2::numeric[], $3::numeric[]) WITH ORDINALITY AS u (b, e, i) ORDER "
          "BY i",
          {number(search.value), begins.text(), ends.text()});
      database.query("UPDATE searches SET planned_end = $2 WHERE id = $1",
                     {number(search.value), wide_text(at.ordinal)});
      flow::crash_point("producer/planning");
      transaction.commit();
      return PlanOutcome::Planned;
    });
  }

  std::vector<Work> pending(std::optional<SearchId> search, std::size_t limit, std::size_t orders_limit) override {
    return session_.run([&](PostgresConnection& database) {
      const Rows rows = database.query(
          "SELECT w.*, s.strategy, s.mode, s.threshold, s.digest_kind FROM ("
          "(SELECT o.block_id AS id, o.purpose, o.run, o.search_id, o.attempt, b.begin_at, b.end_at, o.avoid, o.origin,"
          " o.queued_at FROM (SELECT * FROM orders WHERE state = 'PENDING' AND closed_at IS NULL"
          " AND ($1::bigint IS NULL OR search_id = $1) ORDER BY queued_at NULLS FIRST, block_id LIMIT $3) AS o"
          // Looked up one by one: a join might be planned as a walk through all blocks.
          " CROSS JOIN LATERAL (SELECT begin_at, end_at FROM blocks WHERE blocks.id = o.block_id LIMIT 1) AS b)"
          " UNION ALL "
          "(SELECT b.id, 'search', b.run, b.search_id, b.attempt, b.begin_at, b.end_at, '[]', '{}', NULL FROM blocks b"
          " WHERE b.state = 'PENDING' AND ($1::bigint IS NULL OR b.search_id = $1) ORDER BY b.id LIMIT $2)"
          ") w JOIN searches s ON s.id = w.search_id ORDER BY (w.purpose = 'search'), w.queued_at NULLS FIRST, w.id "
          "LIMIT $2",
          {search ? std::optional(number(search->value)) : std::nullopt, limit_text(limit), limit_text(orders_limit)});
      std::vector<Work> all;
      all.reserve(static_cast<std::size_t>(rows.count()));
      for (int i = 0; i < rows.count(); ++i) {
        all.push_back({read_key(rows, i, 0),
                       {rows.integer(i, 3)},
                       {small(rows, i, 4)},
                       rows.text(i, 10),
                       read_parameters(rows, i, 11),
                       read_block(rows, i, 5),
                       names_from(rows.text(i, 7)),
                       extras_from(rows.text(i, 8))});
      }
      return all;
    });
  }

  std::optional<std::size_t> mark_queued(Epoch epoch, std::span<const Work> published) override {
    return session_.run([&](PostgresConnection& database) -> std::optional<std::size_t> {
      KeyedArrays blocks;
      KeyedArrays orders;
      for (const Work& work : published) {
        (work.key.purpose == flow::purpose_search ? blocks : orders).add(work.key, work.attempt);
      }
      PostgresTransaction transaction(database);
      if (!is_newest(database, Role::Producer, epoch)) {
        return std::nullopt;
      }
      // A mark that a crash of the server takes back costs a copy of a message, which does no harm: no need to wait for
      // the disk.
      database.query("SET LOCAL synchronous_commit = off");
      // Locked in the order of ids, as savers lock them: else each might wait for the other.
      std::size_t changed =
          database
              .query(
                  "UPDATE blocks SET state = 'QUEUED', queued_at = now() FROM"
                  " (SELECT b.id FROM blocks b JOIN unnest($1::bigint[], $2::int[]) AS u (id, attempt)"
                  " ON b.id = u.id AND b.attempt = u.attempt WHERE b.state = 'PENDING' ORDER BY b.id FOR UPDATE OF b) p"
                  " WHERE blocks.id = p.id",
                  {blocks.block.text(), blocks.attempt.text()})
              .changed();
      if (!orders.block.is_empty()) {
        changed +=
            database
                .query(
                    "UPDATE orders SET state = 'QUEUED', queued_at = now() FROM"
                    " (SELECT o.block_id, o.purpose, o.run FROM orders o"
                    " JOIN unnest($1::bigint[], $2::text[], $3::int[], $4::int[]) AS u (id, purpose, run, attempt)"
                    " ON o.block_id = u.id AND o.purpose = u.purpose AND o.run = u.run AND o.attempt = u.attempt"
                    " WHERE o.state = 'PENDING' ORDER BY o.block_id, o.purpose, o.run FOR UPDATE OF o) p"
                    " WHERE orders.block_id = p.block_id AND orders.purpose = p.purpose AND orders.run = p.run",
                    {orders.block.text(), orders.purpose.text(), orders.run.text(), orders.attempt.text()})
                .changed();
      }
      transaction.commit();
      return changed;
    });
  }

  std::size_t requeue_lost(Epoch epoch) override {
    return session_.run([&](PostgresConnection& database) -> std::size_t {
      PostgresTransaction transaction(database);
      if (!is_newest(database, Role::Producer, epoch)) {
        return 0;
      }
      const std::size_t changed =
          database
              .query(
                  "UPDATE blocks SET attempt = attempt + (state = 'FAILED')::int, state = 'PENDING', error = NULL"
                  " WHERE state IN ('QUEUED', 'RUNNING', 'FAILED')")
              .changed();
      database.query(
          "UPDATE orders SET attempt = attempt + (state = 'FAILED')::int, state = 'PENDING', error = NULL"
          " WHERE state IN ('QUEUED', 'RUNNING', 'FAILED') AND closed_at IS NULL");
      transaction.commit();
      return changed;
    });
  }

  std::vector<Outcome> save(std::span<const Report> reports) override {
    return session_.run([&](PostgresConnection& database) {
      PostgresTransaction transaction(database);
      Batch batch = lock_and_read(database, reports);
      std::vector<Outcome> outcomes;
      outcomes.reserve(reports.size());
      for (const Report& report : reports) {
        outcomes.push_back(save_one(database, batch, report));
        hear(batch, report.worker);
      }
      database.pipeline(batch.writes.statements());
      flow::crash_point("saver/saving");
      transaction.commit();
      return outcomes;
    });
  }

  BlockCounts counts(SearchId search) override {
    return session_.run([&](PostgresConnection& database) {
      const Rows rows = database.query(
          "SELECT state, sum(blocks)::bigint FROM tallies WHERE search_id = $1 GROUP BY state", {number(search.value)});
      BlockCounts counts;
      for (int i = 0; i < rows.count(); ++i) {
        const BlockState state = read_state(rows, i, 0);
        counts.of(state) = static_cast<std::uint64_t>(rows.integer(i, 1));
      }
      const Rows orders = database.query(
          "SELECT count(*) FILTER (WHERE state = 'PENDING'), count(*) FILTER (WHERE state IN ('QUEUED', 'RUNNING')),"
          " count(*) FILTER (WHERE state IN ('FINISHED', 'QUARANTINED'))"
          " FROM orders WHERE search_id = $1 AND closed_at IS NULL",
          {number(search.value)});
      counts.orders_pending = static_cast<std::uint64_t>(orders.integer(0, 0));
      counts.orders_in_flight = static_cast<std::uint64_t>(orders.integer(0, 1));
      counts.orders_unsettled = static_cast<std::uint64_t>(orders.integer(0, 2));
      return counts;
    });
  }

  std::vector<FinishedBlock> finished(SearchId search, Position from, std::size_t limit) override {
    return session_.run([&](PostgresConnection& database) {
      const Rows rows = database.query(
          "SELECT b.id, b.begin_at, b.end_at, r.candidates, r.digest, r.extras FROM blocks b JOIN results r"
          " ON r.block_id = b.id AND r.purpose = b.accepted_purpose AND r.run = b.accepted_run"
          " WHERE b.search_id = $1 AND b.begin_at >= $2 AND b.state = 'FINISHED' ORDER BY b.begin_at LIMIT $3",
          {number(search.value), wide_text(from.ordinal), limit_text(limit)});
      std::vector<FinishedBlock> all;
      all.reserve(static_cast<std::size_t>(rows.count()));
      for (int i = 0; i < rows.count(); ++i) {
        all.push_back({{rows.integer(i, 0)},
                       read_block(rows, i, 1),
                       wide_from(rows.text(i, 3)),
                       rows.text(i, 4),
                       extras_from(rows.text(i, 5))});
      }
      return all;
    });
  }

  SearchProgress progress(SearchId search) override {
    SearchProgress progress;
    progress.counts = counts(search);
    return session_.run([&](PostgresConnection& database) {
      const Rows row = database.query(
          "SELECT (SELECT coalesce(sum(candidates), 0) FROM tallies WHERE search_id = $1),"
          " s.end_at - s.begin_at - (SELECT coalesce(sum(positions), 0) FROM tallies WHERE search_id = $1"
          " AND state = 'FINISHED'),"
          " (SELECT coalesce(sum(end_at - begin_at), 0) FROM blocks WHERE search_id = $1 AND state = 'FINISHED'"
          " AND finished_at > now() - interval '60 s'),"
          " least(60, extract(epoch FROM now() - s.created_at))::float8,"
          " coalesce((SELECT min(begin_at) FROM blocks WHERE search_id = $1 AND state <> 'FINISHED'), s.planned_end)"
          " FROM searches s WHERE s.id = $1",
          {number(search.value)});
      ROBIN_ASSERT(row.count() == 1, "the search is in the ledger");
      progress.candidates = wide_from(row.text(0, 0));
      progress.set_pace(wide_from(row.text(0, 1)), wide_from(row.text(0, 2)), row.real(0, 3));
      progress.frontier = position_from(row.text(0, 4));
      return progress;
    });
  }

  std::vector<BlockRecord> blocks(const BlockFilter& filter, std::size_t limit) override {
    return session_.run([&](PostgresConnection& database) {
      PostgresArray states;
      for (const BlockState state : filter.states) {
        states.add(flow::text(state));
      }
      const Rows rows = database.query(
          "SELECT id, search_id, begin_at, end_at, state, attempt, coalesce(worker, ''), utc_text(created_at),"
          " utc_text(queued_at), utc_text(started_at), utc_text(finished_at), coalesce(error, '') FROM blocks WHERE id "
          "> $1 AND ($2::bigint IS NULL OR search_id = $2)"
          " AND ($3::text[] = '{}' OR state = ANY ($3)) ORDER BY id LIMIT $4",
          {number(filter.after.value), filter.search ? std::optional(number(filter.search->value)) : std::nullopt,
           states.text(), limit_text(limit)});
      std::vector<BlockRecord> all;
      all.reserve(static_cast<std::size_t>(rows.count()));
      for (int i = 0; i < rows.count(); ++i) {
        const BlockState state = read_state(rows, i, 4);
        all.push_back({{rows.integer(i, 0)},
                       {rows.integer(i, 1)},
                       read_block(rows, i, 2),
                       state,
                       {small(rows, i, 5)},
                       rows.text(i, 6),
                       rows.text(i, 7),
                       rows.text(i, 8),
                       rows.text(i, 9),
                       rows.text(i, 10),
                       rows.text(i, 11)});
      }
      return all;
    });
  }

  std::vector<FailureRecord> failures(BlockId block) override {
    return session_.run([&](PostgresConnection& database) {
      const Rows rows = database.query(
          "SELECT attempt, worker, error_class, message, utc_text(failed_at) FROM failures WHERE block_id = $1"
          " AND purpose = 'search' ORDER BY attempt",
          {number(block.value)});
      std::vector<FailureRecord> all;
      all.reserve(static_cast<std::size_t>(rows.count()));
      for (int i = 0; i < rows.count(); ++i) {
        all.push_back({{small(rows, i, 0)}, rows.text(i, 1), rows.text(i, 2), rows.text(i, 3), rows.text(i, 4)});
      }
      return all;
    });
  }

  flow::AuditLedger& audit_ledger() override { return audit_ledger_; }
  flow::JanitorLedger& janitor_ledger() override { return janitor_ledger_; }
  flow::MonitorLedger& monitor_ledger() override { return monitor_ledger_; }

  Control control() override {
    return session_.run([&](PostgresConnection& database) {
      const Rows row = database.query("SELECT state, epoch FROM control WHERE id = 1");
      ROBIN_ASSERT(row.count() == 1, "the control row exists");
      const auto state = flow::control_state_from(row.text(0, 0));
      ROBIN_ASSERT(state, "the ledger holds what was written to it");
      return Control{*state, {row.integer(0, 1)}};
    });
  }

  std::uint64_t count_findings(SearchId search, Finding finding) override {
    return session_.run([&](PostgresConnection& database) {
      const Rows row = database.query(
          "SELECT count(*) FROM blocks b JOIN findings f ON f.block_id = b.id AND f.purpose = b.accepted_purpose"
          " AND f.run = b.accepted_run WHERE b.search_id = $1 AND b.state = 'FINISHED' AND f.kind = $2",
          {number(search.value), std::string(flow::text(finding))});
      return static_cast<std::uint64_t>(row.integer(0, 0));
    });
  }

  std::vector<Witness> findings(SearchId search, Finding finding, std::size_t limit) override {
    return read_findings(
        "SELECT f.factorization, f.ratio_lo, f.ratio_hi FROM blocks b JOIN findings f ON f.block_id = b.id"
        " AND f.purpose = b.accepted_purpose AND f.run = b.accepted_run"
        " WHERE b.search_id = $1 AND b.state = 'FINISHED' AND f.kind = $2 ORDER BY b.begin_at, f.ordinal LIMIT $3",
        search, finding, limit);
  }

  std::vector<Witness> top_findings(SearchId search, Finding finding, std::size_t limit) override {
    return read_findings(
        "SELECT f.factorization, f.ratio_lo, f.ratio_hi FROM blocks b JOIN findings f ON f.block_id = b.id"
        " AND f.purpose = b.accepted_purpose AND f.run = b.accepted_run"
        " WHERE f.search_id = $1 AND b.state = 'FINISHED' AND f.kind = $2"
        " ORDER BY f.ratio DESC, f.ratio_lo DESC, b.begin_at, f.ordinal LIMIT $3",
        search, finding, limit);
  }

 private:
  /// What the ledger knows of the blocks of a batch, kept up as the batch goes on, and what it will write.
  struct Batch {
    std::map<BlockId, LedgerRow> rows;
    std::map<WorkKey, LedgerRow> orders;
    std::map<WorkKey, std::string> digests;
    BatchWrites writes;
  };

  static Batch lock_and_read(PostgresConnection& database, std::span<const Report> reports) {
    std::set<BlockId> ids;
    for (const Report& report : reports) {
      ids.insert(report.key.block);
    }
    PostgresArray array;
    for (const BlockId id : ids) {
      array.add(id.value);
    }
    Batch batch;
    // In the order of ids, so that two savers never wait for each other in a circle.
    const Rows rows = database.query(
        "SELECT id, state, attempt, begin_at, end_at, coalesce(worker, '') FROM blocks WHERE id = ANY ($1::bigint[])"
        " ORDER BY id FOR UPDATE",
        {array.text()});
    for (int i = 0; i < rows.count(); ++i) {
      const BlockState state = read_state(rows, i, 1);
      batch.rows.emplace(BlockId{rows.integer(i, 0)},
                         LedgerRow{state, {small(rows, i, 2)}, read_block(rows, i, 3), rows.text(i, 5)});
    }
    const bool any_order = std::any_of(reports.begin(), reports.end(),
                                       [](const Report& report) { return report.key.purpose != flow::purpose_search; });
    if (any_order) {
      read_orders(database, array, batch);
    }
    const Rows results = database.query(
        "SELECT u.id, r.purpose, r.run, r.digest FROM unnest($1::bigint[]) AS u (id)"
        // Block by block: a planner that has not seen the table yet would rather read all of it.
        " CROSS JOIN LATERAL (SELECT purpose, run, digest FROM results WHERE block_id = u.id OFFSET 0) AS r",
        {array.text()});
    for (int i = 0; i < results.count(); ++i) {
      batch.digests.emplace(WorkKey{{results.integer(i, 0)}, results.text(i, 1), small(results, i, 2)},
                            results.text(i, 3));
    }
    return batch;
  }

  /// Now and then is enough, and two savers seldom wait for each other's row.
  void hear(Batch& batch, const std::string& worker) {
    constexpr std::chrono::seconds often_enough{5};
    constexpr std::size_t remembered_max = 10'000;
    const auto now = std::chrono::steady_clock::now();
    if (heard_.size() >= remembered_max) {
      heard_.clear();
    }
    const auto [known, is_new] = heard_.try_emplace(worker, now);
    if (is_new || now - known->second >= often_enough) {
      known->second = now;
      batch.writes.hear(worker);
    }
  }

  /// An order has a state and attempts of its own, and the range of its block.
  static void read_orders(PostgresConnection& database, const PostgresArray& blocks, Batch& batch) {
    const Rows rows = database.query(
        "SELECT block_id, purpose, run, state, attempt, coalesce(worker, '') FROM orders WHERE block_id = ANY "
        "($1::bigint[])"
        " ORDER BY block_id, purpose, run FOR UPDATE",
        {blocks.text()});
    for (int i = 0; i < rows.count(); ++i) {
      const WorkKey key = read_key(rows, i, 0);
      batch.orders.emplace(
          key, LedgerRow{read_state(rows, i, 3), {small(rows, i, 4)}, batch.rows.at(key.block).block, rows.text(i, 5)});
    }
  }

  static LedgerRow* row_of(Batch& batch, const WorkKey& key) {
    if (key.purpose == flow::purpose_search) {
      const auto row = batch.rows.find(key.block);
      return row == batch.rows.end() ? nullptr : &row->second;
    }
    const auto row = batch.orders.find(key);
    return row == batch.orders.end() ? nullptr : &row->second;
  }

  Outcome save_one(PostgresConnection& database, Batch& batch, const Report& report) {
    LedgerRow* row = row_of(batch, report.key);
    if (row == nullptr) {
      return Outcome::Unknown;
    }
    const auto stored = batch.digests.find(report.key);
    const auto [outcome, effect] =
        flow::decide(*row, stored == batch.digests.end() ? std::nullopt : std::optional(stored->second), report);
    switch (effect) {
      case Effect::None:
        break;
      case Effect::Start:
        row->state = BlockState::Running;
        row->worker = report.worker;
        batch.writes.start(report);
        break;
      case Effect::Fail:
        row->state = BlockState::Failed;
        batch.writes.fail(report, std::get<flow::Failed>(report.content));
        break;
      case Effect::Finish: {
        const auto& content = std::get<flow::WorkResult>(report.content);
        row->state = BlockState::Finished;
        batch.digests.emplace(report.key, content.result.digest);
        batch.writes.finish(report, content);
        break;
      }
      case Effect::Leave:
        row->state = BlockState::Pending;
        batch.writes.leave(report);
        break;
      case Effect::Split: {
        const auto& partial = std::get<flow::Partial>(report.content);
        row->block.end = partial.cut;
        row->state = BlockState::Finished;
        batch.digests.emplace(report.key, partial.prefix.value().result.digest);
        batch.writes.split(report, partial);
        break;
      }
      case Effect::KeepConflict:
        batch.writes.keep_conflict(report, std::get<flow::WorkResult>(report.content).result);
        break;
      case Effect::KeepPart:
        return keep_part(database, batch, report, std::get<flow::Part>(report.content));
    }
    return outcome;
  }

  Outcome keep_part(PostgresConnection& database, Batch& batch, const Report& report, const flow::Part& part) {
    const Parameters set = {number(report.key.block.value), report.key.purpose, number(report.key.run),
                            part.digest_of_whole};
    Parameters whole_row = set;
    whole_row.insert(whole_row.end(), {number(part.part), number(part.parts), part.text});
    database.query(
        "INSERT INTO parts (block_id, purpose, run, digest_of_whole, part, parts, body) VALUES ($1, $2, $3, $4, $5, "
        "$6, $7)"
        " ON CONFLICT DO NOTHING",
        whole_row);
    Parameters of_this_count = set;
    of_this_count.emplace_back(number(part.parts));
    // The block's row is locked, so of two savers with the last two parts the second one sees the set whole.
    const Rows have = database.query(
        "SELECT count(*) FROM parts WHERE block_id = $1 AND purpose = $2 AND run = $3 AND digest_of_whole = $4"
        " AND parts = $5",
        of_this_count);
    if (have.integer(0, 0) < part.parts) {
      return Outcome::PartKept;
    }
    const Rows rows = database.query(
        "SELECT body FROM parts WHERE block_id = $1 AND purpose = $2 AND run = $3 AND digest_of_whole = $4"
        " AND parts = $5 ORDER BY part",
        of_this_count);
    std::string whole;
    for (int i = 0; i < rows.count(); ++i) {
      whole += rows.text(i, 0);
    }
    // Whatever a whole set turns out to be, its parts have done their duty.
    database.query("DELETE FROM parts WHERE block_id = $1 AND purpose = $2 AND run = $3 AND digest_of_whole = $4", set);
    const auto result = flow::assemble(report, whole, strategies_);
    return result ? save_one(database, batch, *result) : Outcome::Refused;
  }

  std::vector<SearchRecord> read_searches(const char* sql) {
    return session_.run([&](PostgresConnection& database) {
      const Rows rows = database.query(sql);
      std::vector<SearchRecord> records;
      records.reserve(static_cast<std::size_t>(rows.count()));
      for (int i = 0; i < rows.count(); ++i) {
        records.push_back(
            {{rows.integer(i, 0)},
             {rows.text(i, 1), read_block(rows, i, 2), read_parameters(rows, i, 5), extras_from(rows.text(i, 8))},
             position_from(rows.text(i, 4))});
      }
      return records;
    });
  }

  std::vector<Witness> read_findings(const char* sql, SearchId search, Finding finding, std::size_t limit) {
    return session_.run([&](PostgresConnection& database) {
      const Rows rows =
          database.query(sql, {number(search.value), std::string(flow::text(finding)), limit_text(limit)});
      std::vector<Witness> all;
      all.reserve(static_cast<std::size_t>(rows.count()));
      for (int i = 0; i < rows.count(); ++i) {
        all.push_back({rows.text(i, 0), rows.text(i, 1), rows.text(i, 2)});
      }
      return all;
    });
  }

  PostgresSession session_;
  PostgresAuditLedger audit_ledger_{session_};
  PostgresJanitorLedger janitor_ledger_{session_};
  PostgresMonitorLedger monitor_ledger_{session_};
  const search::Strategies& strategies_;
  /// When each worker was last said to have been heard of.
  std::map<std::string, std::chrono::steady_clock::time_point> heard_;
};

}  // namespace

int migrate_postgres(const PostgresOptions& options) {
  PostgresConnection connection(options);
  PostgresTransaction transaction(connection);
  connection.query("SELECT pg_advisory_xact_lock($1)", {migration_lock});
  const SchemaVersion found = schema_version(connection);
  if (found.newest() == 0) {
    connection.query(
        "CREATE TABLE schema_migrations (version integer PRIMARY KEY, name text NOT NULL,"
        " applied_at timestamptz NOT NULL DEFAULT now())");
  }
  for (const auto& migration : postgres_migrations) {
    if (!found.has(migration)) {
      connection.execute_script(migration.sql);
      connection.query((migration.expands ? expansions : changes).add, {number(migration.version), migration.name});
    }
  }
  transaction.commit();
  return std::max(found.newest(), known_version.newest());
}

std::unique_ptr<flow::Store> open_postgres_store(const PostgresOptions& options, const search::Strategies& strategies) {
  return std::make_unique<PostgresStore>(options, strategies);
}

}  // namespace robin::adapters
