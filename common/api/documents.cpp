#include "api/documents.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <numeric>

#include "api/bad_request.hpp"
#include "api/diagnosis.hpp"
#include "api/horizon_view.hpp"
#include "api/known.hpp"
#include "api/proof_view.hpp"
#include "api/submission.hpp"
#include "api/witness_view.hpp"
#include "flow/loops/audit.hpp"
#include "math/number_text.hpp"
#include "math/robin.hpp"
#include "runtime/version.hpp"
#include "search/claim.hpp"

namespace robin::api {
namespace {

constexpr std::chrono::seconds queue_patience{5};
constexpr std::size_t alarms_max = 1000;
constexpr math::PrecisionBits log_precision{64};
constexpr int digits_shown = 6;
/// How many points a series has, about, and the least of seconds between two.
constexpr std::uint64_t series_points = 120;
constexpr std::uint64_t series_width_min = 10;
/// Those that a drain empties, and then the others.
constexpr std::array all_queues = {flow::Queue::Blocks, flow::Queue::Results, flow::Queue::Dead};
constexpr std::size_t drained_queues = 2;

/// A search of a strategy that this program lacks is shown by its ordinals.
Text position_text(const search::Strategy* strategy, search::Position position) {
  return strategy == nullptr ? core::decimal(position.ordinal) : strategy->text(position);
}

SearchState state_of(const flow::SearchRecord& record, const flow::SearchProgress& progress) {
  const auto& counts = progress.counts;
  if (progress.frontier == record.spec.range.end) {
    return SearchState::Finished;
  }
  if (record.control.state != flow::RunState::Active) {
    return record.control.state == flow::RunState::Paused ? SearchState::Paused : SearchState::Cancelled;
  }
  const bool all_planned = record.planned_end == record.spec.range.end;
  const bool nothing_to_do = counts.pending + counts.in_flight() + counts.disputed == 0;
  return all_planned && nothing_to_do ? SearchState::Failed : SearchState::Running;
}

Count& count_of(SearchCounts& counts, SearchState state) {
  return state == SearchState::Running    ? counts.running
         : state == SearchState::Finished ? counts.finished
         : state == SearchState::Failed   ? counts.failed
         : state == SearchState::Paused   ? counts.paused
                                          : counts.cancelled;
}

BlockCounts view(const flow::BlockCounts& counts) {
  return {counts.pending, counts.queued,      counts.running,  counts.finished,
          counts.failed,  counts.quarantined, counts.disputed, counts.cancelled};
}

DrainState view(flow::ControlState state) {
  return state == flow::ControlState::Writable   ? DrainState::Writable
         : state == flow::ControlState::Draining ? DrainState::Draining
                                                 : DrainState::Drained;
}

std::vector<Queue> view(const std::vector<flow::QueueActivity>& activities) {
  std::vector<Queue> all;
  for (const auto& [depth, consumers, published, acked] : activities) {
    const auto if_known = [is_known = depth.known](std::uint64_t count) {
      return is_known ? std::optional(count) : std::nullopt;
    };
    all.push_back({flow::name_of(all_queues.at(all.size())), if_known(depth.ready), if_known(depth.unacked),
                   if_known(consumers), published, acked, depth.known});
  }
  return all;
}

template <class AnId>
std::optional<Id> view(const std::optional<AnId>& id) {
  return id ? std::optional(id->value) : std::nullopt;
}

/// Numbers that are sieved to read those of one reply: a second or two.
constexpr std::uint64_t sieved_for_a_reply = 100'000'000;

/// Findings as they are shown: a ratio is computed again from the factors of its number. A witness that claims another
/// one is left out, for the auditor finds its result unfit, and so is one that takes long to read. Violations, and what
/// is undecided, are listed as they were reported: what is true of them is in the verdict.
class Shown {
 public:
  Shown(const search::Strategies& strategies, const std::vector<flow::SearchRecord>& searches, flow::Finding kind)
      : kind_(kind) {
    for (const auto& search : searches) {
      strategies_[search.id] = strategies.find(search.spec.strategy);
    }
  }

