#include "api/documents.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "adapters/rabbitmq_management.hpp"
#include "api/witness_view.hpp"
#include "flow/json_reader.hpp"
#include "search/strategies/colossally_abundant/certificate_fold.hpp"

namespace robin::api {
namespace {

namespace certificates = search::colossally_abundant;

constexpr std::chrono::seconds queue_patience{5};
constexpr std::size_t alarms_max = 1000;
const std::vector<flow::Queue> drained_queues = {flow::Queue::Blocks, flow::Queue::Results};
const std::vector<flow::Queue> all_queues = {flow::Queue::Blocks, flow::Queue::Results, flow::Queue::Dead};

Json or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

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

Json list(std::vector<Json> items) { return {{"items", std::move(items)}}; }

double percentile(const std::vector<double>& sorted, double share) {
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

}  // namespace

Json Documents::search_document(const flow::SearchRecord& record) const {
  const auto progress = store_.progress(record.id);
  const auto audited = store_.audit_ledger().frontier(record.id);
  const auto* strategy = strategies_.find(record.spec.strategy);
  const auto& range = record.spec.range;
  const double covered = static_cast<double>(progress.frontier.ordinal - range.begin.ordinal);
  return {{"id", record.id.value},
          {"strategy", record.spec.strategy},
          {"begin", position_text(strategy, range.begin)},
          {"end", position_text(strategy, range.end)},
          {"mode", search::text(record.spec.parameters.mode)},
          {"threshold", record.spec.parameters.threshold.text()},
          {"state", state_of(record, progress)},
          {"blocks", document(progress.counts)},
          {"candidates", flow::wide_number(progress.candidates)},
          {"frontier", position_text(strategy, progress.frontier)},
          {"share", covered / static_cast<double>(range.length())},
          {"eta_seconds", progress.eta_seconds ? Json(*progress.eta_seconds) : Json()},
          {"audited", position_text(strategy, audited.end)},
          {"objection", or_null(audited.objection)}};
}

Json Documents::searches() const {
  std::vector<Json> all;
  for (const auto& record : store_.searches()) {
    all.push_back(search_document(record));
  }
  return list(std::move(all));
}

std::optional<Json> Documents::search(flow::SearchId id) const {
  for (const auto& record : store_.searches()) {
    if (record.id == id) {
      return search_document(record);
    }
  }
  return std::nullopt;
}

Json Documents::status() const {
  Json alarms = Json::array();
  auto events = store_.monitor_ledger().latest_events("alarm", alarms_max);
  std::reverse(events.begin(), events.end());
  for (const auto& [id, at, event] : events) {
    alarms.push_back({{"at", at},
                      {"search", event.search ? Json(event.search->value) : Json()},
                      {"block", event.block ? Json(event.block->value) : Json()},
                      {"message", event.message}});
  }
  const auto control = store_.control();
  return {{"searches", searches()["items"]},
          {"drain", {{"state", flow::text(control.state)}, {"epoch", control.epoch.value}}},
          {"queues", read_queues(all_queues)},
          {"alarms", alarms}};
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

Json Documents::read_queues(const std::vector<flow::Queue>& queues) const {
  Json all = Json::array();
  for (const flow::Queue queue : queues) {
    const auto depth =
        adapters::read_queue_depth(management_url_.value_or(""), queue, runtime::Deadline::in(queue_patience));
    all.push_back({{"name", adapters::name_of(queue)},
                   {"ready", depth.known ? Json(depth.ready) : Json()},
                   {"unacked", depth.known ? Json(depth.unacked) : Json()},
                   {"known", depth.known}});
  }
  return all;
}

Json Documents::queues() const { return {{"items", read_queues(all_queues)}}; }

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
    const auto parsed = certificates::certificate_from(audit.state);
    const auto* certificate = math::accepted(parsed);
    if (certificate == nullptr || !certificate->margin) {
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

Json Documents::drain() const {
  const auto control = store_.control();
  Json document = {{"state", flow::text(control.state)},
                   {"epoch", control.epoch.value},
                   {"in_flight", store_.janitor_ledger().in_flight()},
                   {"queues", read_queues(drained_queues)},
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
