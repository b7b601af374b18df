// robin_ledger: whether the ledger stays fast as it grows. Fills a database with blocks that are finished and audited,
// and at each size measures what producer, saver, janitor, auditor and gateway ask of it, each as the store's own call;
// then shows the plans that PostgreSQL chose, and what a block costs on disk. Ends with status 1 if a plan reads a
// table that grows from end to end.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <atomic>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <set>
#include <thread>

#include "adapters/postgres/store.hpp"
#include "core/contract.hpp"
#include "flow/loops/audit.hpp"
#include "flow/loops/synthetic.hpp"

namespace robin::bench {
namespace {

using adapters::PostgresConnection;
using adapters::PostgresOptions;
using flow::Role;

constexpr std::uint64_t positions = flow::synthetic_block_positions;
/// More than a call ever adds.
constexpr std::uint64_t room = 100'000'000;
constexpr std::size_t planned_at_once = 1000;
constexpr std::size_t saved_at_once = 200;
constexpr std::uint64_t filled_at_once = 1'000'000;

struct Options {
  std::string url;
  std::string log_file;
  std::vector<std::uint64_t> sizes = {100'000, 1'000'000, 10'000'000};
  int repetitions = 5;
  std::uint64_t fold = 100'000;
  bool compact = false;
};

std::string to_text(std::uint64_t value) { return std::to_string(value); }

/// A database of its own, dropped at the end.
class Ledger {
 public:
  /// `digits` random digits in what the strategy adds to a block, and half as many in the certifier's state.
  explicit Ledger(const std::string& url, int digits) : digits_(digits), server_(patient(url)) {
    server_.query("DROP DATABASE IF EXISTS robin_ledger");
    server_.query("CREATE DATABASE robin_ledger");
    const std::size_t slash = url.rfind('/');
    options_ = patient(url.substr(0, slash + 1) + "robin_ledger");
    adapters::migrate_postgres(options_);
    owner_ = std::make_unique<PostgresConnection>(options_);
    // Rows are put in as they would be found, without what checks and counts them as they come.
    owner_->query("SET session_replication_role = replica");
  }
  ~Ledger() {
    owner_.reset();
    try {
      server_.query("DROP DATABASE robin_ledger WITH (FORCE)");
    } catch (const runtime::Error&) {
      std::cerr << "the database robin_ledger stays behind\n";
    }
  }
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  [[nodiscard]] const PostgresOptions& options() const { return options_; }
  [[nodiscard]] PostgresConnection& owner() { return *owner_; }

