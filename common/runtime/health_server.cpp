#include "runtime/health_server.hpp"

#include <httplib.h>

#include <thread>

#include "runtime/error.hpp"
#include "runtime/listen_address.hpp"

namespace robin::runtime {
namespace {

constexpr int threads = 2;
constexpr int waiting_max = 64;
constexpr std::size_t request_bytes_max = std::size_t{1} << 16U;
constexpr const char* plain = "text/plain; charset=utf-8";

void answer(httplib::Response& response, const std::vector<std::string>& wrong, const std::string& what) {
  std::string text = wrong.empty() ? "ok" : what + ":";
  for (const auto& name : wrong) {
    text += " " + name;
  }
  response.status = wrong.empty() ? 200 : 503;
  response.set_content(text + "\n", plain);
}

}  // namespace

struct HealthServer::State {
  httplib::Server server;
  int port = 0;
  std::jthread thread;
};

HealthServer::HealthServer(const Vitals& vitals, const std::string& address, std::chrono::milliseconds stuck_after)
    : state_(std::make_unique<State>()) {
  const auto [host, port] = listen_address(address);
  httplib::Server& server = state_->server;
  server.new_task_queue = [] { return new httplib::ThreadPool(threads); };  // NOLINT: the server owns it
  // Not the library's own choice, by which two processes may share a port.
  server.set_socket_options([](socket_t socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  server.set_payload_max_length(request_bytes_max);
  server.set_keep_alive_max_count(waiting_max);
  server.set_read_timeout(std::chrono::seconds(5));
  server.set_write_timeout(std::chrono::seconds(5));
  server.Get("/livez", [&vitals, stuck_after](const httplib::Request&, httplib::Response& response) {
    answer(response, vitals.stuck(stuck_after), "stuck");
  });
  server.Get("/readyz", [&vitals](const httplib::Request&, httplib::Response& response) {
    answer(response, vitals.unready(), "not ready");
  });
  server.Get("/metrics", [&vitals](const httplib::Request&, httplib::Response& response) {
    response.set_content(vitals.metrics_text(), "text/plain; version=0.0.4; charset=utf-8");
  });
  state_->port = port == 0 ? server.bind_to_any_port(host) : (server.bind_to_port(host, port) ? port : -1);
  if (state_->port < 0) {
    throw Error("the health-address " + address + " cannot be listened on (is it taken, or not of this machine?)",
                Retry::No);
  }
  state_->thread = std::jthread([&server] { server.listen_after_bind(); });
  // stop() is heard only by a server that runs.
  while (!server.is_running()) {
    std::this_thread::yield();
  }
}

HealthServer::~HealthServer() { state_->server.stop(); }

int HealthServer::port() const noexcept { return state_->port; }

}  // namespace robin::runtime
