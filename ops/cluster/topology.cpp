#include "cluster/topology.hpp"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "cluster/topology_text.hpp"
#include "core/contract.hpp"

namespace robin::cluster {
namespace {

/// In the order of the file.
using Json = nlohmann::ordered_json;

const Json& document() {
  static const Json all = Json::parse(topology_text);
  return all;
}

std::vector<Client> clients_in(const Json& list) {
  std::vector<Client> all;
  for (const Json& one : list) {
    Client client{.name = one.at("name"), .addresses = {}, .tokens = one.value("tokens", std::vector<std::string>())};
    for (const auto& [setting, user] : one.at("addresses").items()) {
      client.addresses.emplace_back(setting, user.get<std::string>());
    }
    all.push_back(std::move(client));
  }
  return all;
}

Topology read() {
  Topology all;
  all.services = clients_in(document().at("services"));
  all.people = clients_in(document().at("people"));
  for (const Json& user : document().at("rabbitmq").at("users")) {
    all.rabbitmq_users.push_back(user.at("name"));
  }
  const Json& postgres = document().at("postgres");
  for (const Json& role : postgres.at("roles")) {
    all.roles.push_back({role.at("name"), role.value("user", "")});
  }
  all.database = postgres.at("database");
  all.owner = postgres.at("owner");
  return all;
}

}  // namespace

std::vector<Client> Topology::clients() const {
  std::vector<Client> all = services;
  all.insert(all.end(), people.begin(), people.end());
  return all;
}

const Client& Topology::client(const std::string& name) const {
  const auto is_meant = [&name](const Client& one) { return one.name == name; };
  auto found = std::find_if(services.begin(), services.end(), is_meant);
  if (found == services.end()) {
    found = std::find_if(people.begin(), people.end(), is_meant);
    ROBIN_ASSERT(found != people.end(), "the topology has everybody who is asked for");
  }
  return *found;
}

std::vector<std::string> Topology::postgres_users() const {
  std::vector<std::string> all;
  for (const Role& role : roles) {
    if (!role.user.empty()) {
      all.push_back(role.user);
    }
  }
  return all;
}

const Topology& topology() {
  static const Topology all = read();
  return all;
}

const std::vector<std::string>& services_by_stop() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Client& service : topology().services) {
      all.push_back(service.name);
    }
    return all;
  }();
  return names;
}

bool is_service(const std::string& name) {
  const auto& names = services_by_stop();
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string variable_of(const std::string& setting) {
  std::string variable = "ROBIN_" + setting;
  std::transform(variable.begin(), variable.end(), variable.begin(),
                 [](unsigned char c) { return c == '-' ? '_' : static_cast<char>(std::toupper(c)); });
  return variable;
}

std::string rabbitmq_definitions(const std::function<std::string(const std::string& user)>& hash_of) {
  const Json& rabbitmq = document().at("rabbitmq");
  const Json& host = rabbitmq.at("virtual_host");
  Json all = {{"rabbit_version", "3.10.8"}, {"users", Json::array()}, {"vhosts", Json::array()}};
  all["vhosts"].push_back({{"name", host}});
  for (const Json& user : rabbitmq.at("users")) {
    all["users"].push_back({{"name", user.at("name")},
                            {"password_hash", hash_of(user.at("name"))},
                            {"hashing_algorithm", "rabbit_password_hashing_sha256"},
                            {"tags", user.at("tags")},
                            {"limits", Json::object()}});
    all["permissions"].push_back({{"user", user.at("name")},
                                  {"vhost", host},
                                  {"configure", user.at("configure")},
                                  {"write", user.at("write")},
                                  {"read", user.at("read")}});
  }
  for (const auto& [kind, objects] : rabbitmq.at("definitions").items()) {
    for (Json object : objects) {
      object["vhost"] = host;
      all[kind].push_back(std::move(object));
    }
  }
  return all.dump(2) + "\n";
}

}  // namespace robin::cluster
