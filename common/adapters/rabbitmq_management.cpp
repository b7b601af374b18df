#include "adapters/rabbitmq_management.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>

namespace robin::adapters {
namespace {

constexpr std::size_t answer_bytes_max = 1U << 20U;

std::size_t append(char* data, std::size_t size, std::size_t count, void* answer) {
  auto& text = *static_cast<std::string*>(answer);
  if (text.size() + size * count > answer_bytes_max) {
    return 0;
  }
  text.append(data, size * count);
  return size * count;
}

/// The body of a successful GET; empty otherwise.
std::string get(const std::string& url, runtime::Deadline deadline) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), &curl_easy_cleanup);
  if (!curl) {
    return {};
  }
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline.at - std::chrono::steady_clock::now()).count();
  std::string answer;
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(left, 1)));
  curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer);
  return curl_easy_perform(curl.get()) == CURLE_OK ? answer : std::string();
}

}  // namespace

flow::QueueDepth read_queue_depth(const std::string& management_url, const std::string& queue,
                                  runtime::Deadline deadline) {
  if (management_url.empty()) {
    return {};
  }
  const auto answer =
      nlohmann::json::parse(get(management_url + "/api/queues/robin/" + queue, deadline), nullptr, false);
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
