#include "adapters/sql/save_ledger.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "adapters/extras_text.hpp"
#include "adapters/sql/provenance.hpp"
#include "flow/loops/test_points.hpp"
#include "flow/ports/bounds.hpp"

namespace robin::adapters {
namespace {

using flow::BlockId;
using flow::BlockState;
using flow::Effect;
using flow::Finding;
using flow::LedgerRow;
using flow::Outcome;
using flow::Report;
using flow::SearchId;
using flow::WorkKey;

// In the order of keys, so that two savers never wait for each other in a circle.
const SqlStatement rows_of_blocks(
    "SELECT id, search_id, state, attempt, run, begin_at, end_at, worker, error FROM blocks WHERE id {in $1 bigint}"
    " ORDER BY id {for update}");
const SqlStatement rows_of_orders(
    "SELECT block_id, purpose, run, state, attempt, worker, error, avoid, same_worker, expected FROM orders"
    " WHERE block_id {in $1 bigint}"
    " ORDER BY block_id, purpose, run {for update}");
// PostgreSQL looks up block by block: a planner that has not seen the table yet would rather read all of it.
const SqlStatement stored_digests(
    "SELECT u.id AS block_id, r.purpose, r.run, r.digest, r.worker FROM unnest($1::bigint[]) AS u (id)"
    " CROSS JOIN LATERAL (SELECT purpose, run, digest, worker FROM results WHERE block_id = u.id OFFSET 0) AS r",
    "SELECT block_id, purpose, run, digest, worker FROM results WHERE block_id {in $1 bigint}");

// Of those that have no row. SQLite compacts nothing.
const SqlStatement compacted_of(
    "SELECT u.id, r.search_id FROM unnest($1::bigint[]) AS u (id) CROSS JOIN LATERAL range_of(u.id) AS r",
    "SELECT id, search_id FROM blocks WHERE id {in $1 bigint}");

const SqlStatement parameters_of_searches(
    "SELECT id, strategy, mode, threshold, digest_kind FROM searches WHERE id {in $1 bigint}");

const SqlStatement new_failures(
    {{"block_id", "bigint"},
     {"purpose", "text"},
     {"run", "int"},
     {"attempt", "int"},
     {"worker", "text"},
     {"error_class", "text"},
     {"message", "text"}},
    1,
    "INSERT INTO failures (block_id, purpose, run, attempt, worker, error_class, message)"
    " SELECT block_id, purpose, run, attempt, worker, error_class, message FROM {u} WHERE true ON CONFLICT DO NOTHING");

// The saver may neither insert nor move a block by itself in PostgreSQL: it is done by a function of the schema's
// owner.
const std::vector<SqlColumn> split_columns = {{"block_id", "bigint"}, {"cut", "numeric"}, {"end_at", "numeric"}};
const SqlStatement shorter_blocks(split_columns, 1, "SELECT split_block(u.block_id, u.cut) AS rest, u.end_at FROM {u}",
                                  "UPDATE blocks SET end_at = u.cut FROM {u} WHERE blocks.id = u.block_id");
const SqlStatement rests_of_blocks(split_columns, 1, "",
                                   "INSERT INTO blocks (search_id, begin_at, end_at)"
                                   " SELECT b.search_id, u.cut, u.end_at FROM {u} JOIN blocks b ON b.id = u.block_id");

const SqlStatement new_results(
    {{"block_id", "bigint"},
     {"purpose", "text"},
     {"run", "int"},
     {"attempt", "int"},
     {"worker", "text"},
     {"begin_at", "numeric"},
     {"end_at", "numeric"},
     {"candidates", "numeric"},
     {"digest", "text"},
     {"extras", "text"},
     {"elapsed_seconds", "float8"}},
    1,
    "INSERT INTO results (block_id, purpose, run, attempt, worker, begin_at, end_at, candidates, digest, extras,"
    " elapsed_seconds) SELECT block_id, purpose, run, attempt, worker, begin_at, end_at, candidates, digest, extras,"
    " elapsed_seconds FROM {u}");
const SqlStatement new_findings(
    {{"block_id", "bigint"},
     {"purpose", "text"},
     {"run", "int"},
     {"kind", "text"},
     {"ordinal", "int"},
     {"factorization", "text"},
     {"ratio_lo", "text"},
     {"ratio_hi", "text"},
     {"search_id", "bigint"}},
    1,
    "INSERT INTO findings (block_id, purpose, run, kind, ordinal, factorization, ratio_lo, ratio_hi, ratio, search_id)"
    " SELECT block_id, purpose, run, kind, ordinal, factorization, ratio_lo, ratio_hi,"
    " CAST(ratio_lo AS double precision), search_id FROM {u}");

// The rows that were decided. What has no place in a row of the rules are times, which are the database's.
const std::vector<SqlColumn> row_columns = {{"block_id", "bigint"}, {"purpose", "text"}, {"run", "int"},
                                            {"state", "text"},      {"worker", "text"},  {"error", "text"},
                                            {"is_heard", "int"}};
const std::string decided_row =
    "state = u.state, worker = u.worker, error = u.error,"
    " heard_at = CASE WHEN u.is_heard = 1 THEN now() ELSE w.heard_at END,"
    " started_at = CASE WHEN u.is_heard = 1 THEN coalesce(w.started_at, now()) ELSE w.started_at END,"
    " finished_at = CASE WHEN u.state = 'FINISHED' THEN now() ELSE w.finished_at END";
const SqlStatement decided_blocks(
    row_columns, 1,
    "UPDATE blocks AS w SET " + decided_row +
        ", accepted_purpose = CASE WHEN u.state = 'FINISHED' THEN u.purpose ELSE w.accepted_purpose END,"
        " accepted_run = CASE WHEN u.state = 'FINISHED' THEN u.run ELSE w.accepted_run END"
        " FROM {u} WHERE w.id = u.block_id");
// An attempt that the rules began is none that failed.
const std::vector<SqlColumn> order_columns = {{"block_id", "bigint"}, {"purpose", "text"}, {"run", "int"},
                                              {"state", "text"},      {"worker", "text"},  {"error", "text"},
                                              {"is_heard", "int"},    {"attempt", "int"}};
const SqlStatement decided_orders(order_columns, 1,
                                  "UPDATE orders AS w SET " + decided_row +
                                      ", attempt = u.attempt,"
                                      " attempts_before = w.attempts_before + u.attempt - w.attempt"
                                      " FROM {u} WHERE w.block_id = u.block_id AND w.purpose = u.purpose"
                                      " AND w.run = u.run");

const SqlStatement new_conflicts(
    {{"block_id", "bigint"},
     {"purpose", "text"},
     {"run", "int"},
     {"attempt", "int"},
     {"worker", "text"},
     {"candidates", "numeric"},
     {"digest", "text"}},
    2,
    "INSERT INTO conflicts (block_id, purpose, run, attempt, worker, candidates, digest)"
    " SELECT block_id, purpose, run, attempt, worker, candidates, digest FROM {u} WHERE (SELECT count(*) FROM "
    "conflicts c"
    " WHERE c.block_id = u.block_id AND c.purpose = u.purpose AND c.run = u.run) < $1 ON CONFLICT DO NOTHING");
// All are counted only where a name is new, which it seldom is.
const std::string if_there_is_room =
    " FROM {u} WHERE coalesce((SELECT true FROM workers w WHERE w.name = u.name), (SELECT count(*) FROM workers) < $1)"
    " ON CONFLICT (name) DO UPDATE SET heard_at = ";
const SqlStatement heard_workers({{"name", "text"}, {"reads_bundles", "int"}}, 2,
                                 "INSERT INTO workers (name, reads_bundles) SELECT u.name, u.reads_bundles = 1" +
                                     if_there_is_room + "now(), reads_bundles = excluded.reads_bundles",
                                 "INSERT INTO workers (name) SELECT u.name" + if_there_is_room + "now()");

const SqlStatement new_part(
    "INSERT INTO parts (block_id, purpose, run, digest_of_whole, part, parts, body) VALUES ($1, $2, $3, $4, $5, $6, $7)"
    " ON CONFLICT DO NOTHING");
const SqlStatement results_in_parts_too_many(
    "DELETE FROM parts WHERE block_id = $1 AND purpose = $2 AND run = $3 AND digest_of_whole IN"
    " (SELECT digest_of_whole FROM parts WHERE block_id = $1 AND purpose = $2 AND run = $3 GROUP BY digest_of_whole"
    " ORDER BY digest_of_whole = $4 DESC, max(received_at) DESC LIMIT 1000 OFFSET $5)");
const SqlStatement number_of_parts(
    "SELECT count(*) AS have FROM parts WHERE block_id = $1 AND purpose = $2 AND run = $3 AND digest_of_whole = $4"
    " AND parts = $5");
const SqlStatement all_parts(
    "SELECT body FROM parts WHERE block_id = $1 AND purpose = $2 AND run = $3 AND digest_of_whole = $4 AND parts = $5"
    " ORDER BY part");
const SqlStatement dropped_parts(
    "DELETE FROM parts WHERE block_id = $1 AND purpose = $2 AND run = $3 AND digest_of_whole = $4");

/// A batch of reports: what the ledger knows of their work, kept up as the batch goes on, and what is to be written.
class Batch {
 public:
  Batch(SqlConnection& connection, const search::Strategies& strategies, flow::bounds::Result most,
        std::span<const Report> reports)
      : connection_(connection), strategies_(strategies), most_(most) {
    std::set<std::int64_t> ids;
    bool has_orders = false;
    bool may_split = false;
    for (const Report& report : reports) {
      ids.insert(report.key.block.value);
      has_orders = has_orders || !report.key.purpose.is_search();
      const auto* partial = std::get_if<flow::Partial>(&report.content);
      // What parts spell out is known only when they are put together.
      may_split =
          may_split || (partial != nullptr && partial->prefix) || std::holds_alternative<flow::Part>(report.content);
    }
    read(SqlValue::Integers(ids.begin(), ids.end()), has_orders);
    const SqlValue::Integers searches = ids_of_searches();
    provenances_ = provenances_of(connection_, searches);
    if (may_split) {
      read_grids(searches);
    }
  }

