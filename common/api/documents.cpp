#include "api/documents.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "api/certificate_text.hpp"
#include "api/diagnosis.hpp"
#include "api/or_null.hpp"
#include "api/witness_view.hpp"
#include "flow/audit.hpp"
#include "flow/json_reader.hpp"
#include "math/number_text.hpp"
#include "math/robin.hpp"
#include "runtime/version.hpp"
#include "search/strategies/colossally_abundant/certificate_fold.hpp"

namespace robin::api {
namespace {

namespace certificates = search::colossally_abundant;

constexpr std::chrono::seconds queue_patience{5};
constexpr std::size_t alarms_max = 1000;
/// The 27 known exceptions have the greatest ratios.
constexpr std::size_t violations_max = 40;
constexpr math::PrecisionBits log_precision{64};
constexpr int digits_shown = 6;
constexpr search::Position first_beyond{5041};
const std::vector<flow::Queue> drained_queues = {flow::Queue::Blocks, flow::Queue::Results};
/// They begin with those that are drained.
const std::vector<flow::Queue> all_queues = {flow::Queue::Blocks, flow::Queue::Results, flow::Queue::Dead};

/// A search of a strategy that this program lacks is shown by its ordinals.
std::string position_text(const search::Strategy* strategy, search::Position position) {
  return strategy == nullptr ? math::Integer::from_uint128(position.ordinal).to_decimal() : strategy->text(position);
}

/// running; finished; or failed: nothing is left to do but blocks that failed.
std::string state_of(const flow::SearchRecord& record, const flow::SearchProgress& progress) {
  const auto& counts = progress.counts;
  if (progress.frontier == record.spec.range.end) {
    return "finished";
  }
  const bool all_planned = record.planned_end == record.spec.range.end;
  const bool nothing_to_do = counts.pending + counts.in_flight() + counts.disputed == 0;
  return all_planned && nothing_to_do ? "failed" : "running";
}

Json document(const flow::BlockCounts& counts) {
  return {{"pending", counts.pending},   {"queued", counts.queued}, {"running", counts.running},
          {"finished", counts.finished}, {"failed", counts.failed}, {"quarantined", counts.quarantined},
          {"disputed", counts.disputed}};
}

Json documents_of(const std::vector<flow::Queue>& queues, const std::vector<adapters::QueueActivity>& activities) {
  Json all = Json::array();
  for (std::size_t i = 0; i < queues.size(); ++i) {
    const auto& [depth, consumers, published, acked] = activities[i];
    all.push_back({{"name", adapters::name_of(queues[i])},
                   {"ready", depth.known ? Json(depth.ready) : Json()},
                   {"unacked", depth.known ? Json(depth.unacked) : Json()},
                   {"consumers", depth.known ? Json(consumers) : Json()},
                   {"published_per_second", or_null(published)},
                   {"acked_per_second", or_null(acked)},
                   {"known", depth.known}});
  }
  return all;
}

/// What the auditor certified; none where nothing is.
std::optional<certificates::Certificate> certificate_of(const std::map<std::string, std::string>& state) {
  const auto parsed = certificates::certificate_from(state);
  const auto* certificate = math::accepted(parsed);
  return certificate == nullptr ? std::nullopt : std::optional(*certificate);
}

/// For a plot.
std::optional<double> log_n(const search::Witness& witness) {
  const auto parsed = math::Factorization::parse(witness.factorization);
  const auto* n = math::accepted(parsed);
  return n == nullptr ? std::nullopt : std::optional(math::log_value(*n, log_precision).lower_end_to_nearest());
}

Json list(std::vector<Json> items) { return {{"items", std::move(items)}}; }

double percentile(const std::vector<double>& sorted, double share) {
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

}  // namespace

struct Documents::Standing {
  flow::SearchRecord record;
  flow::SearchProgress progress;
  flow::AuditFrontier audited;
  /// nullptr: this program lacks it.
  const search::Strategy* strategy;

