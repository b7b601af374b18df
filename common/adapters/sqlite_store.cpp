#include "adapters/sqlite_store.hpp"

#include <array>
#include <cstdlib>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "adapters/extras_text.hpp"
#include "adapters/file_lock.hpp"
#include "adapters/position_key.hpp"
#include "adapters/sqlite_audit_ledger.hpp"
#include "adapters/sqlite_database.hpp"
#include "adapters/sqlite_janitor_ledger.hpp"
#include "adapters/sqlite_migrations.hpp"
#include "adapters/sqlite_monitor_ledger.hpp"
#include "adapters/sqlite_rows.hpp"
#include "contract.hpp"
#include "flow/ledger_rules.hpp"

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
using search::Block;
using search::Position;
using search::Witness;

using Statement = SqliteDatabase::Statement;
using Transaction = SqliteDatabase::Transaction;

constexpr std::int64_t application_id = 0x726f6269;  // "robi"

search::Parameters read_parameters(const Statement& row, int column) {
  const auto mode = search::mode_from(row.text(column));
  const auto threshold = math::Decimal::parse(row.text(column + 1));
  const auto kind = search::digest_kind_from(row.text(column + 2));
  if (!mode || math::accepted(threshold) == nullptr || !kind) {
    row.refuse("mode, threshold and digest");
  }
  return {*mode, *math::accepted(threshold), *kind};
}

/// Whether work is for a block's own row; else for an order of the auditor. What happens to both differs only in the
/// table, so each statement comes as a pair with the same parameters: block, purpose, run, and others.
bool of_a_block(const WorkKey& key) { return key.purpose == flow::purpose_search; }

const char* lock_suffix(Role role) {
  return role == Role::Producer ? "-lock" : role == Role::Auditor ? "-auditor-lock" : "-janitor-lock";
}

class SqliteStore final : public flow::Store {
 public:
  SqliteStore(const std::string& path, const search::Strategies& strategies, const SqliteStoreOptions& options)
      : strategies_(strategies),
        database_(path, options.busy_timeout_ms,
                  options.must_exist ? SqliteDatabase::Presence::Expected : SqliteDatabase::Presence::Created) {
    migrate();
  }

