#include "cli/api_source.hpp"

#include <algorithm>

#include "adapters/http_client.hpp"
#include "adapters/sqlite/store.hpp"
#include "adapters/versions.hpp"
#include "api/api.hpp"
#include "api/limits.hpp"
#include "cli/cluster_access.hpp"
#include "flow/loops/synthetic.hpp"
#include "runtime/error.hpp"
#include "runtime/plain_text.hpp"

namespace robin::cli {
namespace {

using runtime::Cause;
using runtime::Error;
using runtime::Retry;

constexpr std::chrono::seconds patience{30};

/// What workers and events say is shown to people, whatever a ledger or a gateway lets through.
void make_printable(ApiSource::Json& value) {
  if (auto* text = value.get_ptr<std::string*>(); text != nullptr) {
    *text = runtime::printable(*text);
  } else if (value.is_structured()) {
    std::for_each(value.begin(), value.end(), make_printable);
  }
}

ApiSource::Json accepted(int status, ApiSource::Json body) {
  make_printable(body);
  if (status >= 200 && status < 300) {
    return body;
  }
  // Whoever stands between may answer in words of its own.
  const bool has_detail = body.is_object() && body.contains("detail") && body["detail"].is_string();
  const std::string detail = has_detail ? body["detail"].get<std::string>() : "status " + std::to_string(status);
  if (status == 400) {
    throw CLI::ValidationError(detail);
  }
  throw Error(detail, Retry::No, status == 503 ? Cause::Unreachable : Cause::Failure);
}

/// Over a store in this process: the cluster's, or a file.
class Local final : public ApiSource {
 public:
  /// `open` makes the API over a store that it keeps.
  explicit Local(const std::function<std::unique_ptr<api::Api>(Local&)>& open) : api_(open(*this)) {}

  search::Strategies strategies = flow::fleet_strategies();
  std::unique_ptr<flow::Store> store;
  std::unique_ptr<flow::QueueWatch> queues;

 private:
  Json ask(const std::string& method, const std::string& path, const Query& query, const std::string& body) override {
    auto response = api_->handle({method, "/api/v1/" + path, query, body, operator_name()});
    return accepted(response.status, std::move(response.body));
  }

  std::unique_ptr<api::Api> api_;
};

std::unique_ptr<api::Api> over_cluster(Local& local) {
  // Checked before the database is asked.
  const adapters::ManagementApi management = cluster_management_api();
  local.queues = std::make_unique<adapters::ManagementWatch>(management);
  auto store = open_cluster_store(local.strategies);
  auto api = std::make_unique<api::Api>(*store, local.strategies,
                                        api::Surroundings{local.queues.get(), {}, adapters::all_versions()});
  local.store = std::move(store);
  return api;
}

class Remote final : public ApiSource {
 public:
  explicit Remote(std::string server) : server_(std::move(server)), token_(admin_token()) {
    while (server_.ends_with('/')) {
      server_.pop_back();
    }
  }

 private:
  Json ask(const std::string& method, const std::string& path, const Query& query, const std::string& body) override {
    std::string url = server_ + "/api/v1/" + path;
    char separator = '?';
    for (const auto& [name, value] : query) {
      url.append(1, std::exchange(separator, '&')).append(name).append("=").append(adapters::url_encoded(value));
    }
    adapters::HttpExchange exchange{method, url, {"Content-Type: application/json"}, body};
    if (method != "GET" && token_) {
      exchange.headers.push_back("Authorization: Bearer " + *token_);
    }
    const auto reply = asked(exchange);
    auto document = Json::parse(reply.body, nullptr, false);
    if (document.is_discarded()) {
      throw Error(adapters::place_of(server_) + " is no gateway of robin: it answers with status " +
                  std::to_string(reply.status) + " and no JSON (--server, ROBIN_SERVER)");
    }
    if (reply.status == 401) {
      throw Error("orders need the gateway's token: ROBIN_ADMIN_TOKEN, or a file that ROBIN_ADMIN_TOKEN_FILE names");
    }
    return accepted(reply.status, std::move(document));
  }

  [[nodiscard]] static adapters::HttpReply asked(const adapters::HttpExchange& exchange) {
    try {
      return adapters::http_exchange(exchange, core::Deadline::in(patience));
    } catch (const Error& error) {
      throw Error("the gateway does not answer (--server, ROBIN_SERVER): " + std::string(error.what()), error.retry(),
                  error.cause());
    }
  }

  std::string server_;
  std::optional<std::string> token_;
};

}  // namespace

void ServerFlags::add_to(CLI::App& command) {
  command.add_option("--server", server, "ask this gateway: http://host:port [ROBIN_SERVER; else the cluster itself]");
}

void ApiSource::misunderstood(const std::string& why) {
  throw Error("the gateway's answer cannot be used: " + why +
              " (is it of another version? robin version -o json; GET version)");
}

bool ApiSource::each_row(const std::string& path, Query query, std::optional<std::uint64_t> limit,
                         const std::function<void(const Json&)>& visit) {
  while (limit != 0) {
    if (limit) {
      query["limit"] = std::to_string(std::min(*limit, api::page_max));
    }
    const Json page = get(path, query);
    const auto items = page.find("items");
    if (items == page.end() || !items->is_array()) {
      misunderstood("it has no items");
    }
    for (const Json& item : *items) {
      visit(item);
      if (limit) {
        --*limit;
      }
    }
    const auto next = page.find("next");
    if (next == page.end() || next->is_null()) {
      return false;
    }
    const std::string after = next->is_string() ? next->get<std::string>() : next->dump();
    if (after == query["after"] || items->empty()) {
      misunderstood("a page that has no end");
    }
    query["after"] = after;
  }
  return true;
}

std::unique_ptr<ApiSource> open_store_api(const std::string& file) {
  return std::make_unique<Local>([&file](Local& local) {
    local.store = adapters::open_sqlite_store(file, local.strategies, {.must_exist = true});
    return std::make_unique<api::Api>(*local.store, local.strategies,
                                      api::Surroundings{nullptr, {}, adapters::all_versions()});
  });
}

void refuse_two_places(const std::string& store, const ServerFlags& flags) {
  if (!store.empty() && !flags.server.empty()) {
    throw CLI::ValidationError("--store", "and --server are both given: keep one");
  }
}

bool is_remote(const ServerFlags& flags) { return !flags.server.empty() || cluster_server(); }

std::unique_ptr<ApiSource> open_api(const ServerFlags& flags) {
  if (const auto reason = flags.server.empty() ? std::nullopt : refuse_server(flags.server)) {
    throw CLI::ValidationError("--server", *reason);
  }
  const std::string server = flags.server.empty() ? cluster_server().value_or("") : flags.server;
  if (server.empty()) {
    return std::make_unique<Local>(over_cluster);
  }
  return std::make_unique<Remote>(server);
}

}  // namespace robin::cli
