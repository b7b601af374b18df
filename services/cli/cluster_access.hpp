#pragma once

// Where the cluster's servers are: ROBIN_DATABASE_URL, ROBIN_MANAGEMENT_URL and ROBIN_AMQP_URL, or the files that their
// _FILE twins name. A variable that is missing, given twice, or no address is a usage error in one line.

#include <memory>
#include <optional>
#include <string>

#include "adapters/postgres/connection.hpp"
#include "adapters/rabbitmq/connection.hpp"
#include "adapters/rabbitmq/management.hpp"
#include "flow/ports/store.hpp"

namespace robin::cli {

[[nodiscard]] adapters::PostgresOptions cluster_database();

/// Who gives an order, for the record: user@host.
[[nodiscard]] std::string operator_name();

/// The ledger of the cluster. Throws runtime::Error, Unreachable also where the schema does not fit.
[[nodiscard]] std::unique_ptr<flow::ClusterStore> open_cluster_store(const search::Strategies& strategies);

/// ROBIN_SERVER: the gateway to ask; nullopt if none is named.
[[nodiscard]] std::optional<std::string> cluster_server();
/// What is wrong with the address of a gateway; nullopt if nothing is.
[[nodiscard]] std::optional<std::string> refuse_server(const std::string& url);

/// ROBIN_ADMIN_TOKEN, or the file that ROBIN_ADMIN_TOKEN_FILE names: orders by way of a gateway need it.
[[nodiscard]] std::optional<std::string> admin_token();

/// ROBIN_AMQP_URL, which must be set, and ROBIN_AMQP_CA_FILE: for the consumers of a load test.
[[nodiscard]] adapters::RabbitmqOptions cluster_broker();

/// ROBIN_MANAGEMENT_URL, or the usual port beside ROBIN_AMQP_URL, and ROBIN_AMQP_CA_FILE; without an address when
/// neither is set: then queue depths are not known.
[[nodiscard]] adapters::ManagementApi cluster_management_api();

}  // namespace robin::cli
