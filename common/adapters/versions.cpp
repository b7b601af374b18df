#include "adapters/versions.hpp"

#include <nlohmann/json.hpp>

#include "adapters/postgres/connection.hpp"
#include "adapters/rabbitmq/connection.hpp"
#include "adapters/sqlite/database.hpp"
#include "math/library_versions.hpp"
#include "runtime/http_server.hpp"
#include "runtime/log.hpp"
#include "runtime/version.hpp"
#include "search/sha256.hpp"

namespace robin::adapters {

std::vector<std::pair<std::string, std::string>> all_versions() {
  std::vector<std::pair<std::string, std::string>> all = {
      {"version", runtime::version()}, {"revision", runtime::revision()}, {"compiler", __VERSION__}};
  for (auto& library : math::library_versions()) {
    all.push_back(std::move(library));
  }
  all.emplace_back("openssl", search::openssl_version());
  all.emplace_back("sqlite", sqlite_version());
  all.emplace_back("libpq", postgres_version());
  all.emplace_back("rabbitmq-c", rabbitmq_version());
  all.emplace_back("libmicrohttpd", runtime::microhttpd_version());
  all.emplace_back("spdlog", runtime::spdlog_version());
  all.emplace_back("nlohmann_json", std::to_string(NLOHMANN_JSON_VERSION_MAJOR) + "." +
                                        std::to_string(NLOHMANN_JSON_VERSION_MINOR) + "." +
                                        std::to_string(NLOHMANN_JSON_VERSION_PATCH));
  return all;
}

}  // namespace robin::adapters