  Outcome save(const Report& report) {
    const auto known = works_.find(report.key.purpose.is_search() ? block_key(report.key.block) : report.key);
    if (known == works_.end()) {
      const auto compacted = compacted_.find(report.key.block);
      return compacted == compacted_.end() ? Outcome::Unknown
                                           : flow::decide_compacted(report, provenances_[compacted->second]);
    }
    const auto digest = digests_.find(report.key);
    auto [outcome, effect, row] = flow::decide(known->second, provenances_[searches_.at(report.key.block)],
                                               digest == digests_.end() ? std::nullopt : std::optional(digest->second),
                                               report, find_grid(report.key.block), most_);
    if (effect == Effect::KeepPart) {
      return keep_part(report, std::get<flow::Part>(report.content));
    }
    if (row != known->second) {
      known->second = std::move(row);
      // A later report of the batch says more: the last row is the one that is written.
      changed_[known->first] = report.key;
    }
    write(report, effect);
    return outcome;
  }

  void hear(const HeardWorkers& workers) {
    for (const auto& [worker, reads_bundles] : workers) {
      heard_.add({worker, reads_bundles ? 1 : 0});
    }
  }

  void flush() {
    SqlTable blocks;
    SqlTable orders;
    for (const auto& [known_as, key] : changed_) {
      const LedgerRow& row = works_.at(known_as);
      SqlValues cells = {key.block,          key.purpose,         key.run, row.state, or_null(row.worker),
                         or_null(row.error), row.is_heard ? 1 : 0};
      if (key.purpose.is_search()) {
        blocks.add(std::move(cells));
      } else {
        cells.emplace_back(row.attempt);
        orders.add(std::move(cells));
      }
    }
    Calls calls;
    calls.add(new_failures, failures_);
    add_results_to(calls);
    calls.add(decided_blocks, blocks);
    calls.add(decided_orders, orders);
    calls.add(new_conflicts, conflicts_, {flow::bounds::conflicts});
    calls.add(heard_workers, heard_, {flow::bounds::workers});
    connection_.run_all(calls.all);
  }

