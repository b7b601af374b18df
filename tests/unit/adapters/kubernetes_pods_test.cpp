// Whom the janitor marks, asked of a stand-in for the API server; tests/k8s/cluster asks a real one.

#include "adapters/kubernetes/pods.hpp"

#include <gmock/gmock.h>
#include <httplib.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "runtime/error.hpp"
#include "support/temporary_folder.hpp"

namespace robin::adapters {
namespace {

using nlohmann::json;

constexpr const char* cost = "controller.kubernetes.io/pod-deletion-cost";

/// Pods of the namespace robin: their names and, of those that are marked, the cost.
class KubernetesPodsTest : public testing::Test {
 protected:
  KubernetesPodsTest() {
    server_.Get("/api/v1/namespaces/robin/pods",
                [this](const auto& request, auto& response) { list(request, response); });
    server_.Patch("/api/v1/namespaces/robin/pods/(.*)",
                  [this](const auto& request, auto& response) { patch(request, response); });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    std::ofstream(folder_.file("token")) << "of-this-pod\n";
    std::ofstream(folder_.file("namespace")) << "robin";
  }
  ~KubernetesPodsTest() override {
    server_.stop();
    thread_.join();
  }

  void set_at_work(const std::set<std::string>& hosts, int page = 500) {
    open_kubernetes_pods(
        {.api = "http://127.0.0.1:" + std::to_string(port_), .account_folder = folder_.path().string(), .page = page})
        ->set_at_work(hosts, core::Deadline::in(std::chrono::seconds(20)));
  }
  std::string refusal() {
    try {
      set_at_work({"a"});
    } catch (const runtime::Error& error) {
      return error.what();
    }
    return "none";
  }

  std::map<std::string, std::string> pods_;
  /// A pod that is gone when it is patched.
  std::string gone_;
  /// What is answered instead of everything.
  int status_ = 200;
  std::string body_;
  int patches_ = 0;

 private:
  bool is_refused(const httplib::Request& request, httplib::Response& response) const {
    EXPECT_EQ(request.get_header_value("Authorization"), "Bearer of-this-pod");
    if (status_ == 200 && body_.empty()) {
      return false;
    }
    response.status = status_;
    response.set_content(body_, "application/json");
    return true;
  }

  void list(const httplib::Request& request, httplib::Response& response) {
    if (is_refused(request, response)) {
      return;
    }
    EXPECT_EQ(request.get_param_value("labelSelector"), "app.kubernetes.io/component=consumer");
    const std::size_t limit = std::stoul(request.get_param_value("limit"));
    json items = json::array();
    auto pod = pods_.upper_bound(request.get_param_value("continue"));
    for (; pod != pods_.end() && items.size() < limit; ++pod) {
      json metadata = {{"name", pod->first}};
      if (!pod->second.empty()) {
        metadata["annotations"] = {{cost, pod->second}};
      }
      items.push_back({{"metadata", metadata}});
    }
    const json metadata = {{"continue", pod == pods_.end() ? "" : std::prev(pod)->first}};
    response.set_content(json{{"metadata", metadata}, {"items", items}}.dump(), "application/json");
  }

  void patch(const httplib::Request& request, httplib::Response& response) {
    if (is_refused(request, response)) {
      return;
    }
    ++patches_;
    EXPECT_EQ(request.get_header_value("Content-Type"), "application/merge-patch+json");
    if (request.matches[1] == gone_) {
      response.status = 404;
      return;
    }
    const json value = json::parse(request.body)["metadata"]["annotations"][cost];
    pods_.at(request.matches[1]) = value.is_null() ? "" : value.get<std::string>();
    response.set_content("{}", "application/json");
  }

  testing_support::TemporaryFolder folder_;
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
};

using Pods = std::map<std::string, std::string>;

TEST_F(KubernetesPodsTest, PodsAtWorkCostMoreThanOthers) {
  pods_ = {{"a", ""}, {"b", ""}, {"c", ""}};
  set_at_work({"a", "c", "of another fleet"});
  EXPECT_EQ(pods_, (Pods{{"a", "1"}, {"b", ""}, {"c", "1"}}));
  set_at_work({"b", "c"});
  EXPECT_EQ(pods_, (Pods{{"a", ""}, {"b", "1"}, {"c", "1"}}));
  EXPECT_EQ(patches_, 4);
  set_at_work({"b", "c"});
  EXPECT_EQ(patches_, 4) << "who is marked already is left alone";
}

TEST_F(KubernetesPodsTest, ManyPodsComeInPages) {
  pods_ = {{"a", ""}, {"b", ""}, {"c", ""}, {"d", ""}, {"e", ""}};
  set_at_work({"a", "d", "e"}, 2);
  EXPECT_EQ(pods_, (Pods{{"a", "1"}, {"b", ""}, {"c", ""}, {"d", "1"}, {"e", "1"}}));
}

TEST_F(KubernetesPodsTest, APodThatIsGoneKeepsNobodyElseFromBeingMarked) {
  pods_ = {{"a", ""}, {"b", ""}};
  gone_ = "a";
  set_at_work({"a", "b"});
  EXPECT_EQ(pods_["b"], "1");
}

TEST_F(KubernetesPodsTest, WhatIsNoAnswerIsAnError) {
  status_ = 403;
  body_ = R"({"message": "pods is forbidden"})";
  EXPECT_THAT(refusal(), testing::HasSubstr("status 403 for GET pods: pods is forbidden"));
  status_ = 404;
  EXPECT_THAT(refusal(), testing::HasSubstr("no pods"));
  status_ = 200;
  for (const char* const body :
       {"nonsense", "[]", "{}", R"({"items": 1})", R"({"items": [{}]})", R"({"items": [{"metadata": 1}]})"}) {
    body_ = body;
    EXPECT_NE(refusal(), "none") << body;
  }
}

}  // namespace
}  // namespace robin::adapters
