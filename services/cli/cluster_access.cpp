#include "cli/cluster_access.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>

#include "adapters/postgres_store.hpp"
#include "runtime/config.hpp"
#include "runtime/process_facts.hpp"

namespace robin::cli {
namespace {

/// A refused variable is a usage error like a refused flag.
template <class Read>
auto as_usage_error(Read read) {
  try {
    return read();
  } catch (const runtime::Config::Refused& refused) {
    throw CLI::ValidationError(refused.reason);
  }
}

/// amqp://user:password@host:5672/robin -> http://user:password@host:15672, where the management API usually is;
/// another virtual host goes with it.
std::optional<std::string> management_beside(const std::string& amqp_url) {
  const std::size_t scheme_end = amqp_url.find("://");
  if (scheme_end == std::string::npos) {
    return std::nullopt;
  }
  const bool has_tls = amqp_url.starts_with("amqps");
  std::string authority = amqp_url.substr(scheme_end + 3);
  const std::size_t slash = std::min(authority.find('/'), authority.size());
  const std::string virtual_host = authority.substr(std::min(slash + 1, authority.size()));
  authority.resize(slash);
  const std::size_t at = authority.rfind('@');
  const std::size_t colon = authority.find(':', at == std::string::npos ? 0 : at);
  authority.resize(std::min(colon, authority.size()));
  return (has_tls ? "https://" : "http://") + authority + (has_tls ? ":15671" : ":15672") +
         (virtual_host.empty() || virtual_host == "robin" ? "" : "?vhost=" + virtual_host);
}

}  // namespace

adapters::PostgresOptions cluster_database() {
  adapters::PostgresOptions options;
  options.url = as_usage_error(
      [] { return runtime::required_secret("database-url", "postgresql://user:password@host:port/database"); });
  options.name = "robin";
  return options;
}

std::string operator_name() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing changes the environment
  const char* user = std::getenv("USER");
  return (user == nullptr ? std::to_string(getuid()) : std::string(user)) + "@" + runtime::host_name();
}

std::unique_ptr<flow::Store> open_cluster_store(const search::Strategies& strategies) {
  return adapters::open_postgres_store(cluster_database(), strategies);
}

std::optional<std::string> cluster_server() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing changes the environment
  const char* server = std::getenv("ROBIN_SERVER");
  return server == nullptr ? std::nullopt : std::optional<std::string>(server);
}

std::optional<std::string> admin_token() {
  return as_usage_error([] { return runtime::optional_secret("admin-token"); });
}

std::string cluster_broker_url() {
  return as_usage_error([] { return runtime::required_secret("amqp-url", "amqp://user:password@host:port/vhost"); });
}

std::string cluster_broker_ca_file() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing changes the environment
  const char* file = std::getenv("ROBIN_AMQP_CA_FILE");
  return file == nullptr ? std::string() : file;
}

std::optional<std::string> cluster_management_url() {
  return as_usage_error([]() -> std::optional<std::string> {
    if (auto url = runtime::optional_secret("management-url")) {
      return url;
    }
    const auto amqp = runtime::optional_secret("amqp-url");
    return amqp ? management_beside(*amqp) : std::nullopt;
  });
}

}  // namespace robin::cli
