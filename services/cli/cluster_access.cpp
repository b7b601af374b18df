#include "cli/cluster_access.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>

#include "adapters/postgres/store.hpp"
#include "adapters/server_settings.hpp"
#include "runtime/address.hpp"
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
  // The host's own colons stand in brackets.
  const std::size_t host = authority.find_last_of("@]");
  authority.resize(std::min(authority.find(':', host == std::string::npos ? 0 : host), authority.size()));
  return (has_tls ? "https://" : "http://") + authority + (has_tls ? ":15671" : ":15672") +
         (virtual_host.empty() || virtual_host == "robin" ? "" : "?vhost=" + virtual_host);
}

/// ROBIN_AMQP_CA_FILE, checked for this address of RabbitMQ.
std::string authority_of(const std::string& url) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing changes the environment
  const char* const set = std::getenv("ROBIN_AMQP_CA_FILE");
  const std::string file = set == nullptr ? "" : set;
  if (const auto reason = adapters::refuse_authority(url, file)) {
    throw CLI::ValidationError("ROBIN_AMQP_CA_FILE", *reason);
  }
  return file;
}

}  // namespace

adapters::PostgresOptions cluster_database() {
  adapters::PostgresOptions options;
  options.url = as_usage_error([] { return runtime::required_secret(adapters::database_url()); });
  options.name = "robin";
  return options;
}

std::string operator_name() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing changes the environment
  const char* user = std::getenv("USER");
  return (user == nullptr ? std::to_string(getuid()) : std::string(user)) + "@" + runtime::host_name();
}

std::unique_ptr<flow::ClusterStore> open_cluster_store(const search::Strategies& strategies) {
  return adapters::open_postgres_store(cluster_database(), strategies);
}

std::optional<std::string> cluster_server() {
  return as_usage_error([] {
    return runtime::optional_secret({"server", runtime::gateway_address().example, std::nullopt, true, refuse_server});
  });
}

std::optional<std::string> refuse_server(const std::string& url) {
  // A path is put behind it.
  if (url.find_first_of("?#") != std::string::npos) {
    return "has a query or a fragment (write " + runtime::gateway_address().example + ")";
  }
  return runtime::refuse_address(url, runtime::gateway_address());
}

std::optional<std::string> admin_token() {
  return as_usage_error([] {
    return runtime::optional_secret(
        {"admin-token", "the gateway's token", std::nullopt, true, runtime::visible_text()});
  });
}

adapters::RabbitmqOptions cluster_broker() {
  adapters::RabbitmqOptions options;
  options.url = as_usage_error([] { return runtime::required_secret(adapters::amqp_url()); });
  options.ca_file = authority_of(options.url);
  options.name = "robin-loadtest";
  return options;
}

adapters::ManagementApi cluster_management_api() {
  const auto url = as_usage_error([]() -> std::optional<std::string> {
    if (auto named = runtime::optional_secret(adapters::management_url(std::nullopt))) {
      return named;
    }
    const auto amqp = runtime::optional_secret(adapters::amqp_url());
    return amqp ? management_beside(*amqp) : std::nullopt;
  });
  return url ? adapters::ManagementApi{*url, authority_of(*url)} : adapters::ManagementApi{};
}

}  // namespace robin::cli
