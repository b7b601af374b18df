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

search::uint128 number_or_zero(const ordered_json& value) {
  const auto number = math::Integer::from_decimal(words(value));
  return number ? number->to_uint128().value_or(0) : 0;
}

std::string search_lines(const ordered_json& search) {
  std::string text = fmt::format("search {}  {} [{}, {})  {}\n", words(search.at("id")), words(search.at("strategy")),
                                 words(search.at("begin")), words(search.at("end")), words(search.at("state")));
  const bool has_eta = !search.at("eta_seconds").is_null() && search.at("frontier") != search.at("end");
  text += fmt::format("  frontier   {} ({:.1f} %){}\n", words(search.at("frontier")),
                      100 * search.at("share").get<double>(),
                      has_eta ? ", ETA " + clock_text(search.at("eta_seconds").get<double>()) : "");
  if (!search.at("objection").is_null()) {
    text += "  " + painted(Paint::Attention, "AUDIT") +
            fmt::format("      stops at {}: {}\n", words(search.at("audited")), words(search.at("objection")));
  } else if (search.at("audited") != search.at("frontier")) {
    text += fmt::format("  audited    {}\n", words(search.at("audited")));
  }
  text += fmt::format("  candidates {}\n", grouped(number_or_zero(search.at("candidates"))));
  const auto& blocks = search.at("blocks");
  text += fmt::format("  blocks     {} pending, {} queued, {} running, {} finished", words(blocks.at("pending")),
                      words(blocks.at("queued")), words(blocks.at("running")), words(blocks.at("finished")));
  for (const char* state : {"failed", "quarantined", "disputed"}) {
    if (blocks.at(state) != 0) {
      text += ", " + painted(Paint::Attention, fmt::format("{} {}", words(blocks.at(state)), state));
    }
  }
  return text + "\n";
}

}  // namespace

std::string queue_lines(const ordered_json& queues) {
  std::string text;
  for (const auto& queue : queues) {
    text += queue.at("known").get<bool>() ? fmt::format("  {:<16} {:>8} ready {:>8} unacked\n", words(queue.at("name")),
                                                        words(queue.at("ready")), words(queue.at("unacked")))
                                          : fmt::format("  {:<16} not known\n", words(queue.at("name")));
  }
  return text;
}

std::string status_text(const ordered_json& status) {
  std::string text = status.at("searches").empty() ? "no search yet (robin submit)\n" : "";
  for (const auto& search : status.at("searches")) {
    text += search_lines(search);
  }
  for (const auto& alarm : status.at("alarms")) {
    text += painted(Paint::Bad, "ALARM") + fmt::format(" {} block {}: {}\n", words(alarm.at("at")),
                                                       words(alarm.at("block")), words(alarm.at("message")));
  }
  const std::string drain = words(status.at("drain")["state"]);
  text += fmt::format("drain {}, epoch {}\n", drain == "WRITABLE" ? drain : painted(Paint::Attention, drain),
                      words(status.at("drain")["epoch"]));
  const auto& queues = status.at("queues");
  text += "queues\n" + queue_lines(queues);
  if (std::any_of(queues.begin(), queues.end(),
                  [](const auto& queue) { return !queue.at("known").template get<bool>(); })) {
    text += "  (ROBIN_MANAGEMENT_URL names RabbitMQ's management API: http://user:password@host:15672)\n";
  }
  return text;
}

std::string block_text(const ordered_json& block) {
  std::string text = fmt::format("block {} of search {}\n", words(block.at("id")), words(block.at("search")));
  text += fmt::format("  range     [{}, {})\n", words(block.at("begin")), words(block.at("end")));
  text += fmt::format("  state     {}, attempt {}\n", words(block.at("state")), words(block.at("attempts")));
  for (const auto& [title, key] :
       {std::pair{"worker", "worker"}, std::pair{"created", "created_at"}, std::pair{"queued", "queued_at"},
        std::pair{"started", "started_at"}, std::pair{"finished", "finished_at"}, std::pair{"error", "error"}}) {
    text += fmt::format("  {:<9} {}\n", title, words(block.at(key)));
  }
  for (const auto& failure : block.at("failures")) {
    text += fmt::format("  failure   {}  attempt {} by {}: {}: {}\n", words(failure.at("failed_at")),
                        words(failure.at("attempt")), words(failure.at("worker")), words(failure.at("class")),
                        words(failure.at("message")));
  }
  return text;
}

}  // namespace robin::cli