  std::optional<Finding> operator()(const flow::FindingRecord& record) {
    search::ClaimLimits limits = search::for_a_list;
    limits.sieved = std::min(limits.sieved, sieving_left_);
    const auto factors = search::read_claimed(record.witness.factorization, limits);
    if (const auto cost = math::reading_cost(record.witness.factorization); factors) {
      sieving_left_ -= cost->sieved;
    }
    const auto found = strategies_.find(record.search);
    const auto* strategy = found == strategies_.end() ? nullptr : found->second;
    const auto certified =
        factors && strategy != nullptr ? search::certified(*strategy, record.witness, *factors) : std::nullopt;
    const bool is_claim = kind_ == flow::Finding::Violation || kind_ == flow::Finding::Undecided;
    if (!certified && !is_claim) {
      return std::nullopt;
    }
    return Finding{
        robin::api::view(certified.value_or(record.witness), factors),
        factors ? std::optional(math::log_value(*factors, log_precision).lower_end_to_nearest()) : std::nullopt,
        record.search.value, record.block.value, known(record.found_at)};
  }

  std::vector<Finding> operator()(const std::vector<flow::FindingRecord>& records) {
    std::vector<Finding> all;
    for (const auto& record : records) {
      if (auto finding = (*this)(record)) {
        all.push_back(*std::move(finding));
      }
    }
    return all;
  }

 private:
  flow::Finding kind_;
  std::map<flow::SearchId, const search::Strategy*> strategies_;
  std::uint64_t sieving_left_ = sieved_for_a_reply;
};

double percentile(const std::vector<double>& sorted, double share) {
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

std::chrono::seconds seconds(std::uint64_t count) { return std::chrono::seconds(static_cast<std::int64_t>(count)); }
std::chrono::seconds span_of(const HistoryQuery& query) { return seconds(60 * query.minutes); }
std::chrono::seconds width_of(const HistoryQuery& query) {
  return seconds(std::max(series_width_min, 60 * query.minutes / series_points));
}

/// Blocks that are enumerated to count them, and then the rest by their mean length.
constexpr Count counted_blocks_max = 1'000'000;

Count blocks_of(const search::Strategy& strategy, const flow::SearchSpec& spec) {
  Count blocks = 0;
  search::Position at = spec.range.begin;
  for (; at < spec.range.end && blocks < counted_blocks_max; ++blocks) {
    at = std::min(spec.range.end, strategy.block_end(spec.range.begin, at, std::nullopt, spec.parameters));
  }
  const auto counted = static_cast<double>(at.ordinal - spec.range.begin.ordinal);
  return static_cast<Count>(static_cast<double>(blocks) * static_cast<double>(spec.range.length()) / counted);
}

template <class Cursor>
Cursor expected(const std::optional<Cursor>& cursor) {
  if (!cursor) {
    throw BadRequest("after", "is no cursor: take it from `next` of the page before");
  }
  return *cursor;
}

}  // namespace

flow::ClusterStore& Documents::cluster() const {
  if (cluster_ == nullptr) {
    throw Refused{404, "only a cluster knows this, and this ledger is the file of one process"};
  }
  return *cluster_;
}

struct Documents::Standing {
  flow::SearchRecord record;
  flow::SearchProgress progress;
  flow::AuditFrontier audited;
  /// nullptr: this program lacks it.
  const search::Strategy* strategy;

