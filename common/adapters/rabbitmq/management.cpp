#include "adapters/rabbitmq/management.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "adapters/http_client.hpp"
#include "runtime/error.hpp"

namespace robin::adapters {
namespace {

constexpr std::size_t answer_bytes_max = 1U << 20U;
constexpr std::string_view virtual_host_mark = "?vhost=";

std::string queue_url(const std::string& management_url, flow::Queue queue) {
  const std::size_t mark = management_url.find(virtual_host_mark);
  const std::string virtual_host =
      mark == std::string::npos ? "robin" : management_url.substr(mark + virtual_host_mark.size());
  return management_url.substr(0, mark) + "/api/queues/" + virtual_host + "/" + name_of(queue);
}

/// The body of a successful GET; empty otherwise.
std::string get(const std::string& url, const std::string& ca_file, core::Deadline deadline) {
  try {
    auto reply = http_exchange({.url = url, .ca_file = ca_file, .answer_bytes_max = answer_bytes_max}, deadline);
    return reply.status == 200 ? std::move(reply.body) : std::string();
  } catch (const runtime::Error&) {
    return {};
  }
}

std::optional<std::uint64_t> count(const nlohmann::json& queue, const char* key) {
  const auto found = queue.find(key);
  return found != queue.end() && found->is_number_unsigned() ? std::optional(found->get<std::uint64_t>())
                                                             : std::nullopt;
}

std::optional<double> rate(const nlohmann::json& queue, const char* details) {
  const nlohmann::json::json_pointer place(std::string("/message_stats/") + details + "/rate");
  return queue.contains(place) && queue[place].is_number() ? std::optional(queue[place].get<double>()) : std::nullopt;
}

}  // namespace

flow::QueueDepth read_queue_depth(const ManagementApi& api, flow::Queue queue, core::Deadline deadline) {
  return ManagementWatch(api).look(queue, deadline).depth;
}

flow::QueueActivity ManagementWatch::look(flow::Queue queue, core::Deadline deadline) {
  if (api_.url.empty()) {
    return {};
  }
  const auto answer = nlohmann::json::parse(get(queue_url(api_.url, queue), api_.ca_file, deadline), nullptr, false);
  if (!answer.is_object()) {
    return {};
  }
  const auto ready = count(answer, "messages_ready");
  const auto unacked = count(answer, "messages_unacknowledged");
  const auto consumers = count(answer, "consumers");
  if (!ready || !unacked || !consumers) {
    return {};
  }
  return {{*ready, *unacked, true}, *consumers, rate(answer, "publish_details"), rate(answer, "ack_details")};
}

}  // namespace robin::adapters
