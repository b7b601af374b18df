#include "cli/cluster_access.hpp"

#include <CLI/CLI.hpp>

#include "adapters/postgres_store.hpp"
#include "runtime/config.hpp"

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

}  // namespace

adapters::PostgresOptions cluster_database() {
  adapters::PostgresOptions options;
  options.url = as_usage_error(
      [] { return runtime::required_secret("database-url", "postgresql://user:password@host:port/database"); });
  options.name = "robin";
  return options;
}

std::unique_ptr<flow::Store> open_cluster_store(const search::Strategies& strategies) {
  return adapters::open_postgres_store(cluster_database(), strategies);
}

std::optional<std::string> cluster_management_url() {
  return as_usage_error([] { return runtime::optional_secret("management-url"); });
}

}  // namespace robin::cli