 private:
  /// Findings that one statement inserts: it ends long before its timeout, and what is sent takes little memory.
  static constexpr std::size_t findings_of_a_statement = 10'000;

  struct Calls {
    std::vector<SqlCall> all;
    /// Nothing if there are no rows.
    void add(const SqlStatement& statement, SqlTable table, SqlValues values = {}) {
      if (!table.is_empty()) {
        all.push_back({statement, std::move(values), std::move(table)});
      }
    }
  };

  /// In the order in which they refer to each other. They are not written again.
  void add_results_to(Calls& calls) {
    calls.add(shorter_blocks, splits_);
    calls.add(rests_of_blocks, std::exchange(splits_, {}));
    calls.add(new_results, std::exchange(results_, {}));
    calls.add(new_findings, std::exchange(findings_, {}));
  }

  /// Whatever run a report of a block's own row names, it is that row.
  static WorkKey block_key(BlockId block) { return {block, flow::Purpose(), 0}; }
  static bool is_refinement(const WorkKey& key) { return key.purpose.kind == flow::Purpose::Kind::Refine; }
  static SqlValue or_null(const std::string& text) { return text.empty() ? SqlValue() : SqlValue(text); }

  void read(const SqlValue::Integers& ids, bool has_orders) {
    for (const SqlRow row : connection_.query(rows_of_blocks, {ids})) {
      const auto id = row.get<BlockId>("id");
      searches_.emplace(id, row.get<SearchId>("search_id"));
      works_.emplace(block_key(id),
                     LedgerRow{row.get<BlockState>("state"), row.get<flow::Attempt>("attempt"), row.range(),
                               row.text("worker"), row.text("error"), false, row.get<std::uint32_t>("run")});
    }
    SqlValue::Integers missing;
    std::copy_if(ids.begin(), ids.end(), std::back_inserter(missing),
                 [this](std::int64_t id) { return searches_.count(BlockId{id}) == 0; });
    if (!missing.empty()) {
      for (const SqlRow row : connection_.query(compacted_of, {missing})) {
        compacted_.emplace(row.get<BlockId>("id"), row.get<SearchId>("search_id"));
      }
    }
    std::map<WorkKey, std::string> workers;
    for (const SqlRow row : connection_.query(stored_digests, {ids})) {
      digests_.emplace(row.key(), row.text("digest"));
      workers.emplace(row.key(), row.text("worker"));
    }
    if (has_orders) {
      for (const SqlRow row : connection_.query(rows_of_orders, {ids})) {
        const WorkKey key = row.key();
        auto avoid = row.get<std::vector<std::string>>("avoid");
        if (!row.get<bool>("same_worker")) {
          // Whatever the order says: who found a result does not check it.
          for (auto found = workers.lower_bound({key.block, {flow::Purpose::Kind::Check, 0}, 0});
               found != workers.end() && found->first.block == key.block; ++found) {
            if (found->first != key && is_refinement(found->first) == is_refinement(key)) {
              avoid.push_back(found->second);
            }
          }
        }
        works_.emplace(key, LedgerRow{row.get<BlockState>("state"), row.get<flow::Attempt>("attempt"),
                                      works_.at(block_key(key.block)).block, row.text("worker"), row.text("error"),
                                      false, key.run, std::move(avoid), row.text("expected")});
      }
    }
  }

