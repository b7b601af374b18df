#pragma once

// ApiSource: where a command asks about the cluster and gives its orders: a gateway (--server, ROBIN_SERVER), or, if
// none is named, the cluster's own database and broker from within this process. Both answer the same.

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "api/json.hpp"
#include "api/model.hpp"

namespace robin::cli {

/// The flag --server, which every command of a cluster has.
struct ServerFlags {
  std::string server;
  void add_to(CLI::App& command);
};

class ApiSource {
 public:
  using Json = api::Json;
  using Query = std::map<std::string, std::string>;

  ApiSource() = default;
  ApiSource(const ApiSource&) = delete;
  ApiSource& operator=(const ApiSource&) = delete;
  virtual ~ApiSource() = default;

  /// get() and post() take a path below /api/v1/. They throw runtime::Error with what the answer says is wrong
  /// (Cause::Unreachable if a server is out of reach), or that the answer is none of the API.
  [[nodiscard]] Json get(const std::string& path, const Query& query = {}) { return ask("GET", path, query, {}); }
  template <class Answer>
  [[nodiscard]] Answer get(const std::string& path, const Query& query = {}) {
    return understood<Answer>(get(path, query));
  }
  template <class Order>
  [[nodiscard]] Json post(const std::string& path, const Order& order) {
    return ask("POST", path, {}, api::json_of(order).dump());
  }
  template <class Answer, class Order>
  Answer post(const std::string& path, const Order& order) {
    return understood<Answer>(post(path, order));
  }

  /// Asks page after page and calls visit(item, its JSON) for each item in order, until none is left or `limit` were
  /// visited. Returns whether there are more.
  template <class Item>
  bool each(const std::string& path, const Query& query, std::uint64_t limit,
            const std::function<void(const Item&, const Json&)>& visit) {
    return each_row(path, query, limit, [&visit](const Json& row) { visit(understood<Item>(row), row); });
  }

  /// The same without a limit: pages are as long as the server makes them, for an older server knows no `limit` there.
  template <class Item>
  void each(const std::string& path, const std::function<void(const Item&, const Json&)>& visit) {
    each_row(path, {}, std::nullopt, [&visit](const Json& row) { visit(understood<Item>(row), row); });
  }

  /// The answer as the described struct; calls misunderstood() if it is something else.
  template <class Answer>
  [[nodiscard]] static Answer understood(const Json& answer) {
    try {
      return api::value_from<Answer>(answer, "it");
    } catch (const api::Unreadable& error) {
      misunderstood(error.what());
    }
  }
  [[noreturn]] static void misunderstood(const std::string& why);

 private:
  virtual Json ask(const std::string& method, const std::string& path, const Query& query, const std::string& body) = 0;
  bool each_row(const std::string& path, Query query, std::optional<std::uint64_t> limit,
                const std::function<void(const Json&)>& visit);
};

/// Whether commands ask a gateway: one is named by the flag or by ROBIN_SERVER.
[[nodiscard]] bool is_remote(const ServerFlags& flags);

/// The gateway if one is named, else the cluster itself. Throws CLI::ValidationError if a variable is missing or given
/// twice, or an address is none.
[[nodiscard]] std::unique_ptr<ApiSource> open_api(const ServerFlags& flags);

/// A usage error if both a file and, by a flag, a gateway are named.
void refuse_two_places(const std::string& store, const ServerFlags& flags);

/// The API over a file that `robin run` wrote. Throws runtime::Error if there is no such file.
[[nodiscard]] std::unique_ptr<ApiSource> open_store_api(const std::string& file);

}  // namespace robin::cli
