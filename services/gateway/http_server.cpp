#include "gateway/http_server.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "api/openapi.hpp"
#include "gateway/host_names.hpp"
#include "runtime/http_server.hpp"

namespace robin::gateway {
namespace {

using runtime::HttpRequest;
using runtime::HttpResponse;
namespace fs = std::filesystem;

/// Answers that are made at once: most of them wait for the database, or for another that asks the same.
constexpr std::size_t threads = 32;
constexpr const char* html = "text/html; charset=utf-8";

constexpr std::array<std::pair<const char*, const char*>, 9> content_types = {{{".html", html},
                                                                               {".js", "text/javascript"},
                                                                               {".css", "text/css"},
                                                                               {".svg", "image/svg+xml"},
                                                                               {".png", "image/png"},
                                                                               {".ico", "image/x-icon"},
                                                                               {".json", "application/json"},
                                                                               {".woff2", "font/woff2"},
                                                                               {".txt", "text/plain; charset=utf-8"}}};

constexpr const char* page_missing =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
    "<title>robin</title><body style=\"font-family:sans-serif;max-width:40em;margin:3em auto;padding:0 1em\">"
    "<h1>robin</h1><p>The API answers under <a href=\"/api/v1/status\">/api/v1</a> "
    "(<a href=\"/api/v1/openapi.json\">description</a>), but the page was not built: that needs Node. "
    "Install it and build again.</p></body></html>\n";

HttpResponse problem(int status, const std::string& why) {
  return {.status = status,
          .content_type = "application/problem+json",
          .body = api::problem(status, why).body.dump() + "\n"};
}

HttpResponse hardened(HttpResponse response) {
  response.headers["X-Content-Type-Options"] = "nosniff";
  response.headers["Referrer-Policy"] = "no-referrer";
  response.headers["Content-Security-Policy"] =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
      "connect-src 'self'; font-src 'self'; base-uri 'none'; frame-ancestors 'none'";
  return response;
}

/// A file below the folder, by a path each of whose parts is a plain name: none begins with a dot.
std::optional<HttpResponse> file_of(const fs::path& folder, const std::string& path) {
  const bool is_plain = std::all_of(path.begin(), path.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("/._-").find(c) != std::string_view::npos;
  });
  if (!is_plain || path.find("//") != std::string::npos || path.find("/.") != std::string::npos) {
    return std::nullopt;
  }
  const fs::path file = folder / (path.back() == '/' ? path + "index.html" : path).substr(1);
  std::error_code error;
  std::ifstream stream(file, std::ios::binary);
  if (!fs::is_regular_file(file, error) || !stream) {
    return std::nullopt;
  }
  const auto* const type = std::find_if(content_types.begin(), content_types.end(),
                                        [&file](const auto& one) { return file.extension() == one.first; });
  return HttpResponse{.content_type = type == content_types.end() ? "application/octet-stream" : type->second,
                      .body = {std::istreambuf_iterator<char>(stream), {}}};
}

}  // namespace

struct HttpServer::State {
  State(const HttpOptions& options, std::function<Answer(const Call&)> answer_to_call)
      : answer(std::move(answer_to_call)),
        names(options.address, options.names),
        page_folder(options.page_folder),
        has_page(fs::exists(page_folder / "index.html")),
        server(
            {.address = options.address,
             .name_of_address = "listen-address",
             .methods = {"GET", "HEAD", "POST"},
             .threads = threads,
             .connections_max = options.connections_max,
             .body_bytes_max = options.body_bytes_max,
             .patience = options.patience},
            [this](const HttpRequest& request) { return hardened(answer_to(request)); },
            [](int status, const std::string& why) { return hardened(problem(status, why)); }) {}

  [[nodiscard]] HttpResponse answer_to(const HttpRequest& request) const {
    const bool reads = request.method != "POST";
    if (!names.have(request.header("host"))) {
      return problem(421, "this gateway is not called so: it answers to localhost, to addresses, and to ROBIN_NAMES");
    }
    if (reads && request.path == "/api/v1/openapi.json") {
      return {.content_type = "application/json", .body = described};
    }
    if (request.path.starts_with("/api/")) {
      Answer given = answer({reads ? "GET" : request.method, request.path, request.query, request.body,
                             request.header("authorization"), request.header("if-none-match"), request.from});
      return {given.status, std::move(given.content_type), std::move(given.body), std::move(given.headers)};
    }
    if (!reads) {
      return problem(404, "orders are taken under /api/v1");
    }
    if (!has_page && request.path == "/") {
      return {.content_type = html, .body = page_missing};
    }
    const auto file = has_page ? file_of(page_folder, request.path) : std::nullopt;
    return file ? *file : problem(404, "there is no such page; the API is under /api/v1");
  }

  const std::string described = api::openapi_text();
  const std::function<Answer(const Call&)> answer;
  const HostNames names;
  const fs::path page_folder;
  const bool has_page;
  runtime::HttpServer server;
};

HttpServer::HttpServer(const HttpOptions& options, std::function<Answer(const Call&)> answer)
    : state_(std::make_unique<State>(options, std::move(answer))) {}

HttpServer::~HttpServer() = default;

int HttpServer::port() const noexcept { return state_->server.port(); }

bool HttpServer::has_page() const noexcept { return state_->has_page; }

}  // namespace robin::gateway
