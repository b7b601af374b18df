#include "cluster/topology.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

namespace robin::cluster {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::Pair;

TEST(Topology, SaversStopLastAfterConsumersAndProducersBeforeBoth) {
  const auto& order = services_by_stop();
  const auto place = [&order](const std::string& name) { return std::find(order.begin(), order.end(), name); };
  EXPECT_EQ(order.back(), "saver");
  EXPECT_LT(place("producer"), place("consumer"));
  EXPECT_TRUE(is_service("gateway"));
  EXPECT_FALSE(is_service("operator")) << "people are no service";
}

TEST(Topology, EachAddressIsOfAUserThatItsServerKnows) {
  const Topology& all = topology();
  const auto postgres = all.postgres_users();
  for (const Client& client : all.clients()) {
    EXPECT_FALSE(client.addresses.empty()) << client.name;
    for (const auto& [setting, user] : client.addresses) {
      EXPECT_THAT(setting == "database-url" ? postgres : all.rabbitmq_users, Contains(user)) << client.name;
    }
  }
  EXPECT_THAT(all.client("janitor").addresses, Contains(Pair("management-url", "gateway")))
      << "who only looks at queues has the login that may only look";
}

TEST(Topology, ASettingIsItsVariable) { EXPECT_EQ(variable_of("management-url"), "ROBIN_MANAGEMENT_URL"); }

TEST(Definitions, HaveEachUserOnceWithItsHashAndItsRights) {
  const auto all = json::parse(rabbitmq_definitions([](const std::string& user) { return "hash of " + user; }));
  std::set<std::string> users;
  for (const auto& user : all["users"]) {
    users.insert(user["name"]);
    EXPECT_EQ(user["password_hash"], "hash of " + user["name"].get<std::string>());
    EXPECT_EQ(user["hashing_algorithm"], "rabbit_password_hashing_sha256");
  }
  EXPECT_EQ(users, std::set<std::string>(topology().rabbitmq_users.begin(), topology().rabbitmq_users.end()));
  std::set<std::string> with_rights;
  for (const auto& permission : all["permissions"]) {
    with_rights.insert(permission["user"]);
  }
  EXPECT_EQ(with_rights, users);
  EXPECT_EQ(all["vhosts"], json::parse(R"([{"name": "robin"}])"));
  for (const char* kind : {"permissions", "exchanges", "queues", "bindings", "policies"}) {
    EXPECT_FALSE(all[kind].empty()) << kind;
    for (const auto& object : all[kind]) {
      EXPECT_EQ(object["vhost"], "robin") << object;
    }
  }
}

}  // namespace
}  // namespace robin::cluster