  [[nodiscard]] SqlValue::Integers ids_of_searches() const {
    std::set<std::int64_t> ids;
    for (const auto* const blocks : {&searches_, &compacted_}) {
      for (const auto& [block, search] : *blocks) {
        ids.insert(search.value);
      }
    }
    return {ids.begin(), ids.end()};
  }
  void read_grids(const SqlValue::Integers& searches) {
    for (const SqlRow row : connection_.query(parameters_of_searches, {searches})) {
      if (const search::Strategy* strategy = strategies_.find(row.text("strategy"))) {
        const auto parameters = parameters_.emplace(row.get<SearchId>("id"), row.parameters()).first;
        grids_.emplace(parameters->first, flow::Grid{*strategy, parameters->second});
      }
    }
  }
  [[nodiscard]] const flow::Grid* find_grid(BlockId block) const {
    const auto found = grids_.find(searches_.at(block));
    return found == grids_.end() ? nullptr : &found->second;
  }

  void write(const Report& report, Effect effect) {
    const WorkKey& key = report.key;
    switch (effect) {
      case Effect::AddFailure: {
        const auto& failed = std::get<flow::Failed>(report.content);
        failures_.add(
            {key.block, key.purpose, key.run, report.attempt, report.worker, failed.error_class, failed.message});
        break;
      }
      case Effect::AddResult:
        add_result(report, std::get<flow::WorkResult>(report.content));
        break;
      case Effect::Split: {
        const auto& partial = std::get<flow::Partial>(report.content);
        splits_.add({key.block, partial.cut, report.block.end});
        add_result(report, partial.prefix.value());
        break;
      }
      case Effect::KeepConflict: {
        const auto& result = std::get<flow::WorkResult>(report.content).result;
        conflicts_.add({key.block, key.purpose, key.run, report.attempt, report.worker, result.findings.candidates,
                        result.digest});
        break;
      }
      case Effect::None:
      case Effect::KeepPart:
        break;
    }
  }