  /// Finished and audited blocks of `search` until there are so many; a hundred finished in each second.
  void fill(flow::SearchId search, std::uint64_t blocks) {
    auto& owner = *owner_;
    const std::string id = std::to_string(search.value);
    std::uint64_t from =
        static_cast<std::uint64_t>(owner.query("SELECT count(*) FROM blocks WHERE search_id = $1", {id}).integer(0, 0));
    for (; from < blocks; from += std::min(filled_at_once, blocks - from)) {
      const std::vector<std::optional<std::string>> stretch = {
          id, to_text(from), to_text(std::min(from + filled_at_once, blocks) - 1), to_text(blocks)};
      owner.query(
          "INSERT INTO blocks (search_id, begin_at, end_at, state, accepted_purpose, accepted_run, worker, queued_at,"
          " started_at, finished_at) SELECT $1::bigint, 10 * i, 10 * i + 10, 'FINISHED', 'search', 1, 'worker/' || i % "
          "8,"
          " t - interval '1 s', NULL, t FROM (SELECT i, now() - ($4::bigint - i) * interval '10 ms' AS t"
          " FROM generate_series($2::bigint, $3::bigint) AS i) AS n",
          stretch);
      const std::vector<std::optional<std::string>> there(stretch.begin(), stretch.begin() + 3);
      const std::string new_results =
          "INSERT INTO results (block_id, purpose, run, attempt, worker, begin_at, end_at, candidates, digest, extras,"
          " elapsed_seconds) SELECT id, 'search', 1, 1, worker, begin_at, end_at, 10, encode(sha256(id::text::bytea),"
          " 'hex'), " +
          random_extras(digits_) +
          ", 0.5 FROM blocks WHERE search_id = $1 AND begin_at BETWEEN 10 * $2::bigint AND 10 * "
          "$3::bigint";
      owner.query(new_results.c_str(), there);
      owner.query(
          "INSERT INTO findings (block_id, purpose, run, kind, ordinal, factorization, ratio_lo, ratio_hi, ratio,"
          " search_id) SELECT id, 'search', 1, 'witness', 0, '2^5*3^2*5', '1.767' || lpad((id % 1000000)::text, 9, "
          "'0'),"
          " '1.768', 1.767 + (id % 1000000) / 1e9, $1::bigint FROM blocks WHERE search_id = $1 AND begin_at BETWEEN"
          " 10 * $2::bigint AND 10 * $3::bigint AND id % 10 = 0",
          there);
      const std::string new_audits =
          "INSERT INTO audits (search_id, begin_at, end_at, block_id, purpose, run, state) SELECT search_id, begin_at,"
          " end_at, id, 'search', 1, " +
          random_extras(digits_ / 2) +
          " FROM blocks WHERE search_id = $1 AND begin_at BETWEEN 10 * $2::bigint AND"
          " 10 * $3::bigint";
      owner.query(new_audits.c_str(), there);
      owner.query(
          "INSERT INTO orders (block_id, purpose, run, search_id, state, worker, finished_at, closed_at)"
          " SELECT id, 'check:1', 1, search_id, 'FINISHED', 'worker/9', finished_at, finished_at FROM blocks"
          " WHERE search_id = $1 AND begin_at BETWEEN 10 * $2::bigint AND 10 * $3::bigint AND id % 100 = 0",
          there);
      std::cerr << "filled to " << std::min(from + filled_at_once, blocks) << "\n";
    }
    owner.query("UPDATE searches SET planned_end = 10 * $2::numeric, end_at = 10 * ($2::numeric + $3) WHERE id = $1",
                {id, to_text(blocks), to_text(room)});
    owner.query("DELETE FROM paces WHERE search_id = $1", {id});
    owner.query(
        "INSERT INTO paces (search_id, at, blocks, candidates, is_sum) SELECT $1::bigint, pace_begin(now()) - i *"
        " interval '10 s', 1000, 10000, true FROM generate_series(1, $2::bigint / 1000) AS i",
        {id, to_text(blocks)});
    owner.query("DELETE FROM tallies WHERE search_id = $1", {id});
    owner.query(
        "INSERT INTO tallies (search_id, state, blocks, positions, candidates) VALUES ($1, 'FINISHED', $2::bigint,"
        " 10 * $2::bigint, 10 * $2::bigint)",
        {id, to_text(blocks)});
    // Some are still to be settled, all over the ledger; as many of each size.
    owner.execute_script(
        "UPDATE orders SET closed_at = now() WHERE closed_at IS NULL;"
        "UPDATE orders SET closed_at = NULL WHERE block_id IN"
        " (SELECT block_id FROM orders ORDER BY hashint8(block_id) LIMIT 20)");
    // As autovacuum would, over the time in which so many blocks are computed.
    owner.query("VACUUM ANALYZE");
  }

 private:
  /// As SQL: JSON with so many digits that nobody can foresee.
  static std::string random_extras(int digits) {
    std::string text = "'{";
    for (int key = 0; 32 * key < digits; ++key) {
      text += std::string(key == 0 ? "" : ",") + "\"sums" + std::to_string(key) +
              "\":\"' || translate(md5(id::text || '" + std::to_string(key) + "'), 'abcdef', '014589') || '\"";
    }
    return text + "}'";
  }
  static PostgresOptions patient(const std::string& url) {
    constexpr int an_hour_ms = 3'600'000;
    PostgresOptions options;
    options.url = url;
    options.statement_timeout_ms = an_hour_ms;
    options.answer_timeout_ms = an_hour_ms;
    return options;
  }

  int digits_;
  PostgresConnection server_;
  PostgresOptions options_;
  std::unique_ptr<PostgresConnection> owner_;
};

using Meter = std::function<void(const char*, const std::function<void()>&)>;

/// Once around: a thousand blocks are planned, published, computed, saved and audited, and everybody looks.
class Round {
 public:
  Round(flow::ClusterStore& store, const search::Strategies& strategies, flow::SearchId search)
      : store_(store),
        strategies_(strategies),
        search_(search),
        producer_(lead(Role::Producer)),
        auditor_(lead(Role::Auditor)),
        janitor_(lead(Role::Janitor)) {}

  /// A thousand blocks more that are finished and not yet audited.
  void finish_more(const Meter& meter) {
    produce(meter);
    save(meter);
  }
  [[nodiscard]] flow::Epoch janitor() const { return janitor_; }
  void run(const Meter& meter) {
    finish_more(meter);
    audit(meter);
    clean(meter);
    watch(meter);
  }