  SearchId add_search(const SearchSpec& spec) override {
    const std::scoped_lock lock(mutex_);
    const std::string begin = position_key(spec.range.begin);
    Transaction transaction(database_);
    database_
        .prepare(
            "INSERT INTO searches (strategy, begin_key, end_key, planned_end_key, mode, threshold, digest_kind, origin)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(spec.strategy)
        .bind(begin)
        .bind(position_key(spec.range.end))
        .bind(begin)
        .bind(search::text(spec.parameters.mode))
        .bind(spec.parameters.threshold.text())
        .bind(search::text(spec.parameters.digest))
        .bind(extras_text(spec.origin))
        .run();
    const SearchId id{database_.last_insert_id()};
    transaction.commit();
    return id;
  }

  std::vector<SearchRecord> searches() override {
    return read_searches(
        "SELECT id, strategy, begin_key, end_key, planned_end_key, mode, threshold, digest_kind, origin"
        " FROM searches ORDER BY id");
  }
  std::vector<SearchRecord> searches_to_produce() override {
    return read_searches(
        "SELECT id, strategy, begin_key, end_key, planned_end_key, mode, threshold, digest_kind, origin FROM searches s"
        " WHERE planned_end_key < end_key"
        " OR EXISTS (SELECT 1 FROM blocks b WHERE b.search_id = s.id AND b.state = 'PENDING')"
        " OR EXISTS (SELECT 1 FROM orders o WHERE o.search_id = s.id AND o.state = 'PENDING' AND o.closed_at IS NULL)"
        " ORDER BY id");
  }

  void extend_search(SearchId search, Position end) override {
    const std::scoped_lock lock(mutex_);
    database_.prepare("UPDATE searches SET end_key = ?2 WHERE id = ?1 AND end_key < ?2")
        .bind(search.value)
        .bind(position_key(end))
        .run();
  }

  std::optional<Epoch> lead(Role role) override {
    const std::scoped_lock lock(mutex_);
    if (leads_.contains(role)) {
      return std::nullopt;
    }
    std::optional<FileLock> file;
    if (database_.path() != ":memory:") {
      auto lock_file = FileLock::try_acquire(database_.path() + lock_suffix(role));
      if (!lock_file) {
        return std::nullopt;
      }
      file.emplace(*std::move(lock_file));
    }
    leads_.emplace(role, std::move(file));
    Transaction transaction(database_);
    auto row = role == Role::Producer
                   ? database_.prepare("UPDATE control SET epoch = epoch + 1 WHERE id = 1 RETURNING epoch")
                   : database_.prepare("UPDATE leaders SET epoch = epoch + 1 WHERE role = ? RETURNING epoch");
    if (role != Role::Producer) {
      row.bind(role == Role::Auditor ? "auditor" : "janitor");
    }
    if (!row.step()) {
      row.refuse("epoch of a role");
    }
    const Epoch epoch{row.integer(0)};
    row.run();
    transaction.commit();
    return epoch;
  }

  void release(Role role) override {
    const std::scoped_lock lock(mutex_);
    leads_.erase(role);
  }

  PlanOutcome plan(Epoch epoch, SearchId search, std::span<const Block> blocks) override {
    const std::scoped_lock lock(mutex_);
    Transaction transaction(database_);
    if (!is_newest(epoch)) {
      return PlanOutcome::Fenced;
    }
    auto row = database_.prepare("SELECT planned_end_key, end_key FROM searches WHERE id = ?");
    if (!row.bind(search.value).step()) {
      return PlanOutcome::NotContiguous;
    }
    Position at = read_position(row, 0);
    const Position end = read_position(row, 1);
    for (const Block& block : blocks) {
      if (block.begin != at || block.is_empty() || end < block.end) {
        return PlanOutcome::NotContiguous;
      }
      database_.prepare("INSERT INTO blocks (search_id, begin_key, end_key) VALUES (?, ?, ?)")
          .bind(search.value)
          .bind(position_key(block.begin))
          .bind(position_key(block.end))
          .run();
      at = block.end;
    }
    database_.prepare("UPDATE searches SET planned_end_key = ?2 WHERE id = ?1")
        .bind(search.value)
        .bind(position_key(at))
        .run();
    transaction.commit();
    return PlanOutcome::Planned;
  }

  std::vector<Work> pending(std::optional<SearchId> search, std::size_t limit, std::size_t orders_limit) override {
    const std::scoped_lock lock(mutex_);
    auto rows = database_.prepare(
        "SELECT w.*, s.strategy, s.mode, s.threshold, s.digest_kind FROM ("
        "SELECT * FROM (SELECT o.block_id AS id, o.purpose, o.run, o.search_id, o.attempt, b.begin_key, b.end_key,"
        " o.avoid, o.origin, o.queued_at FROM orders o JOIN blocks b ON b.id = o.block_id WHERE o.state = 'PENDING'"
        " AND o.closed_at IS NULL AND (?1 = 0 OR o.search_id = ?1) ORDER BY o.queued_at, o.block_id LIMIT ?3)"
        " UNION ALL "
        "SELECT * FROM (SELECT id, 'search', run, search_id, attempt, begin_key, end_key, '[]', '{}', NULL FROM blocks"
        " WHERE state = 'PENDING' AND (?1 = 0 OR search_id = ?1) ORDER BY id LIMIT ?2)"
        ") w JOIN searches s ON s.id = w.search_id ORDER BY (w.purpose = 'search'), w.queued_at, w.id LIMIT ?2");
    rows.bind(search ? search->value : 0)
        .bind(static_cast<std::int64_t>(limit))
        .bind(static_cast<std::int64_t>(orders_limit));
    std::vector<Work> all;
    while (rows.step()) {
      all.push_back({read_key(rows, 0),
                     {rows.integer(3)},
                     {small(rows, 4)},
                     rows.text(10),
                     read_parameters(rows, 11),
                     read_block(rows, 5),
                     read_strings<std::vector<std::string>>(rows, 7),
                     read_extras(rows, 8)});
    }
    return all;
  }

  std::optional<std::size_t> mark_queued(Epoch epoch, std::span<const Work> published) override {
    const std::scoped_lock lock(mutex_);
    Transaction transaction(database_);
    if (!is_newest(epoch)) {
      return std::nullopt;
    }
    std::size_t changed = 0;
    for (const Work& work : published) {
      auto update = database_.prepare(
          of_a_block(work.key)
              ? "UPDATE blocks SET state = 'QUEUED', queued_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
                " WHERE id = ?1 AND attempt = ?4 AND state = 'PENDING'"
              : "UPDATE orders SET state = 'QUEUED', queued_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
                " WHERE block_id = ?1 AND purpose = ?2 AND run = ?3 AND attempt = ?4 AND state = 'PENDING'");
      bind_key(update, work.key);
      changed += update.bind(std::int64_t{work.attempt.value}).run();
    }
    transaction.commit();
    return changed;
  }

  std::size_t requeue_lost(Epoch epoch) override {
    const std::scoped_lock lock(mutex_);
    Transaction transaction(database_);
    if (!is_newest(epoch)) {
      return 0;
    }
    const std::size_t changed =
        database_
            .prepare(
                "UPDATE blocks SET attempt = attempt + (state = 'FAILED'), state = 'PENDING', error = NULL"
                " WHERE state IN ('QUEUED', 'RUNNING', 'FAILED')")
            .run();
    database_
        .prepare(
            "UPDATE orders SET attempt = attempt + (state = 'FAILED'), state = 'PENDING', error = NULL"
            " WHERE state IN ('QUEUED', 'RUNNING', 'FAILED') AND closed_at IS NULL")
        .run();
    transaction.commit();
    return changed;
  }

  std::vector<Outcome> save(std::span<const Report> reports) override {
    const std::scoped_lock lock(mutex_);
    Transaction transaction(database_);
    std::vector<Outcome> outcomes;
    outcomes.reserve(reports.size());
    std::set<std::string> workers;
    for (const Report& report : reports) {
      outcomes.push_back(save_one(report));
      workers.insert(report.worker);
    }
    for (const std::string& worker : workers) {
      database_
          .prepare(
              "INSERT INTO workers (name) VALUES (?) ON CONFLICT (name) DO UPDATE"
              " SET heard_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')")
          .bind(worker)
          .run();
    }
    transaction.commit();
    return outcomes;
  }

  BlockCounts counts(SearchId search) override {
    const std::scoped_lock lock(mutex_);
    return read_counts(search);
  }

  SearchProgress progress(SearchId search) override {
    const std::scoped_lock lock(mutex_);
    Transaction transaction(database_);
    SearchProgress progress;
    progress.counts = read_counts(search);
    auto row = database_.prepare(
        "SELECT begin_key, end_key, coalesce((SELECT min(begin_key) FROM blocks WHERE search_id = ?1 AND state <> "
        "'FINISHED'),"
        " planned_end_key), min(60.0, 86400 * (julianday('now') - julianday(created_at))) FROM searches WHERE id = ?1");
    ROBIN_ASSERT(row.bind(search.value).step(), "the search is in the ledger");
    const search::uint128 length = read_block(row, 0).length();
    progress.frontier = read_position(row, 2);
    const double seconds = row.real(3);
    // 128-bit sums are beyond SQL's integers.
    auto blocks = database_.prepare(
        "SELECT b.begin_key, b.end_key, r.candidates, b.finished_at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-60 "
        "seconds')"
        " FROM blocks b JOIN results r ON r.id = b.result_id WHERE b.search_id = ? AND b.state = 'FINISHED'");
    blocks.bind(search.value);
    search::uint128 covered = 0;
    search::uint128 covered_lately = 0;
    while (blocks.step()) {
      const search::uint128 positions = read_block(blocks, 0).length();
      progress.candidates += read_wide(blocks, 2);
      covered += positions;
      covered_lately += blocks.integer(3) != 0 ? positions : 0;
    }
    progress.set_pace(length - covered, covered_lately, seconds);
    return progress;
  }

  std::vector<BlockRecord> blocks(const BlockFilter& filter, std::size_t limit) override {
    const std::scoped_lock lock(mutex_);
    nlohmann::json states = nlohmann::json::array();
    for (const BlockState state : filter.states) {
      states.push_back(flow::text(state));
    }
    auto rows = database_.prepare(
        "SELECT id, search_id, begin_key, end_key, state, attempt, coalesce(worker, ''), created_at,"
        " coalesce(queued_at, ''), coalesce(started_at, ''), coalesce(finished_at, ''), coalesce(error, '') FROM blocks"
        " WHERE id > ?1 AND (?2 = 0 OR search_id = ?2)"
        " AND (json_array_length(?3) = 0 OR state IN (SELECT value FROM json_each(?3))) ORDER BY id LIMIT ?4");
    rows.bind(filter.after.value).bind(filter.search ? filter.search->value : 0).bind(states.dump());
    rows.bind(static_cast<std::int64_t>(limit));
    std::vector<BlockRecord> all;
    while (rows.step()) {
      const BlockState state = read_state(rows, 4);
      all.push_back({{rows.integer(0)},
                     {rows.integer(1)},
                     read_block(rows, 2),
                     state,
                     {static_cast<std::uint32_t>(rows.integer(5))},
                     rows.text(6),
                     rows.text(7),
                     rows.text(8),
                     rows.text(9),
                     rows.text(10),
                     rows.text(11)});
    }
    return all;
  }

  std::vector<FailureRecord> failures(BlockId block) override {
    const std::scoped_lock lock(mutex_);
    auto rows = database_.prepare(
        "SELECT attempt, worker, error_class, message, failed_at FROM failures WHERE block_id = ? AND purpose ="
        " 'search' ORDER BY attempt");
    rows.bind(block.value);
    std::vector<FailureRecord> all;
    while (rows.step()) {
      all.push_back(
          {{static_cast<std::uint32_t>(rows.integer(0))}, rows.text(1), rows.text(2), rows.text(3), rows.text(4)});
    }
    return all;
  }

  flow::AuditLedger& audit_ledger() override { return audit_ledger_; }
  flow::JanitorLedger& janitor_ledger() override { return janitor_ledger_; }
  flow::MonitorLedger& monitor_ledger() override { return monitor_ledger_; }

  Control control() override {
    const std::scoped_lock lock(mutex_);
    auto row = database_.prepare("SELECT state, epoch FROM control WHERE id = 1");
    const auto state = row.step() ? flow::control_state_from(row.text(0)) : std::nullopt;
    if (!state) {
      row.refuse("state of the drain");
    }
    return {*state, {row.integer(1)}};
  }

  std::vector<FinishedBlock> finished(SearchId search, Position from, std::size_t limit) override {
    const std::scoped_lock lock(mutex_);
    auto rows = database_.prepare(
        "SELECT b.id, b.begin_key, b.end_key, r.candidates, r.digest, r.extras FROM blocks b JOIN results r ON r.id = "
        "b.result_id"
        " WHERE b.search_id = ? AND b.begin_key >= ? AND b.state = 'FINISHED' ORDER BY b.begin_key LIMIT ?");
    rows.bind(search.value).bind(position_key(from)).bind(static_cast<std::int64_t>(limit));
    std::vector<FinishedBlock> all;
    while (rows.step()) {
      FinishedBlock block{{rows.integer(0)}, read_block(rows, 1), read_wide(rows, 3), rows.text(4)};
      block.extras = read_extras(rows, 5);
      all.push_back(std::move(block));
    }
    return all;
  }

  std::uint64_t count_findings(SearchId search, Finding finding) override {
    const std::scoped_lock lock(mutex_);
    auto row = database_.prepare(
        "SELECT count(*) FROM blocks b JOIN findings f ON f.result_id = b.result_id"
        " WHERE b.search_id = ? AND b.state = 'FINISHED' AND f.kind = ?");
    row.bind(search.value).bind(flow::text(finding)).step();
    return static_cast<std::uint64_t>(row.integer(0));
  }

  std::vector<Witness> findings(SearchId search, Finding finding, std::size_t limit) override {
    return read_findings(
        "SELECT f.factorization, f.ratio_lo, f.ratio_hi FROM blocks b JOIN findings f ON f.result_id = b.result_id"
        " WHERE b.search_id = ? AND b.state = 'FINISHED' AND f.kind = ? ORDER BY b.begin_key, f.ordinal LIMIT ?",
        search, finding, limit);
  }

  std::vector<Witness> top_findings(SearchId search, Finding finding, std::size_t limit) override {
    return read_findings(
        "SELECT f.factorization, f.ratio_lo, f.ratio_hi FROM blocks b JOIN findings f ON f.result_id = b.result_id"
        " WHERE b.search_id = ? AND b.state = 'FINISHED' AND f.kind = ?"
        " ORDER BY f.ratio DESC, f.ratio_lo DESC, b.begin_key, f.ordinal LIMIT ?",
        search, finding, limit);
  }

 private:
  void migrate() {
    auto has_tables = database_.prepare("SELECT count(*) FROM sqlite_schema WHERE type = 'table'");
    has_tables.step();
    const bool is_new = has_tables.integer(0) == 0;
    has_tables.run();
    if (!is_new && pragma("PRAGMA application_id") != application_id) {
      throw runtime::Error("store " + database_.path() + ": is a database of another program (name another file)");
    }
    const auto newest = static_cast<std::int64_t>(sqlite_migrations.back().version);
    if (const auto found = pragma("PRAGMA user_version"); found > newest) {
      throw runtime::Error("store " + database_.path() + ": has schema version " + std::to_string(found) +
                           ", this program knows " + std::to_string(newest) + " (use a newer robin, or another file)");
    }
    // The cache holds the inner pages of the indexes of millions of findings; the default would read them again and
    // again.
    database_.execute(
        "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA journal_mode = WAL; PRAGMA cache_size = -65536;");
    // One transaction for all, begun also when there is nothing to do: it proves that the file can be written.
    Transaction transaction(database_);
    database_.execute(
        "PRAGMA application_id = 1919902313;"
        "CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL,"
        " applied_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))) STRICT;");
    for (const auto& migration : sqlite_migrations) {
      auto applied = database_.prepare("SELECT 1 FROM schema_migrations WHERE version = ?");
      if (applied.bind(std::int64_t{migration.version}).step()) {
        continue;
      }
      database_.execute(migration.sql);
      database_.prepare("INSERT INTO schema_migrations (version, name) VALUES (?, ?)")
          .bind(std::int64_t{migration.version})
          .bind(migration.name)
          .run();
    }
    const std::string set_version = std::string("PRAGMA user_version = ").append(std::to_string(newest));
    database_.execute(set_version.c_str());
    transaction.commit();
  }

  BlockCounts read_counts(SearchId search) {
    auto rows = database_.prepare("SELECT state, count(*) FROM blocks WHERE search_id = ? GROUP BY state");
    rows.bind(search.value);
    BlockCounts counts;
    while (rows.step()) {
      const BlockState state = read_state(rows, 0);
      counts.of(state) = static_cast<std::uint64_t>(rows.integer(1));
    }
    auto orders = database_.prepare(
        "SELECT coalesce(sum(state = 'PENDING'), 0), coalesce(sum(state IN ('QUEUED', 'RUNNING')), 0),"
        " coalesce(sum(state IN ('FINISHED', 'QUARANTINED')), 0) FROM orders"
        " WHERE search_id = ? AND closed_at IS NULL");
    orders.bind(search.value).step();
    counts.orders_pending = static_cast<std::uint64_t>(orders.integer(0));
    counts.orders_in_flight = static_cast<std::uint64_t>(orders.integer(1));
    counts.orders_unsettled = static_cast<std::uint64_t>(orders.integer(2));
    return counts;
  }

  std::int64_t pragma(const char* sql) {
    auto row = database_.prepare(sql);
    row.step();
    return row.integer(0);
  }

  bool is_newest(Epoch epoch) {
    auto row = database_.prepare("SELECT 1 FROM control WHERE id = 1 AND epoch = ? AND state = 'WRITABLE'");
    return row.bind(epoch.value).step();
  }

  /// An order has a state and attempts of its own, and the range of its block.
  std::optional<LedgerRow> find_row(const WorkKey& key) {
    auto row = database_.prepare(
        of_a_block(key)
            ? "SELECT state, attempt, begin_key, end_key, coalesce(worker, '') FROM blocks WHERE id = ?1"
              " AND ?2 = 'search' AND ?3 >= 1"
            : "SELECT o.state, o.attempt, b.begin_key, b.end_key, coalesce(o.worker, '') FROM orders o JOIN blocks b"
              " ON b.id = o.block_id WHERE o.block_id = ?1 AND o.purpose = ?2 AND o.run = ?3");
    bind_key(row, key);
    if (!row.step()) {
      return std::nullopt;
    }
    return LedgerRow{read_state(row, 0), {small(row, 1)}, read_block(row, 2), row.text(4)};
  }

  Outcome save_one(const Report& report) {
    const auto row = find_row(report.key);
    if (!row) {
      return Outcome::Unknown;
    }
    const auto [outcome, effect] = flow::decide(*row, stored_digest(report.key), report);
    switch (effect) {
      case Effect::None:
        break;
      case Effect::Start:
        start(report);
        break;
      case Effect::Fail:
        fail(report, std::get<flow::Failed>(report.content));
        break;
      case Effect::Finish:
        finish(report, std::get<flow::WorkResult>(report.content));
        break;
      case Effect::Leave:
        set_state(report.key, BlockState::Pending);
        break;
      case Effect::Split:
        split(report, std::get<flow::Partial>(report.content));
        break;
      case Effect::KeepConflict:
        keep_conflict(report, std::get<flow::WorkResult>(report.content).result);
        break;
      case Effect::KeepPart:
        return keep_part(report, std::get<flow::Part>(report.content));
    }
    return outcome;
  }

  void start(const Report& report) {
    auto update = database_.prepare(
        of_a_block(report.key)
            ? "UPDATE blocks SET state = 'RUNNING', worker = ?4, heard_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),"
              " started_at = coalesce(started_at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) WHERE id = ?1"
            : "UPDATE orders SET state = 'RUNNING', worker = ?4, heard_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),"
              " started_at = coalesce(started_at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))"
              " WHERE block_id = ?1 AND purpose = ?2 AND run = ?3");
    bind_key(update, report.key);
    update.bind(report.worker).run();
  }

  void fail(const Report& report, const flow::Failed& failed) {
    auto insert = database_.prepare(
        "INSERT INTO failures (block_id, purpose, run, attempt, worker, error_class, message)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
    bind_key(insert, report.key);
    insert.bind(std::int64_t{report.attempt.value}).bind(report.worker).bind(failed.error_class).bind(failed.message);
    insert.run();
    auto update = database_.prepare(of_a_block(report.key)
                                        ? "UPDATE blocks SET state = 'FAILED', worker = ?4, error = ?5 WHERE id = ?1"
                                        : "UPDATE orders SET state = 'FAILED', worker = ?4, error = ?5"
                                          " WHERE block_id = ?1 AND purpose = ?2 AND run = ?3");
    bind_key(update, report.key);
    update.bind(report.worker).bind(failed.error_class + ": " + failed.message).run();
  }

  void finish(const Report& report, const flow::WorkResult& content) {
    const auto& [result, elapsed] = content;
    database_
        .prepare(
            "INSERT INTO results (block_id, purpose, run, attempt, worker, begin_key, end_key, candidates, digest,"
            " extras, elapsed_seconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(report.key.block.value)
        .bind(report.key.purpose)
        .bind(std::int64_t{report.key.run})
        .bind(std::int64_t{report.attempt.value})
        .bind(report.worker)
        .bind(position_key(result.block.begin))
        .bind(position_key(result.block.end))
        .bind(wide_text(result.findings.candidates))
        .bind(result.digest)
        .bind(extras_text(result.findings.extras))
        .bind(elapsed)
        .run();
    const std::int64_t id = database_.last_insert_id();
    insert_findings(id, Finding::Violation, result.findings.violations);
    insert_findings(id, Finding::Witness, result.findings.witnesses);
    insert_findings(id, Finding::Undecided, result.findings.undecided);
    if (result.findings.best) {
      insert_findings(id, Finding::Best, {*result.findings.best});
    }
    auto update = database_.prepare(
        of_a_block(report.key) ? "UPDATE blocks SET state = 'FINISHED', result_id = ?5, worker = ?4, error = NULL,"
                                 " finished_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id = ?1"
                               : "UPDATE orders SET state = 'FINISHED', worker = ?4, error = NULL,"
                                 " finished_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
                                 " WHERE block_id = ?1 AND purpose = ?2 AND run = ?3 AND ?5 > 0");
    bind_key(update, report.key);
    update.bind(report.worker).bind(id).run();
  }

  void set_state(const WorkKey& key, BlockState state) {
    auto update = database_.prepare(
        of_a_block(key) ? "UPDATE blocks SET state = ?4 WHERE id = ?1"
                        : "UPDATE orders SET state = ?4 WHERE block_id = ?1 AND purpose = ?2 AND run = ?3");
    bind_key(update, key);
    update.bind(flow::text(state)).run();
  }

  void split(const Report& report, const flow::Partial& partial) {
    database_.prepare("UPDATE blocks SET end_key = ?2 WHERE id = ?1")
        .bind(report.key.block.value)
        .bind(position_key(partial.cut))
        .run();
    database_
        .prepare(
            "INSERT INTO blocks (search_id, begin_key, end_key) SELECT search_id, ?2, ?3 FROM blocks WHERE id = ?1")
        .bind(report.key.block.value)
        .bind(position_key(partial.cut))
        .bind(position_key(report.block.end))
        .run();
    finish(report, partial.prefix.value());
  }

  Outcome keep_part(const Report& report, const flow::Part& part) {
    database_
        .prepare(
            "INSERT INTO parts (block_id, purpose, run, digest_of_whole, part, parts, text) VALUES (?, ?, ?, ?, ?, ?, "
            "?)"
            " ON CONFLICT DO NOTHING")
        .bind(report.key.block.value)
        .bind(report.key.purpose)
        .bind(std::int64_t{report.key.run})
        .bind(part.digest_of_whole)
        .bind(std::int64_t{part.part})
        .bind(std::int64_t{part.parts})
        .bind(part.text)
        .run();
    std::string whole;
    std::uint32_t have = 0;
    {
      auto rows = database_.prepare(
          "SELECT text FROM parts WHERE block_id = ? AND purpose = ? AND run = ? AND digest_of_whole = ? AND parts = ?"
          " ORDER BY part");
      rows.bind(report.key.block.value).bind(report.key.purpose).bind(std::int64_t{report.key.run});
      rows.bind(part.digest_of_whole).bind(std::int64_t{part.parts});
      for (; rows.step(); ++have) {
        whole += rows.text(0);
      }
    }
    return have < part.parts ? Outcome::PartKept : save_whole(report, part, whole);
  }

  /// Whatever a whole set turns out to be, its parts have done their duty.
  Outcome save_whole(const Report& report, const flow::Part& part, const std::string& whole) {
    database_.prepare("DELETE FROM parts WHERE block_id = ? AND purpose = ? AND run = ? AND digest_of_whole = ?")
        .bind(report.key.block.value)
        .bind(report.key.purpose)
        .bind(std::int64_t{report.key.run})
        .bind(part.digest_of_whole)
        .run();
    const auto result = flow::assemble(report, whole, strategies_);
    return result ? save_one(*result) : Outcome::Refused;
  }

  std::optional<std::string> stored_digest(const WorkKey& key) {
    auto row = database_.prepare("SELECT digest FROM results WHERE block_id = ? AND purpose = ? AND run = ?");
    row.bind(key.block.value).bind(key.purpose).bind(std::int64_t{key.run});
    return row.step() ? std::optional<std::string>(row.text(0)) : std::nullopt;
  }

  void keep_conflict(const Report& report, const search::BlockResult& result) {
    database_
        .prepare(
            "INSERT INTO conflicts (block_id, purpose, run, attempt, worker, candidates, digest)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")
        .bind(report.key.block.value)
        .bind(report.key.purpose)
        .bind(std::int64_t{report.key.run})
        .bind(std::int64_t{report.attempt.value})
        .bind(report.worker)
        .bind(wide_text(result.findings.candidates))
        .bind(result.digest)
        .run();
  }

  void insert_findings(std::int64_t result_id, Finding kind, const std::vector<Witness>& list) {
    std::int64_t ordinal = 0;
    for (const Witness& witness : list) {
      database_
          .prepare(
              "INSERT INTO findings (result_id, kind, ordinal, factorization, ratio_lo, ratio_hi, ratio)"
              " VALUES (?, ?, ?, ?, ?, ?, ?)")
          .bind(result_id)
          .bind(flow::text(kind))
          .bind(ordinal++)
          .bind(witness.factorization)
          .bind(witness.ratio_lo)
          .bind(witness.ratio_hi)
          .bind(std::strtod(witness.ratio_lo.c_str(), nullptr))
          .run();
    }
  }

  std::vector<SearchRecord> read_searches(const char* sql) {
    const std::scoped_lock lock(mutex_);
    auto rows = database_.prepare(sql);
    std::vector<SearchRecord> records;
    while (rows.step()) {
      records.push_back({{rows.integer(0)},
                         {rows.text(1), read_block(rows, 2), read_parameters(rows, 5), read_extras(rows, 8)},
                         read_position(rows, 4)});
    }
    return records;
  }

  std::vector<Witness> read_findings(const char* sql, SearchId search, Finding finding, std::size_t limit) {
    const std::scoped_lock lock(mutex_);
    auto rows = database_.prepare(sql);
    rows.bind(search.value).bind(flow::text(finding)).bind(static_cast<std::int64_t>(limit));
    std::vector<Witness> all;
    while (rows.step()) {
      all.push_back({rows.text(0), rows.text(1), rows.text(2)});
    }
    return all;
  }

  const search::Strategies& strategies_;
  std::mutex mutex_;
  SqliteDatabase database_;
  SqliteAuditLedger audit_ledger_{database_, mutex_};
  SqliteJanitorLedger janitor_ledger_{database_, mutex_};
  SqliteMonitorLedger monitor_ledger_{database_, mutex_};
  /// The roles led, each with its lock on a file.
  std::map<Role, std::optional<FileLock>> leads_;
};

}  // namespace

std::unique_ptr<flow::Store> open_sqlite_store(const std::string& path, const search::Strategies& strategies,
                                               const SqliteStoreOptions& options) {
  return std::make_unique<SqliteStore>(path, strategies, options);
}

}  // namespace robin::adapters
