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

/// The user@host who gives an order, for its record.
[[nodiscard]] std::string operator_name();

/// Opens the ledger of the cluster. Throws runtime::Error, with Cause::Unreachable also if the schema does not fit.
[[nodiscard]] std::unique_ptr<flow::ClusterStore> open_cluster_store(const search::Strategies& strategies);

/// The gateway that ROBIN_SERVER names; nullopt if it names none.
[[nodiscard]] std::optional<std::string> cluster_server();
/// What is wrong with the address of a gateway; nullopt if nothing is.
[[nodiscard]] std::optional<std::string> refuse_server(const std::string& url);

/// The token that orders by way of a gateway need: ROBIN_ADMIN_TOKEN, or the content of the file that
/// ROBIN_ADMIN_TOKEN_FILE names.
[[nodiscard]] std::optional<std::string> admin_token();

/// The broker for the consumers of a load test: ROBIN_AMQP_URL, which must be set, and ROBIN_AMQP_CA_FILE.
[[nodiscard]] adapters::RabbitmqOptions cluster_broker();

/// RabbitMQ's management API: ROBIN_MANAGEMENT_URL, or the usual port beside ROBIN_AMQP_URL, and ROBIN_AMQP_CA_FILE.
/// Without an address if neither is set: queue depths are then unknown.
[[nodiscard]] adapters::ManagementApi cluster_management_api();

}  // namespace robin::cli