  [[nodiscard]] std::string state() const { return state_of(record, progress); }
};

Documents::Standing Documents::standing(const flow::SearchRecord& record) const {
  return {record, store_.progress(record.id), store_.audit_ledger().frontier(record.id),
          strategies_.find(record.spec.strategy)};
}

std::vector<Documents::Standing> Documents::standings() const {
  std::vector<Standing> all;
  for (const auto& record : store_.searches()) {
    all.push_back(standing(record));
  }
  return all;
}

Json Documents::document(const Standing& search) const {
  const auto& [record, progress, audited, strategy] = search;
  const auto& range = record.spec.range;
  const double covered = static_cast<double>(progress.frontier.ordinal - range.begin.ordinal);
  const auto certificate = certificate_of(audited.state);
  return {{"id", record.id.value},
          {"strategy", record.spec.strategy},
          {"begin", position_text(strategy, range.begin)},
          {"end", position_text(strategy, range.end)},
          {"mode", search::text(record.spec.parameters.mode)},
          {"threshold", record.spec.parameters.threshold.text()},
          {"digest_kind", search::text(record.spec.parameters.digest)},
          {"planned", position_text(strategy, record.planned_end)},
          {"state", search.state()},
          {"blocks", robin::api::document(progress.counts)},
          {"checks",
           {{"pending", progress.counts.orders_pending},
            {"in_flight", progress.counts.orders_in_flight},
            {"unsettled", progress.counts.orders_unsettled}}},
          {"candidates", flow::wide_number(progress.candidates)},
          {"frontier", position_text(strategy, progress.frontier)},
          {"share", covered / static_cast<double>(range.length())},
          {"positions_per_second", progress.positions_per_second},
          {"eta_seconds", progress.eta_seconds ? Json(*progress.eta_seconds) : Json()},
          {"audited", position_text(strategy, audited.end)},
          {"log10_log10_n", certificate ? or_null(certificates::log10_log10_n(*certificate, digits_shown)) : Json()},
          {"objection", or_null(audited.objection)}};
}

Json Documents::searches() const {
  std::vector<Json> all;
  for (const auto& search : standings()) {
    all.push_back(document(search));
  }
  return list(std::move(all));
}

std::optional<flow::SearchRecord> Documents::find(flow::SearchId id) const {
  for (auto& record : store_.searches()) {
    if (record.id == id) {
      return std::move(record);
    }
  }
  return std::nullopt;
}

bool Documents::has_search(flow::SearchId id) const { return find(id).has_value(); }

std::optional<Json> Documents::search(flow::SearchId id) const {
  const auto record = find(id);
  if (!record) {
    return std::nullopt;
  }
  const auto now = standing(*record);
  Json whole = document(now);
  whole["origin"] = record->spec.origin;
  whole["audit_state"] = now.audited.state;
  return whole;
}

Json Documents::alarms() const {
  Json all = Json::array();
  auto events = store_.monitor_ledger().latest_events("alarm", alarms_max);
  std::reverse(events.begin(), events.end());
  for (const auto& [id, at, event] : events) {
    all.push_back({{"at", at},
                   {"search", event.search ? Json(event.search->value) : Json()},
                   {"block", event.block ? Json(event.block->value) : Json()},
                   {"message", event.message}});
  }
  return all;
}

Json Documents::status() const {
  const auto control = store_.control();
  return {{"searches", searches()["items"]},
          {"drain", {{"state", flow::text(control.state)}, {"epoch", control.epoch.value}}},
          {"queues", queues()["items"]},
          {"alarms", alarms()}};
}

Json Documents::overview() const {
  const auto all = standings();
  const auto activities = read_queues(all_queues);
  const auto services = store_.monitor_ledger().connected();
  const auto workers = store_.monitor_ledger().workers(1);
  ClusterFacts facts;
  const auto control = store_.control();
  facts.control = control.state;
  std::vector<Json> searches;
  for (const auto& search : all) {
    facts.counts += search.progress.counts;
    facts.open_searches += static_cast<std::uint64_t>(search.state() != "finished");
    facts.is_planning = facts.is_planning || search.record.planned_end != search.record.spec.range.end;
    if (!search.audited.objection.empty()) {
      facts.objections[search.record.id.value] = search.audited.objection;
    }
    searches.push_back(document(search));
  }
  facts.blocks = activities[0];
  facts.results = activities[1];
  facts.dead = activities[2];
  Json connected = Json::array();
  if (!services.empty()) {
    facts.services.emplace();
  }
  for (const auto& service : services) {
    (*facts.services)[service.name] = service.connections;
    connected.push_back({{"name", service.name}, {"connections", service.connections}});
  }
  facts.silent_seconds = workers.empty() ? std::nullopt : std::optional(workers.front().heard_age_seconds);
  Json problems = Json::array();
  bool has_fault = false;
  for (const auto& problem : diagnose(facts)) {
    has_fault = has_fault || problem.is_fault;
    problems.push_back(
        {{"where", problem.where}, {"fault", problem.is_fault}, {"message", problem.message}, {"next", problem.next}});
  }
  const Json alarms_now = alarms();
  Json links = Json::array();
  for (const auto& [name, url] : surroundings_.links) {
    links.push_back({{"name", name}, {"url", url}});
  }
  return {{"verdict", verdict(all, alarms_now, has_fault)},
          {"problems", problems},
          {"searches", std::move(searches)},
          {"drain", drain_document(control, activities)},
          {"queues", documents_of(all_queues, activities)},
          {"services", connected},
          {"silent_seconds", facts.silent_seconds ? Json(*facts.silent_seconds) : Json()},
          {"alarms", alarms_now},
          {"links", links},
          {"version", runtime::version()},
          {"revision", runtime::revision()}};
}

Json Documents::verdict(const std::vector<Standing>& all, const Json& alarms, bool has_fault) {
  for (const auto& alarm : alarms) {
    const std::string message = alarm["message"];
    if (message.starts_with(flow::counterexample_alarm)) {
      return {{"level", "violation"}, {"sentence", message}, {"detail", "Certified by interval arithmetic."}};
    }
  }
  std::string certified;
  search::Position furthest{0};
  std::string examined;
  search::Position exhausted{0};
  for (const auto& search : all) {
    const auto certificate = certificate_of(search.audited.state);
    if (certificate && certificate->margin && furthest < search.audited.end) {
      furthest = search.audited.end;
      certified = sentence(*certificate);
    }
    // Every single n.
    const bool is_exhaustive = search.record.spec.strategy == "exhaustive";
    const auto begin = search.record.spec.range.begin;
    if (is_exhaustive && begin <= first_beyond && first_beyond < search.progress.frontier &&
        exhausted < search.progress.frontier) {
      exhausted = search.progress.frontier;
      examined = "Every single n from 5041 to " + math::grouped(exhausted.ordinal - 1) + " was examined.";
    }
  }
  std::string headline = !certified.empty()  ? certified
                         : !examined.empty() ? "No counterexample: " + examined
                         : all.empty()       ? "Nothing is searched yet"
                                             : "No counterexample so far";
  const std::string level = !alarms.empty() || has_fault ? "warning" : all.empty() ? "idle" : "good";
  const std::string undecided = alarms.empty() ? "" : alarms.front()["message"].get<std::string>();
  return {{"level", level},
          {"sentence", std::move(headline)},
          {"detail", !undecided.empty()   ? Json(undecided)
                     : !certified.empty() ? or_null(examined)
                                          : Json()}};
}

std::optional<Json> Documents::certificate(flow::SearchId id) const {
  const auto audited = store_.audit_ledger().frontier(id);
  const auto certificate = certificate_of(audited.state);
  if (!certificate) {
    return std::nullopt;
  }
  bool violated = false;
  for (const auto& record : store_.monitor_ledger().best(id, flow::Finding::Violation, violations_max)) {
    violated = violated || !WitnessView(record.witness).known_exception;
  }
  Json document = to_json(*certificate, {!violated && audited.objection.empty(), std::nullopt, {}});
  document["sentence"] = or_null(sentence(*certificate));
  return document;
}

Json Documents::totals(flow::SearchId id) const {
  return {{"violations", store_.count_findings(id, flow::Finding::Violation)},
          {"witnesses", store_.count_findings(id, flow::Finding::Witness)},
          {"undecided", store_.count_findings(id, flow::Finding::Undecided)}};
}

Json Documents::results(flow::SearchId id, search::Position from, std::size_t limit) const {
  const auto blocks = store_.finished(id, from, limit);
  std::vector<Json> all;
  for (const auto& block : blocks) {
    all.push_back({{"id", block.id.value},
                   {"begin", flow::wide_number(block.block.begin.ordinal)},
                   {"end", flow::wide_number(block.block.end.ordinal)},
                   {"candidates", flow::wide_number(block.candidates)},
                   {"digest", block.digest},
                   {"extras", block.extras}});
  }
  Json page = list(std::move(all));
  page["next"] = blocks.size() == limit ? Json(flow::wide_number(blocks.back().block.end.ordinal)) : Json();
  return page;
}

std::vector<Json> Documents::block_documents(const std::vector<flow::BlockRecord>& records) const {
  std::map<flow::SearchId, const search::Strategy*> strategies;
  for (const auto& search : store_.searches()) {
    strategies[search.id] = strategies_.find(search.spec.strategy);
  }
  std::vector<Json> all;
  for (const auto& record : records) {
    const auto* strategy = strategies[record.search];
    all.push_back({{"id", record.id.value},
                   {"search", record.search.value},
                   {"begin", position_text(strategy, record.block.begin)},
                   {"end", position_text(strategy, record.block.end)},
                   {"state", flow::text(record.state)},
                   {"attempts", record.attempt.value},
                   {"worker", or_null(record.worker)},
                   {"started_at", or_null(record.started_at)},
                   {"finished_at", or_null(record.finished_at)},
                   {"error", or_null(record.error)}});
  }
  return all;
}

Json Documents::blocks(const flow::BlockFilter& filter, std::size_t limit) const {
  const auto records = store_.blocks(filter, limit);
  Json page = list(block_documents(records));
  page["next"] = records.size() == limit ? Json(records.back().id.value) : Json();
  return page;
}

std::optional<Json> Documents::block(flow::BlockId id) const {
  const auto found = store_.blocks({std::nullopt, {}, {id.value - 1}}, 1);
  if (found.empty() || found.front().id != id) {
    return std::nullopt;
  }
  Json block = block_documents(found).front();
  block["created_at"] = or_null(found.front().created_at);
  block["queued_at"] = or_null(found.front().queued_at);
  block["failures"] = Json::array();
  for (const auto& failure : store_.failures(id)) {
    block["failures"].push_back({{"attempt", failure.attempt.value},
                                 {"worker", failure.worker},
                                 {"class", failure.error_class},
                                 {"message", failure.message},
                                 {"failed_at", failure.failed_at}});
  }
  return block;
}

Json Documents::error_groups(std::optional<flow::SearchId> search, std::size_t limit) const {
  std::vector<Json> all;
  for (const auto& group : store_.monitor_ledger().error_groups(search, limit)) {
    Json ids = Json::array();
    for (const auto& id : group.examples) {
      ids.push_back(id.value);
    }
    all.push_back({{"error", or_null(group.error)}, {"blocks", group.blocks}, {"ids", ids}});
  }
  return list(std::move(all));
}

Json Documents::workers(std::size_t limit) const {
  std::vector<Json> all;
  for (const auto& worker : store_.monitor_ledger().workers(limit)) {
    Json running = Json::array();
    for (const auto& [block, age] : worker.running) {
      running.push_back({{"block", block.value}, {"age_seconds", age}});
    }
    all.push_back({{"name", worker.name},
                   {"first_at", worker.first_at},
                   {"heard_at", worker.heard_at},
                   {"heard_age_seconds", worker.heard_age_seconds},
                   {"running", running}});
  }
  return list(std::move(all));
}

std::vector<adapters::QueueActivity> Documents::read_queues(const std::vector<flow::Queue>& queues) const {
  std::vector<adapters::QueueActivity> all;
  for (const flow::Queue queue : queues) {
    all.push_back(
        adapters::read_queue_activity(surroundings_.management, queue, runtime::Deadline::in(queue_patience)));
  }
  return all;
}

Json Documents::queues() const { return {{"items", documents_of(all_queues, read_queues(all_queues))}}; }

Json Documents::queue_history(std::chrono::seconds span, std::chrono::seconds width) const {
  std::map<std::string, Json> by_queue;
  for (const auto& point : store_.monitor_ledger().queue_history(span, width)) {
    Json& points = by_queue.try_emplace(point.queue, Json::array()).first->second;
    points.push_back({{"age_seconds", point.age_seconds}, {"ready", point.ready}, {"unacked", point.unacked}});
  }
  std::vector<Json> all;
  for (auto& [queue, points] : by_queue) {
    all.push_back({{"name", queue}, {"points", std::move(points)}});
  }
  return list(std::move(all));
}

Json Documents::finding_document(const flow::FindingRecord& record) const {
  Json document = to_json(WitnessView(record.witness));
  document["log_n"] = or_null(log_n(record.witness));
  document["search"] = record.search.value;
  document["block"] = record.block.value;
  document["found_at"] = or_null(record.found_at);
  return document;
}

Json Documents::records(std::optional<flow::SearchId> search, flow::Finding kind, std::size_t top) const {
  std::vector<Json> all;
  for (const auto& record : store_.monitor_ledger().best(search, kind, top)) {
    all.push_back(finding_document(record));
  }
  return list(std::move(all));
}

Json Documents::findings(flow::SearchId search, flow::Finding kind, const std::optional<flow::FindingCursor>& after,
                         std::size_t limit) const {
  const auto records = store_.monitor_ledger().findings_after(search, kind, after, limit);
  std::vector<Json> all;
  for (const auto& record : records) {
    all.push_back(finding_document(record));
  }
  Json page = list(std::move(all));
  page["next"] =
      records.size() == limit ? Json(cursor_text({records.back().block_begin, records.back().ordinal})) : Json();
  return page;
}

Json Documents::margin(flow::SearchId search, std::size_t points) const {
  std::vector<Json> all;
  for (const auto& audit : store_.monitor_ledger().sampled_history(search, points)) {
    const auto certificate = certificate_of(audit.state);
    if (!certificate || !certificate->margin) {
      continue;
    }
    // For a plot: doubles near the certified ends.
    const std::string log_n = certificates::log_n_lo(*certificate);
    const double log_n_number = std::strtod(log_n.c_str(), nullptr);
    const std::string margin = certificates::min_log_margin(*certificate);
    all.push_back({{"x", std::to_string(certificate->largest_position)},
                   {"log_n_lo", log_n},
                   {"log_log_n", std::log(log_n_number)},
                   {"min_log_margin", or_null(margin)},
                   {"log_margin", margin.empty() ? Json() : Json(std::log(std::strtod(margin.c_str(), nullptr)))}});
  }
  return list(std::move(all));
}

Json Documents::pace(flow::SearchId search, std::chrono::seconds span, std::chrono::seconds width) const {
  std::vector<Json> all;
  for (const auto& pace : store_.monitor_ledger().pace(search, span, width)) {
    all.push_back({{"age_seconds", pace.age_seconds},
                   {"blocks", pace.blocks},
                   {"candidates", flow::wide_number(pace.candidates)}});
  }
  return list(std::move(all));
}

Json Documents::durations(flow::SearchId search, std::size_t blocks) const {
  auto seconds = store_.monitor_ledger().durations(search, blocks);
  if (seconds.empty()) {
    return {{"count", 0}, {"p50", nullptr}, {"p95", nullptr}, {"max", nullptr}, {"classes", Json::array()}};
  }
  std::sort(seconds.begin(), seconds.end());
  // Four classes for each power of ten.
  std::map<int, std::uint64_t> counts;
  for (const double one : seconds) {
    ++counts[static_cast<int>(std::floor(4 * std::log10(std::max(one, 1e-6))))];
  }
  Json classes = Json::array();
  for (const auto& [place, count] : counts) {
    classes.push_back(
        {{"from", std::pow(10.0, place / 4.0)}, {"to", std::pow(10.0, (place + 1) / 4.0)}, {"blocks", count}});
  }
  return {{"count", seconds.size()},
          {"p50", percentile(seconds, 0.5)},
          {"p95", percentile(seconds, 0.95)},
          {"max", seconds.back()},
          {"classes", classes}};
}

Json Documents::events(const std::optional<std::string>& kind, std::size_t limit) const {
  std::vector<Json> all;
  for (const auto& [id, at, event] : store_.monitor_ledger().latest_events(kind, limit)) {
    all.push_back({{"id", id},
                   {"at", at},
                   {"kind", event.kind},
                   {"search", event.search ? Json(event.search->value) : Json()},
                   {"block", event.block ? Json(event.block->value) : Json()},
                   {"message", event.message}});
  }
  return list(std::move(all));
}

Json Documents::drain() const { return drain_document(store_.control(), read_queues(drained_queues)); }

Json Documents::drain_document(const flow::Control& control,
                               const std::vector<adapters::QueueActivity>& activities) const {
  const std::vector<adapters::QueueActivity> drained(activities.begin(),
                                                     activities.begin() + std::ssize(drained_queues));
  Json document = {{"state", flow::text(control.state)},
                   {"epoch", control.epoch.value},
                   {"in_flight", store_.janitor_ledger().in_flight()},
                   {"queues", documents_of(drained_queues, drained)},
                   {"why", nullptr}};
  for (const auto& queue : document["queues"]) {
    // Not known is never drained: UNKNOWN is an answer.
    if (!queue["known"].get<bool>() && control.state != flow::ControlState::Writable) {
      document["state"] = "UNKNOWN";
      document["why"] = queue["name"].get<std::string>() + " cannot be looked at (ROBIN_MANAGEMENT_URL)";
    }
  }
  return document;
}

std::string cursor_text(const flow::FindingCursor& cursor) {
  return math::Integer::from_uint128(cursor.block_begin.ordinal).to_decimal() + "." + std::to_string(cursor.ordinal);
}

std::optional<flow::FindingCursor> cursor_from(const std::string& text) {
  const std::size_t dot = text.find('.');
  const auto begin = math::Integer::from_decimal(std::string_view(text).substr(0, dot));
  const auto ordinal = begin ? begin->to_uint128() : std::nullopt;
  if (dot == std::string::npos || !ordinal) {
    return std::nullopt;
  }
  std::int64_t place = 0;
  const char* const end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data() + dot + 1, end, place);
  if (error != std::errc() || read != end || place < 0 || place > INT32_MAX) {
    return std::nullopt;
  }
  return flow::FindingCursor{{*ordinal}, place};
}

}  // namespace robin::api
