#include "adapters/rabbitmq_management.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "adapters/http_client.hpp"
#include "runtime/error.hpp"

namespace robin::adapters {
namespace {

constexpr std::size_t answer_bytes_max = 1U << 20U;

/// The body of a successful GET; empty otherwise.
std::string get(const std::string& url, runtime::Deadline deadline) {
  try {
    auto reply = http_exchange({.url = url, .answer_bytes_max = answer_bytes_max}, deadline);
    return reply.status == 200 ? std::move(reply.body) : std::string();
  } catch (const runtime::Error&) {
    return {};
  }
}

}  // namespace

const char* name_of(flow::Queue queue) {
  switch (queue) {
    case flow::Queue::Blocks:
      return "robin.blocks";
    case flow::Queue::Results:
      return "robin.results";
    case flow::Queue::Dead:
      break;
  }
  return "robin.dead";
}

flow::QueueDepth read_queue_depth(const std::string& management_url, flow::Queue queue, runtime::Deadline deadline) {
  if (management_url.empty()) {
    return {};
  }
  const auto answer =
      nlohmann::json::parse(get(management_url + "/api/queues/robin/" + name_of(queue), deadline), nullptr, false);
  if (!answer.is_object()) {
    return {};
  }
  const auto ready = answer.find("messages_ready");
  const auto unacked = answer.find("messages_unacknowledged");
  const bool known =
      ready != answer.end() && unacked != answer.end() && ready->is_number_unsigned() && unacked->is_number_unsigned();
  return known ? flow::QueueDepth{ready->get<std::uint64_t>(), unacked->get<std::uint64_t>(), true}
               : flow::QueueDepth{};
}

}  // namespace robin::adapters
