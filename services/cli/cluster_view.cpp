#include "cli/cluster_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "adapters/rabbitmq_management.hpp"
#include "cli/progress.hpp"
#include "cli/summary.hpp"
#include "flow/json_reader.hpp"

namespace robin::cli {
namespace {

using nlohmann::ordered_json;

/// A search of a strategy that this program lacks is shown by its ordinals.
std::string position_text(const search::Strategy* strategy, search::Position position) {
  return strategy == nullptr ? math::Integer::from_uint128(position.ordinal).to_decimal() : strategy->text(position);
}

ordered_json or_null(const std::string& text) { return text.empty() ? ordered_json() : ordered_json(text); }

ordered_json to_json(const flow::BlockCounts& counts) {
  return {{"pending", counts.pending},   {"queued", counts.queued}, {"running", counts.running},
          {"finished", counts.finished}, {"failed", counts.failed}, {"quarantined", counts.quarantined},
          {"disputed", counts.disputed}};
}

std::string range_text(const BlockView& block) {
  return "[" + position_text(block.strategy, block.record.block.begin) + ", " +
         position_text(block.strategy, block.record.block.end) + ")";
}

std::string lines_of(const SearchStatus& search, const search::Strategy* strategy) {
  const auto& [record, progress, audited] = search;
  const auto& range = record.spec.range;
  const auto& counts = progress.counts;
  const double share =
      static_cast<double>(progress.frontier.ordinal - range.begin.ordinal) / static_cast<double>(range.length());
  std::string text =
      fmt::format("search {}  {} [{}, {})  {}\n", record.id.value, record.spec.strategy,
                  position_text(strategy, range.begin), position_text(strategy, range.end), state_of(search));
  text += fmt::format(
      "  frontier   {} ({:.1f} %){}\n", position_text(strategy, progress.frontier), 100 * share,
      progress.eta_seconds && progress.frontier != range.end ? ", ETA " + clock_text(*progress.eta_seconds) : "");
  if (!audited.objection.empty()) {
    text += fmt::format("  AUDIT      stops at {}: {}\n", position_text(strategy, audited.end), audited.objection);
  } else if (audited.end != progress.frontier) {
    text += fmt::format("  audited    {}\n", position_text(strategy, audited.end));
  }
  text += fmt::format("  candidates {}\n", grouped(progress.candidates));
  text += fmt::format("  blocks     {} pending, {} queued, {} running, {} finished", counts.pending, counts.queued,
                      counts.running, counts.finished);
  for (const auto& [count, name] : {std::pair{counts.failed, "failed"}, std::pair{counts.quarantined, "quarantined"},
                                    std::pair{counts.disputed, "disputed"}}) {
    if (count > 0) {
      text += fmt::format(", {} {}", count, name);
    }
  }
  return text + "\n";
}

}  // namespace

std::vector<QueueStatus> read_queues(std::span<const char* const> names,
                                     const std::optional<std::string>& management_url) {
  constexpr std::chrono::seconds patience{5};
  std::vector<QueueStatus> queues;
  for (const char* name : names) {
    queues.push_back(
        {name, adapters::read_queue_depth(management_url.value_or(""), name, runtime::Deadline::in(patience))});
  }
  return queues;
}

ordered_json to_json(const std::vector<QueueStatus>& queues) {
  ordered_json all = ordered_json::array();
  for (const auto& [name, depth] : queues) {
    all.push_back({{"name", name},
                   {"ready", depth.known ? ordered_json(depth.ready) : ordered_json()},
                   {"unacked", depth.known ? ordered_json(depth.unacked) : ordered_json()},
                   {"known", depth.known}});
  }
  return all;
}

std::string lines_of(const std::vector<QueueStatus>& queues) {
  std::string text;
  for (const auto& [name, depth] : queues) {
    text += depth.known ? fmt::format("  {:<16} {:>8} ready {:>8} unacked\n", name, depth.ready, depth.unacked)
                        : fmt::format("  {:<16} not known\n", name);
  }
  return text;
}

std::string state_of(const SearchStatus& search) {
  const auto& [record, progress, audited] = search;
  const auto& counts = progress.counts;
  if (progress.frontier == record.spec.range.end) {
    return "finished";
  }
  const bool all_planned = record.planned_end == record.spec.range.end;
  const bool nothing_to_do = counts.pending + counts.in_flight() + counts.disputed == 0;
  return all_planned && nothing_to_do ? "failed" : "running";
}

std::string json_text(const ClusterStatus& status, const search::Strategies& strategies) {
  ordered_json searches = ordered_json::array();
  for (const auto& search : status.searches) {
    const auto& [record, progress, audited] = search;
    const auto* strategy = strategies.find(record.spec.strategy);
    searches.push_back({{"id", record.id.value},
                        {"strategy", record.spec.strategy},
                        {"begin", position_text(strategy, record.spec.range.begin)},
                        {"end", position_text(strategy, record.spec.range.end)},
                        {"state", state_of(search)},
                        {"blocks", to_json(progress.counts)},
                        {"candidates", flow::wide_number(progress.candidates)},
                        {"frontier", position_text(strategy, progress.frontier)},
                        {"eta_seconds", progress.eta_seconds ? ordered_json(*progress.eta_seconds) : ordered_json()},
                        {"audited", position_text(strategy, audited.end)},
                        {"objection", or_null(audited.objection)}});
  }
  ordered_json alarms = ordered_json::array();
  for (const auto& [id, at, event] : status.alarms) {
    alarms.push_back(
        {{"at", at}, {"search", event.search->value}, {"block", event.block->value}, {"message", event.message}});
  }
  return ordered_json{{"searches", searches},
                      {"drain", {{"state", flow::text(status.control.state)}, {"epoch", status.control.epoch.value}}},
                      {"queues", to_json(status.queues)},
                      {"alarms", alarms}}
             .dump() +
         "\n";
}

std::string plain_text(const ClusterStatus& status, const search::Strategies& strategies) {
  std::string text = status.searches.empty() ? "no search yet (robin submit)\n" : "";
  for (const auto& search : status.searches) {
    text += lines_of(search, strategies.find(search.record.spec.strategy));
  }
  for (const auto& [id, at, event] : status.alarms) {
    text += fmt::format("ALARM {} block {}: {}\n", at, event.block->value, event.message);
  }
  text += fmt::format("drain {}, epoch {}\n", flow::text(status.control.state), status.control.epoch.value);
  text += "queues\n" + lines_of(status.queues);
  if (std::any_of(status.queues.begin(), status.queues.end(), [](const auto& queue) { return !queue.depth.known; })) {
    text += "  (ROBIN_MANAGEMENT_URL names RabbitMQ's management API: http://user:password@host:15672)\n";
  }
  return text;
}

ordered_json to_json(const BlockView& block) {
  const auto& record = block.record;
  return {{"id", record.id.value},
          {"search", record.search.value},
          {"begin", position_text(block.strategy, record.block.begin)},
          {"end", position_text(block.strategy, record.block.end)},
          {"state", flow::text(record.state)},
          {"attempts", record.attempt.value},
          {"worker", or_null(record.worker)},
          {"started_at", or_null(record.started_at)},
          {"finished_at", or_null(record.finished_at)},
          {"error", or_null(record.error)}};
}

std::string table(const std::vector<BlockView>& blocks) {
  std::string text =
      fmt::format("{:>10} {:>7} {:<12} {:>8}  {:<28} {}\n", "ID", "SEARCH", "STATE", "ATTEMPTS", "WORKER", "RANGE");
  for (const auto& block : blocks) {
    const auto& record = block.record;
    text += fmt::format("{:>10} {:>7} {:<12} {:>8}  {:<28} {}{}\n", record.id.value, record.search.value,
                        flow::text(record.state), record.attempt.value, record.worker.empty() ? "-" : record.worker,
                        range_text(block), record.error.empty() ? "" : "  " + record.error);
  }
  return text;
}

std::string plain_text(const BlockView& block, const std::vector<flow::FailureRecord>& failures) {
  const auto& record = block.record;
  const auto shown = [](const std::string& text) { return text.empty() ? std::string("-") : text; };
  std::string text = fmt::format("block {} of search {}\n", record.id.value, record.search.value);
  text += fmt::format("  range     {}\n", range_text(block));
  text += fmt::format("  state     {}, attempt {}\n", flow::text(record.state), record.attempt.value);
  text += fmt::format("  worker    {}\n", shown(record.worker));
  text += fmt::format("  created   {}\n", shown(record.created_at));
  text += fmt::format("  queued    {}\n", shown(record.queued_at));
  text += fmt::format("  started   {}\n", shown(record.started_at));
  text += fmt::format("  finished  {}\n", shown(record.finished_at));
  text += fmt::format("  error     {}\n", shown(record.error));
  for (const auto& failure : failures) {
    text += fmt::format("  failure   {}  attempt {} by {}: {}: {}\n", failure.failed_at, failure.attempt.value,
                        failure.worker, failure.error_class, failure.message);
  }
  return text;
}

}  // namespace robin::cli
