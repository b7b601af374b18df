#include "runtime/health_server.hpp"

#include "runtime/http_server.hpp"

namespace robin::runtime {
namespace {

constexpr std::size_t connections_max = 64;
constexpr std::chrono::seconds silence_max{5};

HttpResponse told(const std::vector<std::string>& wrong, const std::string& what) {
  std::string text = wrong.empty() ? "ok" : what + ":";
  for (const auto& name : wrong) {
    text += " " + name;
  }
  return {.status = wrong.empty() ? 200 : 503, .body = text + "\n"};
}

}  // namespace

struct HealthServer::State {
  HttpServer server;
};

HealthServer::HealthServer(const Vitals& vitals, const std::string& address, std::chrono::milliseconds stuck_after)
    : state_(new State{HttpServer({.address = address,
                                   .name_of_address = "health-address",
                                   .connections_max = connections_max,
                                   .patience = silence_max},
                                  [&vitals, stuck_after](const HttpRequest& request) -> HttpResponse {
                                    if (request.path == "/livez") {
                                      return told(vitals.stuck(stuck_after), "stuck");
                                    }
                                    if (request.path == "/readyz") {
                                      return told(vitals.unready(), "not ready");
                                    }
                                    if (request.path == "/metrics") {
                                      return {.content_type = "text/plain; version=0.0.4; charset=utf-8",
                                              .body = vitals.metrics_text()};
                                    }
                                    return HttpServer::plain_refusal(404, "here are /livez, /readyz and /metrics");
                                  })}) {}

HealthServer::~HealthServer() = default;

int HealthServer::port() const noexcept { return state_->server.port(); }

}  // namespace robin::runtime
