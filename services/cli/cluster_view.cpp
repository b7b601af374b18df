#include "cli/cluster_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/paint.hpp"
#include "cli/progress.hpp"
#include "cli/summary.hpp"

namespace robin::cli {
namespace {

std::string or_dash(const std::optional<std::string>& text) { return text.value_or("-"); }
std::string or_dash(const std::optional<api::Id>& id) { return id ? std::to_string(*id) : "-"; }

std::string search_lines(const api::Search& search) {
  using api::SearchState;
  const bool waits = search.state == SearchState::Paused || search.state == SearchState::Cancelled;
  const std::string word(text(search.state));
  std::string lines = fmt::format("search {}  {} [{}, {})  {}{}\n", search.id, search.strategy, search.begin,
                                  search.end, waits ? painted(Paint::Attention, word) : word,
                                  search.computing_share == 1 ? "" : fmt::format(", share {}", search.computing_share));
  if (search.state == SearchState::Cancelled) {
    lines += fmt::format("  ended at   {}\n", search.frontier);
  }
  const bool has_eta = search.eta_seconds && search.frontier != search.end;
  lines += fmt::format("  frontier   {} ({:.1f} %){}\n", search.frontier, 100 * search.share,
                       has_eta ? ", ETA " + clock_text(*search.eta_seconds) : "");
  if (search.objection) {
    lines += "  " + painted(Paint::Attention, "AUDIT") +
             fmt::format("      stops at {}: {}\n", search.audited, *search.objection);
  } else if (search.audited != search.frontier) {
    lines += fmt::format("  audited    {}\n", search.audited);
  }
  lines += fmt::format("  candidates {}\n", grouped(search.candidates));
  const auto& blocks = search.blocks;
  lines += fmt::format("  blocks     {} pending, {} queued, {} running, {} finished", blocks.pending, blocks.queued,
                       blocks.running, blocks.finished);
  for (const auto& [count, state] : {std::pair{blocks.failed, "failed"},
                                     {blocks.quarantined, "quarantined"},
                                     {blocks.disputed, "disputed"},
                                     {blocks.cancelled, "cancelled"}}) {
    if (count != 0) {
      lines += ", " + painted(Paint::Attention, fmt::format("{} {}", count, state));
    }
  }
  return lines + "\n";
}

}  // namespace

std::string search_text(const api::SearchDetail& search) { return search_lines(search); }

std::string queue_lines(const std::vector<api::Queue>& queues) {
  std::string lines;
  for (const auto& queue : queues) {
    lines += queue.known ? fmt::format("  {:<16} {:>8} ready {:>8} unacked\n", queue.queue, queue.ready.value_or(0),
                                       queue.unacked.value_or(0))
                         : fmt::format("  {:<16} not known\n", queue.queue);
  }
  return lines;
}

std::string status_text(const api::Status& status) {
  std::string lines = status.searches.empty() ? "no search yet (robin submit)\n" : "";
  for (const auto& search : status.searches) {
    lines += search_lines(search);
  }
  for (const auto& alarm : status.alarms) {
    lines +=
        painted(Paint::Bad, "ALARM") + fmt::format(" {} block {}: {}\n", alarm.at, or_dash(alarm.block), alarm.message);
  }
  const std::string drain(text(status.drain.state));
  lines += fmt::format("drain {}, epoch {}\n",
                       status.drain.state == api::DrainState::Writable ? drain : painted(Paint::Attention, drain),
                       status.drain.epoch);
  lines += "queues\n" + queue_lines(status.queues);
  if (std::any_of(status.queues.begin(), status.queues.end(), [](const auto& queue) { return !queue.known; })) {
    lines += "  (ROBIN_MANAGEMENT_URL names RabbitMQ's management API: http://user:password@host:15672)\n";
  }
  return lines;
}

std::string block_text(const api::BlockDetail& block) {
  std::string lines = fmt::format("block {} of search {}\n", block.id, block.search);
  lines += fmt::format("  range     [{}, {})\n", block.begin, block.end);
  lines += fmt::format("  state     {}, attempt {}\n", text(block.state), block.attempts);
  for (const auto& [title, value] : {std::pair{"worker", block.worker},
                                     {"created", block.created_at},
                                     {"queued", block.queued_at},
                                     {"started", block.started_at},
                                     {"finished", block.finished_at},
                                     {"error", block.error}}) {
    lines += fmt::format("  {:<9} {}\n", title, or_dash(value));
  }
  for (const auto& failure : block.failures) {
    lines += fmt::format("  failure   {}  attempt {} by {}: {}: {}\n", failure.failed_at, failure.attempt,
                         failure.worker, failure.error_class, failure.message);
  }
  return lines;
}

}  // namespace robin::cli
