#include "adapters/kubernetes/pods.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "adapters/http_client.hpp"
#include "runtime/error.hpp"
#include "runtime/text_file.hpp"

namespace robin::adapters {
namespace {

using nlohmann::json;
using runtime::Cause;
using runtime::Error;
using runtime::Retry;

constexpr std::size_t file_bytes_max = std::size_t{1} << 20U;
constexpr const char* deletion_cost = "controller.kubernetes.io/pod-deletion-cost";
/// Any number above that of a pod without: 0.
constexpr const char* cost_of_work = "1";
constexpr int not_found = 404;

class KubernetesPods final : public flow::Orchestrator {
 public:
  explicit KubernetesPods(KubernetesOptions options) : options_(std::move(options)) {}

  void set_at_work(const std::set<std::string>& hosts, core::Deadline deadline) override {
    try {
      mark_all(hosts, deadline);
    } catch (const json::exception& error) {
      throw unusable(std::string("an answer that cannot be read: ") + error.what());
    }
  }

 private:
  void mark_all(const std::set<std::string>& hosts, core::Deadline deadline) const {
    const std::string pods = options_.api + "/api/v1/namespaces/" + url_encoded(account("namespace")) + "/pods";
    const std::string query =
        "?labelSelector=" + url_encoded(options_.selector) + "&limit=" + std::to_string(options_.page);
    for (std::string next; !deadline.has_passed();) {
      const auto list = ask({.url = pods + query + (next.empty() ? "" : "&continue=" + url_encoded(next))}, deadline);
      if (!list) {
        throw unusable("no pods are served there");
      }
      for (const json& pod : list->at("items")) {
        const auto name = pod.at("/metadata/name"_json_pointer).get<std::string>();
        const json costs = pod.at("metadata").value("annotations", json::object());
        const bool is_at_work = hosts.contains(name);
        if (costs.contains(deletion_cost) != is_at_work) {
          mark(pods + "/" + url_encoded(name), is_at_work, deadline);
        }
      }
      next = list->value("/metadata/continue"_json_pointer, std::string());
      if (next.empty()) {
        return;
      }
    }
    throw unusable("more pods than there was time for");
  }

  Error unusable(const std::string& why) const {
    return Error(place_of(options_.api) + ": " + why, Retry::Yes, Cause::Unreachable);
  }

  std::string account(const std::string& file) const {
    std::string text = runtime::read_text_file(options_.account_folder + "/" + file, file_bytes_max);
    text.erase(text.find_last_not_of(" \n") + 1);
    return text;
  }

  /// A pod that is gone by now is nobody to be marked.
  void mark(const std::string& pod, bool is_at_work, core::Deadline deadline) const {
    const json cost = is_at_work ? json(cost_of_work) : json(nullptr);
    const json patch = {{"metadata", {{"annotations", {{deletion_cost, cost}}}}}};
    ask({.method = "PATCH",
         .url = pod,
         .headers = {"Content-Type: application/merge-patch+json"},
         .body = patch.dump()},
        deadline);
  }

  /// nullopt: there is no such thing.
  std::optional<json> ask(HttpExchange exchange, core::Deadline deadline) const {
    exchange.headers.push_back("Authorization: Bearer " + account("token"));
    exchange.ca_file = options_.account_folder + "/ca.crt";
    const HttpReply reply = http_exchange(exchange, deadline);
    if (reply.status == not_found) {
      return std::nullopt;
    }
    json answer = json::parse(reply.body, nullptr, false);
    if (reply.status != 200 || !answer.is_object()) {
      throw unusable("status " + std::to_string(reply.status) + " for " + exchange.method + " pods" +
                     (answer.is_object() ? ": " + answer.value("message", std::string()) : ""));
    }
    return answer;
  }

  KubernetesOptions options_;
};

}  // namespace

std::unique_ptr<flow::Orchestrator> open_kubernetes_pods(KubernetesOptions options) {
  return std::make_unique<KubernetesPods>(std::move(options));
}

}  // namespace robin::adapters