 private:
  flow::Epoch lead(Role role) {
    const auto epoch = store_.leadership().lead(role);
    ROBIN_ASSERT(epoch, "nobody else leads here");
    return *epoch;
  }

  void produce(const Meter& meter) {
    flow::OpenPlans plans;
    meter("producer: what to produce", [&] { plans = store_.plan_ledger().open_plans(); });
    ROBIN_ASSERT(!plans.searches.empty(), "there is room to plan in");
    meter("reader: counts", [&] { static_cast<void>(store_.reader().counts(search_)); });
    std::vector<search::Block> blocks;
    for (search::Position at = plans.searches.back().record.planned_end; blocks.size() < planned_at_once;) {
      blocks.push_back({at, {at.ordinal + positions}});
      at = blocks.back().end;
    }
    meter("producer: plan 1,000 blocks", [&] {
      const auto outcome = store_.plan_ledger().plan(producer_, search_, blocks);
      ROBIN_ASSERT(outcome == flow::PlanOutcome::Planned, "the plan goes on");
    });
    meter("producer: what is pending", [&] { works_ = store_.plan_ledger().pending(search_, planned_at_once); });
    meter("producer: mark 1,000 queued", [&] { store_.plan_ledger().mark_queued(producer_, works_); });
  }

  void save(const Meter& meter) {
    std::vector<flow::Report> reports;
    for (const auto& work : works_) {
      const auto result = search::examine(*strategies_.find(work.strategy), work.block, work.parameters, {});
      reports.push_back({work.key, work.attempt, "worker/1", work.block, flow::WorkResult{result, 0}});
    }
    for (std::size_t i = 0; i < reports.size(); i += saved_at_once) {
      meter("saver: save 200 results",
            [&] { static_cast<void>(store_.save_ledger().save(std::span(reports).subspan(i, saved_at_once))); });
    }
  }

