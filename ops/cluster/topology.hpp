#pragma once

// The topology of a cluster, ops/topology.json: its services, their users in RabbitMQ and PostgreSQL, and the rights of
// each. The one list that secrets, definitions, private clusters and tests are made from. Immutable.

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace robin::cluster {

/// A service, or a person who types commands, and what it must be told to reach the servers.
struct Client {
  std::string name;
  /// (setting, user): which addresses it needs, named by their settings, and as which user it logs in there.
  std::vector<std::pair<std::string, std::string>> addresses;
  /// The settings that are tokens of its own.
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
  /// The client of that name, which must exist (asserted).
  [[nodiscard]] const Client& client(const std::string& name) const;
  /// The users of PostgreSQL: one for each role that has a user.
  [[nodiscard]] std::vector<std::string> postgres_users() const;
};

[[nodiscard]] const Topology& topology();

/// The services in the order in which they stop: producers early and savers last, so that what consumers still report
/// is saved.
[[nodiscard]] const std::vector<std::string>& services_by_stop();
[[nodiscard]] bool is_service(const std::string& name);

/// The environment variable of a setting: ROBIN_AMQP_URL for amqp-url. (As runtime::variable_of, whose library this
/// tool does without.)
[[nodiscard]] std::string variable_of(const std::string& setting);

/// The definitions that RabbitMQ imports at its start: users with the hashes of their passwords, their rights,
/// exchanges and queues.
[[nodiscard]] std::string rabbitmq_definitions(const std::function<std::string(const std::string& user)>& hash_of);

}  // namespace robin::cluster
