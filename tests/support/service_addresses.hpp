#pragma once

// The addresses that a service, or an operator, is told: as variables, each with the user that the topology gives it.

#include <map>
#include <string>

#include "cluster/topology.hpp"
#include "support/postgres_server.hpp"
#include "support/rabbitmq_server.hpp"

namespace robin::testing_support {

inline std::map<std::string, std::string> addresses_of(const std::string& client, const RabbitmqServer& rabbitmq,
                                                       PostgresDatabase& database) {
  std::map<std::string, std::string> all;
  for (const auto& [setting, user] : cluster::topology().client(client).addresses) {
    all[cluster::variable_of(setting)] = setting == "amqp-url"         ? rabbitmq.options(user).url
                                         : setting == "management-url" ? rabbitmq.management_url_of(user)
                                                                       : database.options_as(user).url;
  }
  return all;
}

}  // namespace robin::testing_support