  [[nodiscard]] SearchState state() const { return state_of(record, progress); }
  /// What the auditor certified; none where nothing is.
  [[nodiscard]] std::optional<search::Proof> proof() const { return proof_of(strategy, audited.state); }
  [[nodiscard]] Search search_view() const;
};

Search Documents::Standing::search_view() const {
  const auto& [id, spec, planned_end, control] = record;
  const auto& counts = progress.counts;
  const auto covered = static_cast<double>(progress.frontier.ordinal - spec.range.begin.ordinal);
  const auto proof = this->proof();
  return {.id = id.value,
          .strategy = spec.strategy,
          .begin = position_text(strategy, spec.range.begin),
          .end = position_text(strategy, spec.range.end),
          .mode = spec.parameters.mode,
          .threshold = spec.parameters.threshold.text(),
          .digest_kind = spec.parameters.digest,
          .planned = position_text(strategy, planned_end),
          .state = state(),
          .computing_share = control.share,
          .blocks = view(counts),
          .checks = {counts.orders_pending, counts.orders_in_flight, counts.orders_unsettled},
          .candidates = progress.candidates,
          .frontier = position_text(strategy, progress.frontier),
          .share = covered / static_cast<double>(spec.range.length()),
          .positions_per_second = progress.positions_per_second,
          .eta_seconds = control.state == flow::RunState::Active ? progress.eta_seconds : std::nullopt,
          .audited = position_text(strategy, audited.end),
          .log10_log10_n = proof ? known(math::cut(proof->log10_log10_n, digits_shown)) : std::nullopt,
          .objection = known(audited.objection)};
}

std::vector<Documents::Standing> Documents::standings(std::vector<flow::SearchRecord> records) const {
  std::vector<flow::SearchId> ids;
  ids.reserve(records.size());
  for (const auto& record : records) {
    ids.push_back(record.id);
  }
  auto known = store_.monitor_ledger().standings(ids);
  std::vector<Standing> all;
  for (auto& record : records) {
    auto& [progress, audited] = known[record.id];
    const auto* strategy = strategies_.find(record.spec.strategy);
    all.push_back({std::move(record), progress, std::move(audited), strategy});
  }
  return all;
}

std::vector<Documents::Standing> Documents::standings() const { return standings(store_.reader().searches()); }

Documents::Standing Documents::standing(flow::SearchId id) const { return standings({existing(id)}).front(); }

flow::SearchRecord Documents::existing(flow::SearchId id) const {
  for (auto& record : store_.reader().searches()) {
    if (record.id == id) {
      return std::move(record);
    }
  }
  throw Refused{404, "there is no search " + std::to_string(id.value) + " (robin search list names all)"};
}

Version Documents::version(const NoQuery& /*query*/) const { return {runtime::version(), runtime::revision()}; }

List<StrategyWords> Documents::strategies(const NoQuery& /*query*/) const {
  List<StrategyWords> list;
  const search::Strategies built_in;
  for (const auto& strategy : built_in.all()) {
    const auto words = strategy->description();
    list.items.push_back({Text(strategy->name()), Text(words.examines), Text(words.inequality),
                          strategy->text(strategy->first()), Text(words.example_end), words.plot,
                          !strategy->certificate_format().empty(), known(std::string(words.margin)),
                          words.margin.empty() ? std::nullopt : std::optional(words.margin_constant)});
  }
  return list;
}

Page<Search, Id> Documents::searches(const SearchesQuery& query) const {
  auto records = store_.reader().searches();
  std::erase_if(records, [&query](const auto& record) { return record.id.value <= static_cast<Id>(query.after); });
  const bool is_last = records.size() <= query.limit;
  if (!is_last) {
    records.erase(records.begin() + static_cast<std::ptrdiff_t>(query.limit), records.end());
  }
  Page<Search, Id> page;
  for (const auto& search : standings(std::move(records))) {
    page.items.push_back(search.search_view());
  }
  if (!is_last) {
    page.next = page.items.back().id;
  }
  return page;
}

Estimate Documents::estimate(const EstimateQuery& query) const {
  const SubmitOrder as_default;
  const flow::SearchSpec spec = search_spec(strategies_, {.strategy = query.strategy.value_or(""),
                                                          .begin = query.begin.value_or(""),
                                                          .end = query.end.value_or(""),
                                                          .mode = query.mode.value_or(as_default.mode),
                                                          .threshold = query.threshold.value_or(""),
                                                          .digest = as_default.digest,
                                                          .origin = {}});
  Estimate estimate;
  estimate.blocks = blocks_of(*strategies_.find(spec.strategy), spec);
  const auto blocks = static_cast<double>(estimate.blocks);
  constexpr std::size_t looked_at = 1000;
  constexpr std::chrono::minutes busy_hour{60};
  constexpr std::chrono::minutes busy_minute{1};
  std::map<long, double> computed_in_minute;
  std::uint64_t shares = query.share;
  auto searches = standings();
  for (const auto& search : searches) {
    shares += search.state() == SearchState::Running ? search.record.control.share : 0;
  }
  for (const auto& pace : cluster().fleet_ledger().pace({}, busy_hour, busy_minute)) {
    computed_in_minute[std::lround(pace.age_seconds)] += pace.computed_seconds;
  }
  // By the newest of its kind of which anything was computed.
  for (auto search = searches.rbegin(); search != searches.rend() && !estimate.by_search; ++search) {
    const auto& of_it = search->record.spec;
    if (of_it.strategy != spec.strategy || of_it.parameters.mode != spec.parameters.mode) {
      continue;
    }
    const flow::SearchId id = search->record.id;
    if (const auto taken = cluster().fleet_ledger().durations(id, looked_at); !taken.empty()) {
      const double mean = std::accumulate(taken.begin(), taken.end(), 0.0) / static_cast<double>(taken.size());
      estimate.core_seconds = blocks * mean;
      estimate.by_search = id.value;
    }
  }
  for (const auto& [age, seconds] : computed_in_minute) {
    estimate.cores = std::max(estimate.cores.value_or(0), seconds / std::chrono::seconds(busy_minute).count());
  }
  if (estimate.cores.value_or(0) <= 0) {
    estimate.cores.reset();
  }
  estimate.fleet_share = static_cast<double>(query.share) / static_cast<double>(shares);
  if (estimate.cores && estimate.core_seconds) {
    estimate.eta_seconds = *estimate.core_seconds / (*estimate.cores * *estimate.fleet_share);
  }
  if (const auto size = cluster().fleet_ledger().size(); size.blocks > 0) {
    estimate.ledger_bytes =
        static_cast<Count>(blocks * static_cast<double>(size.bytes) / static_cast<double>(size.blocks));
  }
  return estimate;
}

SearchDetail Documents::search(flow::SearchId id, const NoQuery& /*query*/) const {
  const auto now = standing(id);
  return {now.search_view(), now.record.spec.origin, now.audited.state};
}

bool Documents::is_withdrawn(const flow::EventRecord& alarm) const {
  if (!alarm.message.starts_with(flow::counterexample_alarm) || !alarm.search || !alarm.block || cluster_ == nullptr) {
    return false;
  }
  const auto found = store_.reader().blocks({std::nullopt, {}, {alarm.block->value - 1}}, 1);
  if (found.empty() || found.front().id != *alarm.block || found.front().state != flow::BlockState::Finished) {
    return false;
  }
  const flow::FindingCursor before_block{found.front().block.begin, -1};
  for (const auto kind : {flow::Finding::Violation, flow::Finding::Undecided}) {
    for (const auto& record :
         cluster_->fleet_ledger().findings_after(*alarm.search, kind, before_block, flow::bounds::claims)) {
      if (record.block == *alarm.block && alarm.message.starts_with(flow::counterexample_alarm_of(record.witness))) {
        return false;
      }
    }
  }
  return true;
}

std::vector<Alarm> Documents::alarms() const {
  auto events = store_.monitor_ledger().latest_events(std::string(flow::text(flow::EventKind::Alarm)), alarms_max);
  std::reverse(events.begin(), events.end());
  std::vector<Alarm> all;
  for (const auto& event : events) {
    if (is_withdrawn(event)) {
      continue;
    }
    all.push_back({event.at, view(event.search), view(event.block), event.message});
  }
  return all;
}

Status Documents::status(const NoQuery& query) const {
  const auto control = store_.monitor_ledger().control();
  std::vector<Search> searches;
  for (const auto& search : standings()) {
    searches.push_back(search.search_view());
  }
  return {std::move(searches), {view(control.state), control.epoch.value}, queues(query).items, alarms()};
}

std::vector<const Documents::Standing*> Documents::first_shown(const std::vector<Standing>& all, std::size_t limit) {
  const auto urgency = [](SearchState state) {
    const bool is_over = state == SearchState::Finished || state == SearchState::Cancelled;
    return state == SearchState::Running ? 2 : is_over ? 0 : 1;
  };
  std::vector<std::tuple<int, flow::SearchId, const Standing*>> order;
  order.reserve(all.size());
  for (const auto& search : all) {
    order.emplace_back(urgency(search.state()), search.record.id, &search);
  }
  std::sort(order.rbegin(), order.rend());
  order.resize(std::min(limit, order.size()));
  std::vector<const Standing*> shown;
  shown.reserve(order.size());
  for (const auto& [urgent, id, search] : order) {
    shown.push_back(search);
  }
  std::sort(shown.begin(), shown.end(), [](const auto* a, const auto* b) { return a->record.id < b->record.id; });
  return shown;
}

Overview Documents::overview(const OverviewQuery& query) const {
  const auto all = standings();
  const auto activities = look_at_queues(all_queues.size());
  const auto workers = cluster().fleet_ledger().workers(1);
  const auto control = store_.monitor_ledger().control();
  ClusterFacts facts;
  facts.control = control.state;
  Overview overview;
  for (const auto& search : all) {
    facts.counts += search.progress.counts;
    facts.open_searches += static_cast<std::uint64_t>(search.state() != SearchState::Finished);
    facts.is_planning = facts.is_planning || (search.state() == SearchState::Running &&
                                              search.record.planned_end != search.record.spec.range.end);
    if (!search.audited.objection.empty()) {
      facts.objections[search.record.id.value] = search.audited.objection;
    }
    ++count_of(overview.search_counts, search.state());
  }
  for (const auto* search : first_shown(all, query.searches)) {
    overview.searches.push_back(search->search_view());
  }
  overview.blocks = view(facts.counts);
  facts.blocks = activities[0];
  facts.results = activities[1];
  facts.dead = activities[2];
  for (const auto& service : cluster().fleet_ledger().connected()) {
    if (!facts.services) {
      facts.services.emplace();
    }
    (*facts.services)[service.name] = service.connections;
    overview.services.push_back({service.name, service.connections});
  }
  facts.silent_seconds = workers.empty() ? std::nullopt : std::optional(workers.front().heard_age_seconds);
  overview.problems = diagnose(facts);
  const bool has_fault = std::any_of(overview.problems.begin(), overview.problems.end(),
                                     [](const Hindrance& problem) { return problem.is_fault; });
  overview.alarms = alarms();
  overview.verdict = verdict(all, overview.alarms, has_fault);
  overview.drain = drain_of(control, activities);
  overview.queues = view(activities);
  overview.silent_seconds = facts.silent_seconds;
  overview.links = surroundings_.links;
  std::tie(overview.version, overview.revision) = std::pair(version({}).version, version({}).revision);
  return overview;
}

Verdict Documents::verdict(const std::vector<Standing>& all, const std::vector<Alarm>& alarms, bool has_fault) {
  for (const auto& alarm : alarms) {
    if (alarm.message.starts_with(flow::counterexample_alarm)) {
      return {Level::Violation, alarm.message, "Certified by interval arithmetic."};
    }
  }
  // Of each strategy what reaches furthest.
  struct Said {
    search::Position end;
    Text sentence;
  };
  std::map<Text, Said> certified;
  std::map<Text, Said> examined;
  const auto goes_further = [](const std::map<Text, Said>& all_said, const Text& strategy, search::Position end) {
    const auto said = all_said.find(strategy);
    return said == all_said.end() || said->second.end < end;
  };
  // The furthest first: what another one says is not made up only to be dropped.
  std::vector<const Standing*> by_end;
  by_end.reserve(all.size());
  for (const auto& search : all) {
    by_end.push_back(&search);
  }
  std::stable_sort(by_end.begin(), by_end.end(),
                   [](const auto* a, const auto* b) { return b->audited.end < a->audited.end; });
  for (const auto* search : by_end) {
    const Text& strategy = search->record.spec.strategy;
    if (!goes_further(certified, strategy, search->audited.end)) {
      continue;
    }
    if (const auto proof = search->proof(); proof && proof->proves) {
      certified[strategy] = {search->audited.end, proof->sentence};
    }
  }
  std::stable_sort(by_end.begin(), by_end.end(),
                   [](const auto* a, const auto* b) { return b->progress.frontier < a->progress.frontier; });
  for (const auto* search : by_end) {
    const Text& strategy = search->record.spec.strategy;
    const search::Block finished{search->record.spec.range.begin, search->progress.frontier};
    if (search->strategy == nullptr || finished.is_empty() || !goes_further(examined, strategy, finished.end)) {
      continue;
    }
    if (Text sentence = search->strategy->conclusion(finished); !sentence.empty()) {
      examined[strategy] = {finished.end, std::move(sentence)};
    }
  }
  std::vector<Text> sentences;
  sentences.reserve(certified.size() + examined.size());
  for (const auto& [strategy, said] : certified) {
    sentences.push_back(said.sentence);
  }
  for (const auto& [strategy, said] : examined) {
    sentences.push_back((sentences.empty() ? "No counterexample: " : "") + said.sentence + ".");
  }
  const Text headline = !sentences.empty() ? sentences.front()
                        : all.empty()      ? "Nothing is searched yet"
                                           : "No counterexample so far";
  return {!alarms.empty() || has_fault ? Level::Warning
          : all.empty()                ? Level::Idle
                                       : Level::Good,
          headline,
          !alarms.empty() && !alarms.front().message.empty() ? alarms.front().message
          : sentences.size() > 1                             ? std::optional(sentences[1])
                                                             : std::nullopt};
}

QuotedCertificate Documents::certificate(flow::SearchId id, const NoQuery& /*query*/) const {
  const auto now = standing(id);
  const auto proof = now.proof();
  if (!proof) {
    throw Refused{404, "search " + std::to_string(id.value) +
                           " certifies nothing yet: none of its blocks is audited, or its strategy certifies nothing"};
  }
  const auto rung = alarms();
  const bool violated = std::any_of(rung.begin(), rung.end(), [id](const Alarm& alarm) {
    return alarm.search == id.value && alarm.message.starts_with(flow::counterexample_alarm);
  });
  return {
      robin::api::view(*proof, {!violated && now.audited.objection.empty(), std::nullopt, {}, surroundings_.versions}),
      proof->proves ? std::optional(proof->sentence) : std::nullopt};
}

Totals Documents::totals(flow::SearchId id, const NoQuery& /*query*/) const {
  static_cast<void>(existing(id));
  auto& reader = store_.reader();
  return {reader.count_findings(id, flow::Finding::Violation), reader.count_findings(id, flow::Finding::Witness),
          reader.count_findings(id, flow::Finding::Undecided)};
}

Page<Result, Wide> Documents::results(flow::SearchId id, const ResultsQuery& query) const {
  static_cast<void>(existing(id));
  const search::Position from{expected(core::wide_from_decimal(query.after.value_or("0")))};
  Page<Result, Wide> page;
  for (const auto& block : store_.reader().finished(id, from, query.limit)) {
    page.items.push_back({block.id.value, block.block.begin.ordinal, block.block.end.ordinal, block.candidates,
                          block.digest, block.extras});
  }
  if (page.items.size() == query.limit) {
    page.next = page.items.back().end;
  }
  return page;
}

std::vector<Block> Documents::block_views(const std::vector<flow::BlockRecord>& records) const {
  std::map<flow::SearchId, const search::Strategy*> strategies;
  for (const auto& search : store_.reader().searches()) {
    strategies[search.id] = strategies_.find(search.spec.strategy);
  }
  std::vector<Block> all;
  for (const auto& record : records) {
    const auto* strategy = strategies[record.search];
    all.push_back({record.id.value, record.search.value, position_text(strategy, record.block.begin),
                   position_text(strategy, record.block.end), record.state, record.attempt.value, known(record.worker),
                   known(record.started_at), known(record.finished_at), known(record.error)});
  }
  return all;
}

Page<Block, Id> Documents::blocks(const BlocksQuery& query) const {
  const flow::BlockFilter filter{query.search, query.states, {static_cast<Id>(query.after)}};
  Page<Block, Id> page{block_views(store_.reader().blocks(filter, query.limit)), {}};
  if (page.items.size() == query.limit) {
    page.next = page.items.back().id;
  }
  return page;
}

BlockDetail Documents::block(flow::BlockId id, const NoQuery& /*query*/) const {
  const auto found = store_.reader().blocks({std::nullopt, {}, {id.value - 1}}, 1);
  if (found.empty() || found.front().id != id) {
    throw Refused{404, "there is no block " + std::to_string(id.value) + " (robin blocks list names all)"};
  }
  BlockDetail detail{block_views(found).front(), known(found.front().created_at), known(found.front().queued_at), {}};
  for (const auto& failure : cluster().fleet_ledger().failures(id)) {
    detail.failures.push_back(
        {failure.attempt.value, failure.worker, failure.error_class, failure.message, failure.failed_at});
  }
  return detail;
}

List<ErrorGroup> Documents::error_groups(const ErrorsQuery& query) const {
  List<ErrorGroup> list;
  for (const auto& group : cluster().fleet_ledger().error_groups(query.search, query.limit)) {
    list.items.push_back({known(group.error), group.blocks, {}});
    for (const auto& id : group.examples) {
      list.items.back().ids.push_back(id.value);
    }
  }
  return list;
}

List<Worker> Documents::workers(const WorkersQuery& query) const {
  List<Worker> list;
  for (const auto& worker : cluster().fleet_ledger().workers(query.limit)) {
    list.items.push_back({worker.name, worker.first_at, worker.heard_at, worker.heard_age_seconds, {}});
    for (const auto& [block, age] : worker.running) {
      list.items.back().running.push_back({block.value, age});
    }
  }
  return list;
}

std::vector<flow::QueueActivity> Documents::look_at_queues(std::size_t count) const {
  std::vector<flow::QueueActivity> all;
  for (std::size_t i = 0; i < count; ++i) {
    all.push_back(surroundings_.queues == nullptr
                      ? flow::QueueActivity{}
                      : surroundings_.queues->look(all_queues.at(i), core::Deadline::in(queue_patience)));
  }
  return all;
}

List<Queue> Documents::queues(const NoQuery& /*query*/) const { return {view(look_at_queues(all_queues.size()))}; }

List<QueueHistory> Documents::queue_history(const HistoryQuery& query) const {
  std::map<std::string, std::vector<QueueDepth>> by_queue;
  for (const auto& point : cluster().fleet_ledger().queue_history(span_of(query), width_of(query))) {
    by_queue[point.queue].push_back({point.age_seconds, point.ready, point.unacked});
  }
  List<QueueHistory> list;
  for (auto& [queue, points] : by_queue) {
    list.items.push_back({queue, std::move(points)});
  }
  return list;
}

List<Finding> Documents::records(const RecordsQuery& query) const {
  Shown shown(strategies_, store_.reader().searches(), query.kind);
  return {shown(store_.monitor_ledger().best(query.search, query.kind, query.top))};
}

Page<Finding, Text> Documents::findings(flow::SearchId id, const FindingsQuery& query) const {
  static_cast<void>(existing(id));
  std::optional<flow::FindingCursor> after;
  if (query.after) {
    after = expected(cursor_from(*query.after));
  }
  const auto records = cluster().fleet_ledger().findings_after(id, query.kind, after, query.limit);
  Page<Finding, Text> page{Shown(strategies_, store_.reader().searches(), query.kind)(records), {}};
  if (records.size() == query.limit) {
    page.next = cursor_text({records.back().block_begin, records.back().ordinal});
  }
  return page;
}

Horizon Documents::horizon(const NoQuery& /*query*/) const { return known_horizon(); }

List<HorizonBound> Documents::horizon_bounds(const NoQuery& /*query*/) const { return {known_bounds()}; }

List<Margin> Documents::margin(flow::SearchId id, const MarginQuery& query) const {
  const auto* strategy = strategies_.find(existing(id).spec.strategy);
  List<Margin> list;
  for (const auto& audit : store_.monitor_ledger().history(id, query.points)) {
    const auto proof = proof_of(strategy, audit.state);
    if (!proof || !proof->proves) {
      continue;
    }
    // For a plot: doubles near the certified ends.
    const auto margin = known(proof->min_log_margin);
    list.items.push_back({position_text(strategy, proof->end), proof->log_n_lo,
                          std::log(std::strtod(proof->log_n_lo.c_str(), nullptr)), margin,
                          margin ? std::optional(std::log(std::strtod(margin->c_str(), nullptr))) : std::nullopt});
  }
  return list;
}

List<Pace> Documents::pace(flow::SearchId id, const HistoryQuery& query) const {
  static_cast<void>(existing(id));
  List<Pace> list;
  for (const auto& pace : cluster().fleet_ledger().pace(id, span_of(query), width_of(query))) {
    list.items.push_back({pace.age_seconds, pace.blocks, pace.candidates, pace.computed_seconds});
  }
  return list;
}

Durations Documents::durations(flow::SearchId id, const DurationsQuery& query) const {
  static_cast<void>(existing(id));
  auto taken = cluster().fleet_ledger().durations(id, query.blocks);
  if (taken.empty()) {
    return {};
  }
  std::sort(taken.begin(), taken.end());
  // Four classes for each power of ten.
  std::map<int, Count> counts;
  for (const double one : taken) {
    ++counts[static_cast<int>(std::floor(4 * std::log10(std::max(one, 1e-6))))];
  }
  Durations durations{taken.size(), percentile(taken, 0.5), percentile(taken, 0.95), taken.back(), {}};
  for (const auto& [place, count] : counts) {
    durations.classes.push_back({std::pow(10.0, place / 4.0), std::pow(10.0, (place + 1) / 4.0), count});
  }
  return durations;
}

Page<Event, Id> Documents::events(const EventsQuery& query) const {
  Page<Event, Id> page;
  for (const auto& event :
       store_.monitor_ledger().events_before(query.kind, static_cast<std::int64_t>(query.after), query.limit)) {
    page.items.push_back({event.id, event.at, event.kind, view(event.search), view(event.block), event.message});
  }
  if (page.items.size() == query.limit) {
    page.next = page.items.back().id;
  }
  return page;
}

List<EventCount> Documents::event_counts(const HistoryQuery& query) const {
  List<EventCount> list;
  for (const auto& [kind, events] : store_.monitor_ledger().event_counts(span_of(query), counted_events_max)) {
    list.items.push_back({kind, events});
  }
  return list;
}

Compaction Documents::compaction(const CompactQuery& query) const {
  auto& ledger = cluster().fleet_ledger();
  const flow::CompactionRecord record = ledger.compaction();
  Compaction compaction{record.blocks, record.ranges, record.bytes, known(record.newest_at), {}, {}};
  if (const auto& order = record.order) {
    compaction.order = {order->older_than_seconds, order->ordered_by, order->ordered_at, known(order->done_at),
                        order->blocks};
  }
  if (query.older_than_seconds) {
    compaction.compactable = ledger.compactable(std::chrono::seconds(*query.older_than_seconds));
  }
  return compaction;
}

Drain Documents::drain(const NoQuery& /*query*/) const {
  return drain_of(store_.monitor_ledger().control(), look_at_queues(drained_queues));
}

Drain Documents::drain_of(const flow::Control& control, const std::vector<flow::QueueActivity>& activities) const {
  const std::vector<flow::QueueActivity> drained(activities.begin(), activities.begin() + drained_queues);
  Drain drain{{view(control.state), control.epoch.value}, cluster().janitor_ledger().in_flight(), view(drained), {}};
  for (const auto& queue : drain.queues) {
    // Not known is never drained: UNKNOWN is an answer.
    if (!queue.known && control.state != flow::ControlState::Writable) {
      drain.state = DrainState::Unknown;
      drain.why = "how deep " + queue.queue +
                  " is cannot be asked: see that RabbitMQ runs, and what ROBIN_MANAGEMENT_URL names";
    }
  }
  return drain;
}

std::string cursor_text(const flow::FindingCursor& cursor) {
  return core::decimal(cursor.block_begin.ordinal) + "." + std::to_string(cursor.ordinal);
}

std::optional<flow::FindingCursor> cursor_from(const std::string& text) {
  const std::size_t dot = text.find('.');
  const auto begin = core::wide_from_decimal(std::string_view(text).substr(0, dot));
  if (dot == std::string::npos || !begin) {
    return std::nullopt;
  }
  std::int64_t place = 0;
  const char* const end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data() + dot + 1, end, place);
  if (error != std::errc() || read != end || place < 0 || place > INT32_MAX) {
    return std::nullopt;
  }
  return flow::FindingCursor{{*begin}, place};
}

}  // namespace robin::api