  void audit(const Meter& meter) {
    auto& ledger = store_.audit_ledger();
    meter("auditor: searches", [&] { static_cast<void>(store_.reader().searches()); });
    flow::AuditFrontier frontier;
    meter("auditor: where it stands", [&] { frontier = store_.reader().audited(search_); });
    std::vector<flow::AcceptedResult> results;
    meter("auditor: next 200 results", [&] { results = ledger.accepted(search_, frontier.end, saved_at_once); });
    flow::AuditStep step;
    for (const auto& result : results) {
      step.audits.push_back({result.block, result.range, result.key, {}});
    }
    meter("auditor: record 200 audits", [&] {
      const bool recorded = ledger.record(auditor_, search_, step);
      ROBIN_ASSERT(recorded, "the audits go on");
    });
    meter("auditor: cases", [&] { static_cast<void>(ledger.cases(100)); });
    meter("auditor: checks that nobody else can do",
          [&] { ledger.release_lone_checks(auditor_, core::Milliseconds(60'000)); });
  }

  void clean(const Meter& meter) {
    auto& ledger = store_.janitor_ledger();
    meter("janitor: sweep", [&] { static_cast<void>(ledger.sweep(janitor_, {})); });
    meter("janitor: queued and not started",
          [&] { static_cast<void>(ledger.requeue_unstarted(janitor_, core::Milliseconds(3'600'000))); });
    meter("janitor: in flight", [&] { static_cast<void>(ledger.in_flight()); });
    meter("janitor: what is forgotten", [&] { static_cast<void>(ledger.forget(janitor_, {})); });
  }

  void watch(const Meter& meter) {
    auto& ledger = store_.monitor_ledger();
    auto& fleet = store_.fleet_ledger();
    meter("gateway: progress", [&] { static_cast<void>(store_.monitor_ledger().progress(search_)); });
    meter("gateway: a page of blocks", [&] {
      static_cast<void>(store_.reader().blocks({search_, {}, {works_.front().key.block.value / 2}}, 1000));
    });
    meter("gateway: quarantined blocks", [&] {
      static_cast<void>(store_.reader().blocks({search_, {flow::BlockState::Quarantined}, {0}}, 1000));
    });
    meter("gateway: errors", [&] { static_cast<void>(fleet.error_groups(search_, 20)); });
    meter("gateway: workers", [&] { static_cast<void>(fleet.workers(60)); });
    meter("gateway: pace of an hour",
          [&] { static_cast<void>(fleet.pace(search_, std::chrono::hours(1), std::chrono::minutes(1))); });
    meter("gateway: durations", [&] { static_cast<void>(fleet.durations(search_, 1000)); });
    meter("gateway: best witnesses", [&] { static_cast<void>(ledger.best(search_, flow::Finding::Witness, 20)); });
    meter("gateway: witnesses from the middle", [&] {
      static_cast<void>(fleet.findings_after(search_, flow::Finding::Witness,
                                             flow::FindingCursor{{works_.front().block.begin.ordinal / 2}, 0}, 1000));
    });
    meter("gateway: 800 points of the margin", [&] { static_cast<void>(ledger.history(search_, 800)); });
    meter("gateway: newest events", [&] { static_cast<void>(ledger.latest_events({}, 50)); });
    meter("certificate: next 200 blocks",
          [&] { static_cast<void>(store_.reader().finished(search_, {works_.front().block.begin.ordinal / 2}, 200)); });
  }

  flow::ClusterStore& store_;
  const search::Strategies& strategies_;
  flow::SearchId search_;
  flow::Epoch producer_;
  flow::Epoch auditor_;
  flow::Epoch janitor_;
  std::vector<flow::Work> works_;
};

/// Which way PostgreSQL took to the tables that grow, by call, as its log says.
std::map<std::string, std::set<std::string>> plans_of(std::istream& log) {
  std::map<std::string, std::set<std::string>> plans;
  std::string call;
  for (std::string line; std::getline(log, line);) {
    constexpr std::string_view mark = "LOG:  robin call: ";
    if (const auto at = line.find(mark); at != std::string::npos) {
      call = line.substr(at + mark.size());
      continue;
    }
    const auto scan = line.find(" Scan ");
    const auto on = line.find(" on ", scan == std::string::npos ? 0 : scan);
    if (call.empty() || scan == std::string::npos || on == std::string::npos) {
      continue;
    }
    const std::string table = line.substr(on + 4, line.find_first_of(" \n", on + 4) - on - 4);
    constexpr std::array growing = {"blocks", "results", "findings", "audits", "orders", "ranges"};
    if (std::find(growing.begin(), growing.end(), table) != growing.end()) {
      const auto begin = line.find_first_not_of(" ->\t");
      plans[call].insert(line.substr(begin, line.find("  (", on) - begin));
    }
  }
  return plans;
}

int print_plans(Ledger& ledger, flow::SearchId search, const search::Strategies& strategies, const Options& options) {
  std::ifstream log(options.log_file);
  if (!log) {
    std::cerr << "cannot read " << options.log_file << "\n";
    return 2;
  }
  log.seekg(0, std::ios::end);
  for (const char* setting : {"session_preload_libraries = auto_explain", "auto_explain.log_min_duration = 0",
                              "auto_explain.log_nested_statements = on"}) {
    ledger.owner().execute_script(std::string("ALTER DATABASE robin_ledger SET ") + setting);
  }
  {
    const auto store = adapters::open_postgres_store(ledger.options(), strategies);
    Round round(*store, strategies, search);
    round.run([&](const char* name, const std::function<void()>& call) {
      ledger.owner().execute_script("DO $$ BEGIN RAISE LOG 'robin call: " + std::string(name) + "'; END $$");
      call();
    });
  }
  bool flat = true;
  std::cout << "\n| call | way to the tables that grow |\n|---|---|\n";
  for (const auto& [call, ways] : plans_of(log)) {
    std::string all;
    for (const auto& way : ways) {
      flat = flat && way.find("Seq Scan") == std::string::npos;
      all += (all.empty() ? "" : "; ") + way;
    }
    std::cout << "| " << call << " | " << all << " |\n";
  }
  std::cout << (flat ? "\nNo plan reads such a table from end to end.\n"
                     : "\nA plan reads a growing table from end to end.\n");
  return flat ? 0 : 1;
}

/// Seconds for an auditor to take up so many blocks that were finished while there was none.
double fold_after_outage(Ledger& ledger, flow::SearchId search, const search::Strategies& strategies,
                         std::uint64_t blocks) {
  const auto log = runtime::Log::silent();
  // Nothing but folding: what waits to be settled has no results.
  ledger.owner().execute_script("UPDATE orders SET closed_at = now() WHERE closed_at IS NULL");
  const auto store = adapters::open_postgres_store(ledger.options(), strategies);
  {
    Round round(*store, strategies, search);
    for (std::uint64_t done = 0; done < blocks; done += planned_at_once) {
      round.finish_more([](const char*, const std::function<void()>& call) { call(); });
    }
    store->leadership().release(Role::Auditor);
  }
  const auto epoch = store->leadership().lead(Role::Auditor);
  ROBIN_ASSERT(epoch, "nobody else leads here");
  flow::AuditOptions options;
  options.double_check = 0;
  options.audit_share = 0;
  std::stop_source done;
  done.request_stop();
  const auto begin = std::chrono::steady_clock::now();
  const auto report =
      flow::audit(store->audit_ledger(), store->reader(), strategies, *epoch, options, *log, {}, done.get_token());
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  ROBIN_ASSERT(report.audited >= blocks, "all of them were audited");
  return elapsed.count() * static_cast<double>(blocks) / static_cast<double>(report.audited);
}

double median(std::vector<double> values);

/// Compacts all that is audited while everybody works: bytes, time, and how long anybody waited.
int compact_under_load(Ledger& ledger, flow::SearchId search, const search::Strategies& strategies, int repetitions) {
  using Clock = std::chrono::steady_clock;
  constexpr const char* size =
      "SELECT sum(pg_total_relation_size(name::regclass))::bigint FROM unnest(ARRAY['blocks', 'results', 'findings',"
      " 'audits', 'orders', 'ranges']) AS t (name)";
  const auto bytes = [&] { return ledger.owner().query(size).integer(0, 0); };
  ledger.owner().execute_script("UPDATE orders SET closed_at = now() WHERE closed_at IS NULL");
  const auto store = adapters::open_postgres_store(ledger.options(), strategies);
  const auto read_all = [&] {
    const auto begin = Clock::now();
    std::uint64_t blocks = 0;
    search::Position at{0};
    for (auto page = store->reader().finished(search, at, 200); !page.empty();
         page = store->reader().finished(search, at, 200)) {
      blocks += page.size();
      at = page.back().block.end;
    }
    return std::pair(blocks, std::chrono::duration<double>(Clock::now() - begin).count());
  };
  Round round(*store, strategies, search);
  std::vector<std::string> order;
  std::map<std::string, std::array<std::vector<double>, 3>> milliseconds;
  std::size_t phase = 0;
  const Meter meter = [&](const char* name, const std::function<void()>& call) {
    const auto begin = Clock::now();
    call();
    if (std::find(order.begin(), order.end(), name) == order.end()) {
      order.emplace_back(name);
    }
    milliseconds[name].at(phase).push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
  };
  for (int i = 0; i < repetitions; ++i) {
    round.run(meter);
  }
  const auto [read, seconds_before] = read_all();
  const auto before = bytes();
  const auto blocks = ledger.owner().query("SELECT count(*) FROM blocks").integer(0, 0);
  phase = 1;
  std::uint64_t compacted = 0;
  double longest_step = 0;
  double seconds = 0;
  std::atomic<bool> is_done = false;
  {
    // The janitor of the rounds has the lead, and both are one process.
    const flow::Epoch janitor = round.janitor();
    const std::jthread janitor_thread([&] {
      const auto own = adapters::open_postgres_store(ledger.options(), strategies);
      const auto begin = Clock::now();
      for (std::uint64_t step = 1; step > 0; compacted += step) {
        const auto began = Clock::now();
        step = own->janitor_ledger().compact(janitor, {.retention = std::chrono::seconds(0)});
        longest_step = std::max(longest_step, std::chrono::duration<double>(Clock::now() - began).count());
      }
      seconds = std::chrono::duration<double>(Clock::now() - begin).count();
      is_done = true;
    });
    while (!is_done) {
      round.run(meter);
    }
  }
  const auto after = bytes();
  phase = 2;
  for (int i = 0; i < repetitions; ++i) {
    round.run(meter);
  }
  const auto [read_again, seconds_after] = read_all();
  ledger.owner().query("VACUUM ANALYZE");
  const auto vacuumed = bytes();
  ledger.owner().query("VACUUM FULL");
  const auto rewritten = bytes();
  const auto of_ranges = ledger.owner().query("SELECT pg_total_relation_size('ranges')").integer(0, 0);
  std::cout << fmt::format(
      "{} of {} blocks compacted in {:.0f} s ({:.0f} blocks/s) beside one of each who works; the longest step {:.2f} "
      "s\n\n"
      "| | bytes | a block |\n|---|---|---|\n| before | {} | {} |\n| at once after it | {} | |\n"
      "| after VACUUM | {} | |\n| after VACUUM FULL | {} | |\n| of these the ranges | {} | {} |\n\n"
      "All {} blocks read in order of position, 200 at a time: {:.1f} s before, {:.1f} s for {} after\n\n",
      compacted, blocks, seconds, static_cast<double>(compacted) / seconds, longest_step, before, before / blocks,
      after, vacuumed, rewritten, of_ranges, of_ranges / static_cast<std::int64_t>(compacted), read, seconds_before,
      seconds_after, read_again);
  std::cout << "| milliseconds: median, most | before | meanwhile | after |\n|---|---|---|---|\n";
  for (const auto& name : order) {
    std::cout << "| " << name << " |";
    for (const auto& values : milliseconds[name]) {
      std::cout << fmt::format(" {:.1f}, {:.0f} |", median(values), *std::max_element(values.begin(), values.end()));
    }
    std::cout << "\n";
  }
  return 0;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

int run(int argc, char** argv) {
  CLI::App app{"Whether the ledger stays fast as it grows"};
  Options options;
  app.add_option("--url", options.url, "of the server's owner")->required();
  app.add_option("--log", options.log_file, "the server's log, to show its plans");
  app.add_option("--sizes", options.sizes, "blocks in the ledger, ascending")->delimiter(',')->capture_default_str();
  app.add_option("--repetitions", options.repetitions, "of each call")->capture_default_str();
  app.add_option("--fold", options.fold, "blocks that an auditor finds after an outage")->capture_default_str();
  app.add_flag("--compact", options.compact,
               "instead, at the first size: what compaction of all of it saves, takes, and has others wait");
  CLI11_PARSE(app, argc, argv);

  // As many as a block of the certificate has.
  constexpr int digits_of_a_block = 384;
  Ledger ledger(options.url, options.compact ? digits_of_a_block : 0);
  const auto strategies = flow::fleet_strategies();
  std::vector<std::string> order;
  std::map<std::string, std::map<std::uint64_t, std::vector<double>>> milliseconds;
  std::map<std::uint64_t, std::int64_t> bytes;
  flow::SearchId search{0};
  for (const std::uint64_t size : options.sizes) {
    const auto store = adapters::open_postgres_store(ledger.options(), strategies);
    if (search.value == 0) {
      const auto threshold = math::Decimal::parse("0");
      search = store->search_ledger().add_search(
          {flow::synthetic_strategy,
           {{0}, {positions * room}},
           {search::Mode::Complete, *core::accepted(threshold), search::DigestKind::Exact}});
    }
    ledger.fill(search, size);
    if (options.compact) {
      return compact_under_load(ledger, search, strategies, options.repetitions);
    }
    bytes[size] = ledger.owner().query("SELECT pg_database_size('robin_ledger')").integer(0, 0);
    Round round(*store, strategies, search);
    // The first time around everybody learns what is where.
    for (int i = 0; i <= options.repetitions; ++i) {
      round.run([&](const char* name, const std::function<void()>& call) {
        const auto begin = std::chrono::steady_clock::now();
        call();
        const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - begin;
        if (i > 0) {
          milliseconds[name][size].push_back(elapsed.count());
          if (std::find(order.begin(), order.end(), name) == order.end()) {
            order.emplace_back(name);
          }
        }
      });
    }
  }

  std::cout << "| milliseconds, with so many blocks in the ledger |";
  for (const auto size : options.sizes) {
    std::cout << " " << size << " |";
  }
  std::cout << "\n|---|";
  for (std::size_t i = 0; i < options.sizes.size(); ++i) {
    std::cout << "---|";
  }
  std::cout << "\n";
  for (const auto& name : order) {
    std::cout << "| " << name << " |";
    for (const auto size : options.sizes) {
      std::cout << fmt::format(" {:.1f} |", median(milliseconds[name][size]));
    }
    std::cout << "\n";
  }
  std::cout << "| bytes on disk for each block |";
  for (const auto size : options.sizes) {
    std::cout << " " << bytes[size] / static_cast<std::int64_t>(size) << " |";
  }
  std::cout << "\n";
  if (options.fold > 0) {
    std::cout << fmt::format("\n{} blocks that were finished without an auditor are folded in {:.1f} s\n", options.fold,
                             fold_after_outage(ledger, search, strategies, options.fold));
  }
  return options.log_file.empty() ? 0 : print_plans(ledger, search, strategies, options);
}

}  // namespace
}  // namespace robin::bench

int main(int argc, char** argv) {
  try {
    return robin::bench::run(argc, argv);
  } catch (const robin::runtime::Error& error) {
    std::cerr << error.what() << "\n";
    return 3;
  }
}
