#pragma once

// ApiSource: where a command asks about the cluster and gives its orders: a gateway (--server, ROBIN_SERVER), or, if
// none is named, the cluster's own database and broker from within this process. Both answer the same.

#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

namespace robin::cli {

/// The flag --server, which every command of a cluster has.
struct ServerFlags {
  std::string server;
  void add_to(CLI::App& command);
};

class ApiSource {
 public:
  using Json = nlohmann::ordered_json;
  using Query = std::map<std::string, std::string>;

  ApiSource() = default;
  ApiSource(const ApiSource&) = delete;
  ApiSource& operator=(const ApiSource&) = delete;
  virtual ~ApiSource() = default;

  /// Both take a path below /api/v1/. Throws runtime::Error with what the answer says is wrong: Unreachable where a
  /// server is.
  [[nodiscard]] Json get(const std::string& path, const Query& query = {}) { return ask("GET", path, query, {}); }
  Json post(const std::string& path, const Json& body) { return ask("POST", path, {}, body.dump()); }

  /// Calls visit(item) for the items of all pages, in order, until there are none left or `limit` were visited; whether
  /// there are more.
  bool each(const std::string& path, Query query, std::uint64_t limit, const std::function<void(const Json&)>& visit);

 private:
  virtual Json ask(const std::string& method, const std::string& path, const Query& query, const std::string& body) = 0;
};

/// Whether a gateway is asked.
[[nodiscard]] bool is_remote(const ServerFlags& flags);

/// Throws CLI::ValidationError: a variable is missing or given twice, or the address is none.
[[nodiscard]] std::unique_ptr<ApiSource> open_api(const ServerFlags& flags);

/// Two places at once are a usage error: a file, and a gateway that was named by a flag.
void refuse_two_places(const std::string& store, const ServerFlags& flags);

/// The same of a file that `robin run` wrote. Throws runtime::Error: there is none.
[[nodiscard]] std::unique_ptr<ApiSource> open_store_api(const std::string& file);

}  // namespace robin::cli
