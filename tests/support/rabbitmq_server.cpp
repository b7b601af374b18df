#include "support/rabbitmq_server.hpp"

#include <curl/curl.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "adapters/rabbitmq/broker.hpp"
#include "cluster/topology.hpp"
#include "support/http_get.hpp"
#include "support/patience.hpp"

namespace robin::testing_support {
namespace {

/// The server may have many virtual hosts to make at once.
constexpr long request_seconds_max = 30;

std::string environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): tests set no environment
  if (value == nullptr) {
    throw std::runtime_error(name + " is not set: run the tests by ./ops/test, which starts the servers");
  }
  return value;
}

/// A part of a busy server may not have answered another one within 5 s; the same request succeeds later.
/// In RabbitMQ 4.0 a quorum queue may tick before it is whole: it crashes, and starts anew while it is still being
/// declared.
bool may_pass(long status, const std::string& answer) {
  return status >= 500 || answer.find("{rabbit_quorum_queue,handle_tick") != std::string::npos;
}

/// What production imports, too; of users, which the server has, only the rights are taken.
nlohmann::json definitions() {
  return nlohmann::json::parse(cluster::rabbitmq_definitions([](const std::string& /*user*/) { return ""; }));
}

/// Another process of this machine may use the same server.
std::string next_virtual_host() {
  static std::atomic<int> count = 0;
  return "test-" + std::to_string(getpid()) + "-" + std::to_string(++count);
}

std::size_t collect(char* data, std::size_t size, std::size_t count, void* into) {
  static_cast<std::string*>(into)->append(data, size * count);
  return size * count;
}

void limit(nlohmann::json& policy, const RabbitmqLimits& limits) {
  if (limits.delivery) {
    policy["delivery-limit"] = *limits.delivery;
  }
  if (limits.queue_length) {
    policy["max-length"] = *limits.queue_length;
  }
  if (limits.consumer_timeout) {
    policy["consumer-timeout"] = limits.consumer_timeout->count();
  }
}

/// A broker that keeps its virtual host until it is gone itself.
class BrokerOfOneTest final : public flow::Broker {
 public:
  explicit BrokerOfOneTest(const RabbitmqLimits& limits)
      : server_(VirtualHost::OfThisTest, limits),
        broker_(adapters::open_rabbitmq_broker(server_.options("operator"))) {}
  std::unique_ptr<flow::Link> connect(const flow::LinkOptions& options, flow::EventSink sink) override {
    return broker_->connect(options, std::move(sink));
  }
  flow::QueueDepth depth(flow::Queue queue, core::Deadline deadline) override {
    return broker_->depth(queue, deadline);
  }
  void set_ingress_open(bool open, core::Deadline deadline) override { broker_->set_ingress_open(open, deadline); }

 private:
  RabbitmqServer server_;
  std::unique_ptr<flow::Broker> broker_;
};

}  // namespace

RabbitmqServer::RabbitmqServer(VirtualHost which, const RabbitmqLimits& limits)
    : management_server_(environment("ROBIN_RABBITMQ_MANAGEMENT_URL")) {
  if (which == VirtualHost::OfThisTest) {
    virtual_host_ = next_virtual_host();
    make_virtual_host(limits);
  }
}

RabbitmqServer::~RabbitmqServer() {
  if (virtual_host_ == "robin") {
    return;
  }
  try {
    request("DELETE", "/api/vhosts/{v}", "");
  } catch (const std::runtime_error&) {  // NOLINT(bugprone-empty-catch): the server goes with the test run
  }
}

void RabbitmqServer::make_virtual_host(const RabbitmqLimits& limits) const {
  request("PUT", "/api/vhosts/{v}", "{}");
  auto all = definitions();
  for (const auto& permission : all["permissions"]) {
    request("PUT", "/api/permissions/{v}/" + permission["user"].get<std::string>(),
            nlohmann::json{
                {"configure", permission["configure"]}, {"write", permission["write"]}, {"read", permission["read"]}}
                .dump());
  }
  for (auto& policy : all["policies"]) {
    if (policy["name"] == "robin.work") {
      limit(policy["definition"], limits);
    }
  }
  nlohmann::json of_virtual_host;
  for (const char* kind : {"exchanges", "queues", "bindings", "policies"}) {
    for (auto& one : all[kind]) {
      one.erase("vhost");
    }
    of_virtual_host[kind] = all[kind];
  }
  request("POST", "/api/definitions/{v}", of_virtual_host.dump());
}

adapters::RabbitmqOptions RabbitmqServer::options(const std::string& user) const {
  adapters::RabbitmqOptions options;
  options.url = environment(cluster::variable_of("rabbitmq-" + user + "-url"));
  options.url.replace(options.url.rfind('/') + 1, std::string::npos, virtual_host_);
  options.management_url = management_server_ + "?vhost=" + virtual_host_;
  options.name = "test";
  // A busy machine's server may need more than a service grants it before it tries again.
  options.connect_timeout = options.rpc_timeout = patience_left();
  return options;
}

std::string RabbitmqServer::management_server_of(const std::string& user) const {
  const std::string amqp = options(user).url;
  const std::size_t login = amqp.find("://") + 3;
  const std::size_t scheme_end = management_server_.find("://") + 3;
  return management_server_.substr(0, scheme_end) + amqp.substr(login, amqp.find('@') - login) +
         management_server_.substr(management_server_.find('@'));
}

std::string RabbitmqServer::management_url_of(const std::string& user) const {
  return management_server_of(user) + "?vhost=" + virtual_host_;
}

RabbitmqRelease RabbitmqServer::release() {
  const auto overview = http_get(environment("ROBIN_RABBITMQ_MANAGEMENT_URL") + "/api/overview");
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
  request("PUT", "/api/queues/{v}/robin.results", R"({"durable":true,"arguments":{"x-queue-type":"quorum"}})");
  request("POST", "/api/bindings/{v}/e/robin.results/q/robin.results", R"({"routing_key":""})");
}

void RabbitmqServer::request(const std::string& method, const std::string& path, const std::string& body) const {
  std::string given_up;
  if (!wait_until([&] {
        given_up = ask(method, path, body);
        return given_up.empty();
      })) {
    throw std::runtime_error(given_up);
  }
}

std::string RabbitmqServer::ask(const std::string& method, const std::string& path, const std::string& body) const {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), &curl_easy_cleanup);
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(
      curl_slist_append(nullptr, "Content-Type: application/json"), &curl_slist_free_all);
  std::string place = path;
  if (const std::size_t mark = place.find("{v}"); mark != std::string::npos) {
    place.replace(mark, 3, virtual_host_);
  }
  std::string answer;
  curl_easy_setopt(curl.get(), CURLOPT_URL, (management_server_ + place).c_str());
  curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, method.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, request_seconds_max);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &collect);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer);
  if (!body.empty()) {
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.c_str());
  }
  if (const CURLcode status = curl_easy_perform(curl.get()); status != CURLE_OK) {
    const std::string why = method + " " + place + ": " + curl_easy_strerror(status);
    if (status == CURLE_GOT_NOTHING) {
      return why;
    }
    throw std::runtime_error(why);
  }
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status >= 400) {
    const std::string why = method + " " + place + ": status " + std::to_string(status) + ": " + answer;
    if (may_pass(status, answer)) {
      return why;
    }
    throw std::runtime_error(why);
  }
  return {};
}

std::unique_ptr<flow::Broker> open_empty_rabbitmq(std::uint32_t delivery_limit, std::uint64_t queue_length_max) {
  return std::make_unique<BrokerOfOneTest>(RabbitmqLimits{delivery_limit, queue_length_max});
}

}  // namespace robin::testing_support
