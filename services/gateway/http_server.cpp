#include "gateway/http_server.hpp"

#include <httplib.h>

#include <filesystem>
#include <thread>

#include "gateway/openapi.hpp"
#include "runtime/error.hpp"
#include "runtime/listen_address.hpp"

namespace robin::gateway {
namespace {

constexpr const char* html = "text/html; charset=utf-8";
constexpr std::size_t keep_alive_max = 200;
/// A page asks again only after seconds, and who waits holds a thread.
constexpr std::chrono::seconds keep_alive_patience{1};

constexpr const char* page_missing =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
    "<title>robin</title><body style=\"font-family:sans-serif;max-width:40em;margin:3em auto;padding:0 1em\">"
    "<h1>robin</h1><p>The API answers under <a href=\"/api/v1/status\">/api/v1</a> "
    "(<a href=\"/api/v1/openapi.json\">description</a>), but the page was not built: that needs Node. "
    "Install it and build again.</p></body></html>\n";

Call call_of(const httplib::Request& request) {
  Call call{request.method,
            request.path,
            {},
            request.body,
            request.get_header_value("Authorization"),
            request.get_header_value("If-None-Match"),
            request.remote_addr};
  for (const auto& [name, value] : request.params) {
    call.query[name] = value;
  }
  return call;
}

void give(const Answer& answer, httplib::Response& response) {
  response.status = answer.status;
  for (const auto& [name, value] : answer.headers) {
    response.set_header(name, value);
  }
  if (answer.status != 304) {
    response.set_content(answer.body, answer.content_type);
  }
}

void harden(httplib::Response& response) {
  response.set_header("X-Content-Type-Options", "nosniff");
  response.set_header("Referrer-Policy", "no-referrer");
  response.set_header("Content-Security-Policy",
                      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
                      "connect-src 'self'; font-src 'self'; base-uri 'none'; frame-ancestors 'none'");
}

}  // namespace

struct HttpServer::State {
  httplib::Server server;
  int port = 0;
  bool has_page = false;
  std::jthread thread;
};

HttpServer::HttpServer(const HttpOptions& options, std::function<Answer(const Call&)> answer)
    : state_(std::make_unique<State>()) {
  const auto address = runtime::listen_address(options.address);
  httplib::Server& server = state_->server;
  server.new_task_queue = [threads = options.threads] { return new httplib::ThreadPool(threads); };  // NOLINT: its own
  // Not the library's own choice, by which two processes may share a port.
  server.set_socket_options([](socket_t socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  server.set_payload_max_length(options.body_bytes_max);
  server.set_keep_alive_max_count(keep_alive_max);
  server.set_keep_alive_timeout(keep_alive_patience.count());
  server.set_read_timeout(options.patience);
  server.set_write_timeout(options.patience);
  server.set_post_routing_handler([](const httplib::Request&, httplib::Response& response) { harden(response); });
  server.set_error_handler([](const httplib::Request&, httplib::Response& response) {
    if (response.body.empty() && response.status != 304) {
      response.set_content(api::problem(response.status, "nothing more is known").body.dump() + "\n",
                           "application/problem+json");
    }
  });
  server.set_exception_handler([](const httplib::Request&, httplib::Response& response, std::exception_ptr) {
    response.status = 500;
    response.set_content(api::problem(500, "a mistake of the gateway itself").body.dump() + "\n",
                         "application/problem+json");
  });
  server.Get("/api/v1/openapi.json", [](const httplib::Request&, httplib::Response& response) {
    response.set_content(openapi, "application/json");
  });
  const auto pass_on = [answer = std::move(answer)](const httplib::Request& request, httplib::Response& response) {
    give(answer(call_of(request)), response);
  };
  server.Get("/api/.*", pass_on);
  server.Post("/api/.*", pass_on);
  state_->has_page = std::filesystem::exists(std::filesystem::path(options.page_folder) / "index.html") &&
                     server.set_mount_point("/", options.page_folder);
  if (!state_->has_page) {
    server.Get("/",
               [](const httplib::Request&, httplib::Response& response) { response.set_content(page_missing, html); });
  }
  state_->port = address.port == 0 ? server.bind_to_any_port(address.host)
                                   : (server.bind_to_port(address.host, address.port) ? address.port : -1);
  if (state_->port < 0) {
    throw runtime::Error(
        "the listen-address " + options.address + " cannot be listened on (is it taken, or not of this machine?)",
        runtime::Retry::No);
  }
  state_->thread = std::jthread([&server] { server.listen_after_bind(); });
  // stop() is heard only by a server that runs.
  while (!server.is_running()) {
    std::this_thread::yield();
  }
}

HttpServer::~HttpServer() { state_->server.stop(); }

int HttpServer::port() const noexcept { return state_->port; }

bool HttpServer::has_page() const noexcept { return state_->has_page; }

}  // namespace robin::gateway
