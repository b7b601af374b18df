#pragma once

// The topology of a cluster, ops/topology.json: its services, their users in RabbitMQ and PostgreSQL, and the rights of
// each. The one list that secrets, definitions, private clusters and tests are made from. Immutable.

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace robin::cluster {

/// A service, or who types commands: what it must be told to reach its servers.
struct Client {
  std::string name;
  /// (setting, user): the addresses it needs, as its flags spell them, and whom it logs in as.
  std::vector<std::pair<std::string, std::string>> addresses;
  /// Settings that are secrets of its own.
  std::vector<std::string> tokens;
};

struct Role {
  std::string name;
  /// The user with a password that is in this role; empty if there is none.
  std::string user;
};

struct Topology {
  /// In the order in which they stop.
  std::vector<Client> services;
  std::vector<Client> people;
  std::vector<std::string> rabbitmq_users;
  std::vector<Role> roles;
  std::string database;
  std::string owner;

  /// The services, and then people.
  [[nodiscard]] std::vector<Client> clients() const;
  /// Asserts that it is one.
  [[nodiscard]] const Client& client(const std::string& name) const;
  /// The users of PostgreSQL that are in a role.
  [[nodiscard]] std::vector<std::string> postgres_users() const;
};

[[nodiscard]] const Topology& topology();

/// Producers end early and savers last, so that what consumers still report is saved.
[[nodiscard]] const std::vector<std::string>& services_by_stop();
[[nodiscard]] bool is_service(const std::string& name);

/// ROBIN_AMQP_URL for amqp-url: as runtime::variable_of, which needs a library.
[[nodiscard]] std::string variable_of(const std::string& setting);

/// What RabbitMQ imports at its start: users, each with the hash of its password, their rights, and what it holds.
[[nodiscard]] std::string rabbitmq_definitions(const std::function<std::string(const std::string& user)>& hash_of);

}  // namespace robin::cluster
