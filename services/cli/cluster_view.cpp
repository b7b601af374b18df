#include "cli/cluster_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/paint.hpp"
#include "cli/progress.hpp"
#include "cli/summary.hpp"

namespace robin::cli {
namespace {

using nlohmann::ordered_json;

std::string words(const ordered_json& value) {
  return value.is_null() ? "-" : value.is_string() ? value.get<std::string>() : value.dump();
}

search::uint128 wide(const ordered_json& value) {
  const auto number = math::Integer::from_decimal(words(value));
  return number ? number->to_uint128().value_or(0) : 0;
}

std::string search_lines(const ordered_json& search) {
  std::string text = fmt::format("search {}  {} [{}, {})  {}\n", words(search["id"]), words(search["strategy"]),
                                 words(search["begin"]), words(search["end"]), words(search["state"]));
  const bool has_eta = !search["eta_seconds"].is_null() && search["frontier"] != search["end"];
  text += fmt::format("  frontier   {} ({:.1f} %){}\n", words(search["frontier"]), 100 * search["share"].get<double>(),
                      has_eta ? ", ETA " + clock_text(search["eta_seconds"].get<double>()) : "");
  if (!search["objection"].is_null()) {
    text += "  " + painted(Paint::Attention, "AUDIT") +
            fmt::format("      stops at {}: {}\n", words(search["audited"]), words(search["objection"]));
  } else if (search["audited"] != search["frontier"]) {
    text += fmt::format("  audited    {}\n", words(search["audited"]));
  }
  text += fmt::format("  candidates {}\n", grouped(wide(search["candidates"])));
  const auto& blocks = search["blocks"];
  text += fmt::format("  blocks     {} pending, {} queued, {} running, {} finished", words(blocks["pending"]),
                      words(blocks["queued"]), words(blocks["running"]), words(blocks["finished"]));
  for (const char* state : {"failed", "quarantined", "disputed"}) {
    if (blocks[state] != 0) {
      text += ", " + painted(Paint::Attention, fmt::format("{} {}", words(blocks[state]), state));
    }
  }
  return text + "\n";
}

}  // namespace

std::string queue_lines(const ordered_json& queues) {
  std::string text;
  for (const auto& queue : queues) {
    text += queue["known"].get<bool>() ? fmt::format("  {:<16} {:>8} ready {:>8} unacked\n", words(queue["name"]),
                                                     words(queue["ready"]), words(queue["unacked"]))
                                       : fmt::format("  {:<16} not known\n", words(queue["name"]));
  }
  return text;
}

std::string status_text(const ordered_json& status) {
  std::string text = status["searches"].empty() ? "no search yet (robin submit)\n" : "";
  for (const auto& search : status["searches"]) {
    text += search_lines(search);
  }
  for (const auto& alarm : status["alarms"]) {
    text += painted(Paint::Bad, "ALARM") +
            fmt::format(" {} block {}: {}\n", words(alarm["at"]), words(alarm["block"]), words(alarm["message"]));
  }
  const std::string drain = words(status["drain"]["state"]);
  text += fmt::format("drain {}, epoch {}\n", drain == "WRITABLE" ? drain : painted(Paint::Attention, drain),
                      words(status["drain"]["epoch"]));
  const auto& queues = status["queues"];
  text += "queues\n" + queue_lines(queues);
  if (std::any_of(queues.begin(), queues.end(),
                  [](const auto& queue) { return !queue["known"].template get<bool>(); })) {
    text += "  (ROBIN_MANAGEMENT_URL names RabbitMQ's management API: http://user:password@host:15672)\n";
  }
  return text;
}

std::string block_text(const ordered_json& block) {
  std::string text = fmt::format("block {} of search {}\n", words(block["id"]), words(block["search"]));
  text += fmt::format("  range     [{}, {})\n", words(block["begin"]), words(block["end"]));
  text += fmt::format("  state     {}, attempt {}\n", words(block["state"]), words(block["attempts"]));
  for (const auto& [title, key] :
       {std::pair{"worker", "worker"}, std::pair{"created", "created_at"}, std::pair{"queued", "queued_at"},
        std::pair{"started", "started_at"}, std::pair{"finished", "finished_at"}, std::pair{"error", "error"}}) {
    text += fmt::format("  {:<9} {}\n", title, words(block[key]));
  }
  for (const auto& failure : block["failures"]) {
    text += fmt::format("  failure   {}  attempt {} by {}: {}: {}\n", words(failure["failed_at"]),
                        words(failure["attempt"]), words(failure["worker"]), words(failure["class"]),
                        words(failure["message"]));
  }
  return text;
}

}  // namespace robin::cli