  void add_result(const Report& report, const flow::WorkResult& content) {
    const auto& [result, elapsed] = content;
    const WorkKey& key = report.key;
    digests_.emplace(key, result.digest);
    results_.add({key.block, key.purpose, key.run, report.attempt, report.worker, result.block.begin, result.block.end,
                  result.findings.candidates, result.digest, extras_text(result.findings.extras), elapsed});
    add_findings(key, Finding::Violation, result.findings.violations);
    add_findings(key, Finding::Witness, result.findings.witnesses);
    add_findings(key, Finding::Undecided, result.findings.undecided);
    if (result.findings.best) {
      add_findings(key, Finding::Best, {*result.findings.best});
    }
  }

  void add_findings(const WorkKey& key, Finding kind, const std::vector<search::Witness>& list) {
    std::int64_t ordinal = 0;
    for (const search::Witness& witness : list) {
      findings_.add({key.block, key.purpose, key.run, flow::text(kind), ordinal++, witness.factorization,
                     witness.ratio_lo, witness.ratio_hi, searches_.at(key.block)});
      if (findings_.rows().size() >= findings_of_a_statement) {
        Calls calls;
        add_results_to(calls);
        connection_.run_all(calls.all);
      }
    }
  }

  Outcome keep_part(const Report& report, const flow::Part& part) {
    const SqlValues set = {report.key.block, report.key.purpose, report.key.run, part.digest_of_whole};
    SqlValues numbered = set;
    numbered.insert(numbered.end(), {part.part, part.parts, part.text});
    connection_.query(new_part, numbered);
    SqlValues and_how_many = set;
    and_how_many.emplace_back(flow::bounds::unfinished_results);
    connection_.query(results_in_parts_too_many, and_how_many);
    SqlValues of_this_count = set;
    of_this_count.emplace_back(part.parts);
    // The block's row is locked, so of two savers with the last two parts the second one sees the set whole.
    if (connection_.query(number_of_parts, of_this_count).one().get<std::uint32_t>("have") < part.parts) {
      return Outcome::PartKept;
    }
    std::string whole;
    for (const SqlRow row : connection_.query(all_parts, of_this_count)) {
      whole += row.text("body");
    }
    // Whatever a whole set turns out to be, its parts have done their duty.
    connection_.query(dropped_parts, set);
    const auto result = flow::assemble(report, whole, strategies_, most_);
    return result ? save(*result) : Outcome::Refused;
  }

  SqlConnection& connection_;
  const search::Strategies& strategies_;
  flow::bounds::Result most_;
  std::map<WorkKey, LedgerRow> works_;
  std::map<BlockId, SearchId> searches_;
  /// Of blocks that have no row any more.
  std::map<BlockId, SearchId> compacted_;
  Provenances provenances_;
  std::map<SearchId, search::Parameters> parameters_;
  /// Of the searches whose blocks may be split.
  std::map<SearchId, flow::Grid> grids_;
  std::map<WorkKey, std::string> digests_;
  /// The work whose row is another one by now, and the key of the report that made it so.
  std::map<WorkKey, WorkKey> changed_;
  SqlTable failures_, splits_, results_, findings_, conflicts_, heard_;
};

}  // namespace

std::vector<Outcome> SqlSaveLedger::save(std::span<const Report> reports) {
  HeardWorkers heard;
  auto outcomes = database_.transact([&](SqlConnection& connection) {
    Batch batch(connection, strategies_, most_, reports);
    std::vector<Outcome> all;
    all.reserve(reports.size());
    heard.clear();
    for (const Report& report : reports) {
      all.push_back(batch.save(report));
      if (!was_heard_lately(report.worker)) {
        heard[report.worker] = report.reads_bundles;
      }
    }
    batch.hear(heard);
    batch.flush();
    flow::crash_point("saver/saving");
    return all;
  });
  // After the commit alone: a transaction that failed is repeated as a whole, with what it said of workers.
  remember(heard);
  return outcomes;
}

/// Now and then is enough, and two savers seldom wait for each other's row.
bool SqlSaveLedger::was_heard_lately(const std::string& worker) const {
  constexpr std::chrono::seconds often_enough{5};
  const std::scoped_lock lock(mutex_);
  const auto known = heard_.find(worker);
  return known != heard_.end() && std::chrono::steady_clock::now() - known->second < often_enough;
}

void SqlSaveLedger::remember(const HeardWorkers& workers) {
  constexpr std::size_t remembered_max = 10'000;
  const std::scoped_lock lock(mutex_);
  if (heard_.size() + workers.size() > remembered_max) {
    heard_.clear();
  }
  for (const auto& [worker, reads_bundles] : workers) {
    heard_[worker] = std::chrono::steady_clock::now();
  }
}

}  // namespace robin::adapters
