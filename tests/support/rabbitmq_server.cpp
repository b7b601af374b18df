#include "support/rabbitmq_server.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "support/http_get.hpp"

namespace robin::testing_support {
namespace {

std::string environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): tests set no environment
  if (value == nullptr) {
    throw std::runtime_error(name + " is not set: run the tests by ./ops/test, which starts the servers");
  }
  return value;
}

std::size_t ignore(char* /*data*/, std::size_t size, std::size_t count, void* /*nothing*/) { return size * count; }

}  // namespace

RabbitmqServer::RabbitmqServer() : management_url_(environment("ROBIN_RABBITMQ_MANAGEMENT_URL")) {}

adapters::RabbitmqOptions RabbitmqServer::options(const std::string& user) const {
  std::string upper = user;
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  adapters::RabbitmqOptions options;
  options.url = environment("ROBIN_RABBITMQ_" + upper + "_URL");
  options.management_url = management_url_;
  options.name = "test";
  return options;
}

std::string RabbitmqServer::management_url_of(const std::string& user) const {
  const std::string amqp = options(user).url;
  const std::size_t login = amqp.find("://") + 3;
  const std::size_t scheme_end = management_url_.find("://") + 3;
  return management_url_.substr(0, scheme_end) + amqp.substr(login, amqp.find('@') - login) +
         management_url_.substr(management_url_.find('@'));
}

void RabbitmqServer::reset(std::uint32_t delivery_limit, std::uint64_t queue_length_max,
                           std::optional<std::chrono::milliseconds> consumer_timeout) const {
  for (const char* queue : {"robin.blocks", "robin.results", "robin.dead"}) {
    request("DELETE", std::string("/api/queues/robin/") + queue + "/contents", "");
  }
  request("POST", "/api/bindings/robin/e/robin.ingress/q/robin.blocks", R"({"routing_key":""})");
  nlohmann::json policy = {{"pattern", "^robin\\.(blocks|results)$"},
                           {"apply-to", "queues"},
                           {"priority", 1},
                           {"definition",
                            {{"delivery-limit", delivery_limit},
                             {"max-length", queue_length_max},
                             {"overflow", "reject-publish"},
                             {"dead-letter-exchange", "robin.dead"},
                             {"dead-letter-strategy", "at-least-once"}}}};
  if (consumer_timeout) {
    policy["definition"]["consumer-timeout"] = consumer_timeout->count();
  }
  request("PUT", "/api/policies/robin/robin.work", policy.dump());
}

RabbitmqRelease RabbitmqServer::release() const {
  const auto overview = http_get(management_url_ + "/api/overview");
  const auto version = nlohmann::json::parse(overview.body).at("rabbitmq_version").get<std::string>();
  std::pair<int, int> number{0, 0};
  const char* const end = version.data() + version.size();
  const auto major = std::from_chars(version.data(), end, number.first);
  if (major.ec != std::errc() || major.ptr == end ||
      std::from_chars(major.ptr + 1, end, number.second).ec != std::errc()) {
    throw std::runtime_error("RabbitMQ tells no version: " + version);
  }
  const bool since_4_3 = number >= std::pair(4, 3);
  return {!since_4_3, since_4_3};
}

void RabbitmqServer::restore_results() const {
  request("PUT", "/api/queues/robin/robin.results", R"({"durable":true,"arguments":{"x-queue-type":"quorum"}})");
  request("POST", "/api/bindings/robin/e/robin.results/q/robin.results", R"({"routing_key":""})");
}

void RabbitmqServer::request(const std::string& method, const std::string& path, const std::string& body) const {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), &curl_easy_cleanup);
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(
      curl_slist_append(nullptr, "Content-Type: application/json"), &curl_slist_free_all);
  curl_easy_setopt(curl.get(), CURLOPT_URL, (management_url_ + path).c_str());
  curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, method.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, 10L);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &ignore);
  if (!body.empty()) {
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.c_str());
  }
  if (const CURLcode status = curl_easy_perform(curl.get()); status != CURLE_OK) {
    throw std::runtime_error(method + " " + path + ": " + curl_easy_strerror(status));
  }
}

}  // namespace robin::testing_support
