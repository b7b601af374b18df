// What robin-secrets makes: for Kubernetes, for compose, and for a broker.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "cluster/certificates.hpp"
#include "cluster/compose_secrets.hpp"
#include "cluster/files.hpp"
#include "cluster/kubernetes_secrets.hpp"
#include "cluster/logins.hpp"
#include "cluster/process.hpp"
#include "cluster/topology.hpp"
#include "support/temporary_folder.hpp"

namespace robin::cluster {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::ElementsAre;
using testing::MatchesRegex;
using testing::StartsWith;

std::string from_base64(const std::string& text) {
  static const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned group = 0;
  int bits = 0;
  for (const char digit : text.substr(0, text.find('='))) {
    group = group << 6U | static_cast<unsigned>(digits.find(digit));
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>(group >> bits & 255U);
    }
  }
  return bytes;
}

/// Whether RabbitMQ would take this password.
bool opens(const std::string& hash, const std::string& password) {
  return password_hash(password, from_base64(hash).substr(0, 4)) == hash;
}

/// USER:PASSWORD of an address.
std::pair<std::string, std::string> login_of(const std::string& address) {
  static const std::regex form("[a-z]+://([a-z]+):([0-9a-f]+)@.*");
  std::smatch match;
  return std::regex_match(address, match, form) ? std::pair(match[1].str(), match[2].str()) : std::pair("", "");
}

void expect_certificate(const fs::path& folder, const std::string& name, const std::string& host) {
  const auto verified = run_process({"openssl", "verify", "-CAfile", folder / "ca.pem", "-verify_hostname", host,
                                     "-purpose", "sslserver", folder / (name + ".pem")});
  EXPECT_EQ(verified.status, 0) << verified.output << verified.error;
  const auto of_key = run_process({"openssl", "pkey", "-pubout", "-in", folder / (name + ".key")});
  const auto of_certificate = run_process({"openssl", "x509", "-pubkey", "-noout", "-in", folder / (name + ".pem")});
  EXPECT_EQ(of_key.status, 0) << of_key.error;
  EXPECT_EQ(of_key.output, of_certificate.output);
}

TEST(Secrets, Base64IsThatOfRfc4648) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xff\xfe\xfd"), "//79");
}

// The example of https://www.rabbitmq.com/docs/passwords.
TEST(Secrets, APasswordIsHashedAsRabbitmqDoes) {
  EXPECT_EQ(password_hash("test12", "\x90\x8d\xc6\x0a"), "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR");
}

TEST(Secrets, EachUserHasAPasswordOfItsOwnEachTime) {
  std::set<std::string> seen;
  for (const auto& passwords : {Passwords::fresh(), Passwords::fresh()}) {
    for (const auto* of_server : {&passwords.rabbitmq, &passwords.postgres}) {
      for (const auto& [user, password] : *of_server) {
        EXPECT_THAT(password, MatchesRegex("[0-9a-f]{48}")) << user;
        EXPECT_TRUE(seen.insert(password).second) << user;
      }
    }
  }
  EXPECT_EQ(seen.size(), 2 * (topology().rabbitmq_users.size() + topology().postgres_users().size() + 1));
}

// Kubernetes.

struct KubernetesSecret {
  std::string type;
  std::map<std::string, std::string> data;

  [[nodiscard]] std::vector<std::string> keys() const {
    std::vector<std::string> all;
    for (const auto& [key, value] : data) {
      all.push_back(key);
    }
    return all;
  }
};

std::map<std::string, KubernetesSecret> printed(const KubernetesOptions& options) {
  std::map<std::string, KubernetesSecret> all;
  std::istringstream text(kubernetes_secrets(options));
  KubernetesSecret* secret = nullptr;
  static const std::regex name("  name: (.*)");
  static const std::regex type("type: (.*)");
  static const std::regex data("  ([a-z.-]+): \"(.*)\"");
  std::smatch match;
  for (std::string line; std::getline(text, line);) {
    if (std::regex_match(line, match, name)) {
      secret = &all[match[1]];
    } else if (std::regex_match(line, match, type)) {
      secret->type = match[1];
    } else if (std::regex_match(line, match, data)) {
      secret->data[match[1]] = from_base64(match[2]);
    }
  }
  return all;
}

TEST(KubernetesSecrets, HaveTheNamesAndKeysThatManifestsAskFor) {
  auto all = printed({});
  EXPECT_THAT(all.at("robin-producer").keys(), ElementsAre("amqp-url", "database-url"));
  EXPECT_THAT(all.at("robin-consumer").keys(), ElementsAre("amqp-url"));
  EXPECT_THAT(all.at("robin-saver").keys(), ElementsAre("amqp-url", "database-url"));
  EXPECT_THAT(all.at("robin-auditor").keys(), ElementsAre("database-url"));
  EXPECT_THAT(all.at("robin-janitor").keys(), ElementsAre("amqp-url", "database-url", "management-url"));
  EXPECT_THAT(all.at("robin-gateway").keys(), ElementsAre("admin-token", "database-url", "management-url"));
  EXPECT_THAT(all.at("robin-operator").keys(), ElementsAre("database-url", "management-url"));
  EXPECT_THAT(all.at("robin-migrate").keys(), ElementsAre("database-url"));
  EXPECT_THAT(all.at("robin-autoscaling").keys(), ElementsAre("ca", "host", "tls"));
  for (const char* user : {"owner", "producer", "saver", "auditor", "janitor", "gateway", "operator"}) {
    EXPECT_THAT(all.at(std::string("robin-postgres-") + user).keys(), ElementsAre("password", "username")) << user;
    EXPECT_EQ(all.at(std::string("robin-postgres-") + user).type, "kubernetes.io/basic-auth");
  }
  EXPECT_EQ(all.size(), 17U);
  EXPECT_EQ(all.at("robin-producer").type, "Opaque");
  EXPECT_THAT(all.at("robin-producer").data.at("amqp-url"),
              MatchesRegex("amqp://producer:[0-9a-f]{48}@rabbitmq/robin"));
  EXPECT_THAT(all.at("robin-janitor").data.at("management-url"),
              MatchesRegex("http://gateway:[0-9a-f]{48}@rabbitmq:15672"));
  EXPECT_THAT(all.at("robin-migrate").data.at("database-url"),
              MatchesRegex("postgresql://robin:[0-9a-f]{48}@postgres-rw/robin"));
  EXPECT_THAT(all.at("robin-autoscaling").data.at("host"),
              MatchesRegex("http://gateway:[0-9a-f]{48}@rabbitmq.robin.svc:15672/robin"));
  EXPECT_EQ(all.at("robin-autoscaling").data.at("tls"), "disable");
}

TEST(KubernetesSecrets, ServersKnowThePasswordsOfTheAddresses) {
  auto all = printed({});
  std::map<std::string, std::string> hashes;
  const auto definitions = json::parse(all.at("robin-rabbitmq-definitions").data.at("definitions.json"));
  for (const auto& user : definitions["users"]) {
    hashes[user["name"]] = user["password_hash"];
  }
  std::size_t addresses = 0;
  for (const Client& client : topology().clients()) {
    for (const auto& [setting, user] : client.addresses) {
      const auto login = login_of(all.at("robin-" + client.name).data.at(setting));
      EXPECT_EQ(login.first, user) << client.name << ' ' << setting;
      if (setting == "database-url") {
        EXPECT_EQ(all.at("robin-postgres-" + user).data.at("password"), login.second) << client.name;
      } else {
        EXPECT_TRUE(opens(hashes.at(user), login.second)) << client.name << ' ' << setting;
      }
      ++addresses;
    }
  }
  EXPECT_GE(addresses, 12U);
}

TEST(KubernetesSecrets, WithTlsAddressesAskForItAndServersHaveCertificates) {
  auto all = printed({.tls = true, .rabbitmq = "mq.example", .postgres = "postgres-rw"});
  EXPECT_EQ(all.size(), 20U);
  EXPECT_THAT(all.at("robin-saver").data.at("amqp-url"), MatchesRegex("amqps://saver:[0-9a-f]+@mq.example/robin"));
  EXPECT_THAT(all.at("robin-saver").data.at("database-url"),
              testing::EndsWith("@postgres-rw/robin?sslmode=verify-full&sslrootcert=/run/secrets/ca/ca.crt"));
  EXPECT_THAT(all.at("robin-autoscaling").data.at("host"),
              MatchesRegex("https://gateway:[0-9a-f]+@mq.example:15671/robin"));
  EXPECT_EQ(all.at("robin-autoscaling").data.at("tls"), "enable");
  EXPECT_EQ(all.at("robin-autoscaling").data.at("ca"), all.at("robin-ca").data.at("ca.crt"));
  const testing_support::TemporaryFolder folder;
  write_file(folder.path() / "ca.pem", all.at("robin-ca").data.at("ca.crt"));
  for (const auto& [name, host] :
       {std::pair("rabbitmq-tls", "mq.example"), std::pair("rabbitmq-tls", "rabbitmq-server-0.rabbitmq-nodes.robin"),
        std::pair("postgres-tls", "postgres-r.robin.svc.cluster.local")}) {
    EXPECT_EQ(all.at(name).type, "kubernetes.io/tls");
    write_file(folder.path() / (std::string(name) + ".pem"), all.at(name).data.at("tls.crt"));
    write_file(folder.path() / (std::string(name) + ".key"), all.at(name).data.at("tls.key"), Readers::Owner);
    expect_certificate(folder.path(), name, host);
  }
}

// Compose.

class ComposeSecrets : public testing::Test {
 protected:
  [[nodiscard]] std::string text(const std::string& file) const { return text_of(folder_.path() / file); }
  /// Every file with what is in it.
  [[nodiscard]] std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(folder_.path())) {
      if (entry.is_regular_file()) {
        all[fs::relative(entry.path(), folder_.path())] = text_of(entry.path());
        EXPECT_EQ(entry.status().permissions(), fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read)
            << entry.path();
      }
    }
    return all;
  }

  testing_support::TemporaryFolder folder_;
};

TEST_F(ComposeSecrets, EachClientHasItsAddressesAndServersKnowThem) {
  write_compose_secrets(folder_.path(), false);
  std::set<std::string> names;
  for (const auto& [name, value] : files()) {
    names.insert(name);
  }
  EXPECT_THAT(names, testing::UnorderedElementsAre(
                         "auditor/database-url", "consumer/amqp-url", "gateway/admin-token", "gateway/database-url",
                         "gateway/management-url", "janitor/amqp-url", "janitor/database-url", "janitor/management-url",
                         "monitoring/grafana-admin", "monitoring/smtp-password", "operator/database-url",
                         "operator/management-url", "owner/database-url", "postgres/auditor", "postgres/gateway",
                         "postgres/janitor", "postgres/operator", "postgres/owner", "postgres/producer",
                         "postgres/saver", "producer/amqp-url", "producer/database-url", "rabbitmq/consumer",
                         "rabbitmq/definitions.json", "rabbitmq/gateway", "rabbitmq/janitor", "rabbitmq/operator",
                         "rabbitmq/producer", "rabbitmq/saver", "saver/amqp-url", "saver/database-url"));
  EXPECT_EQ(text("consumer/amqp-url"), "amqp://consumer:" + text("rabbitmq/consumer") + "@rabbitmq/robin");
  EXPECT_EQ(text("owner/database-url"), "postgresql://robin:" + text("postgres/owner") + "@postgres/robin");
  EXPECT_EQ(text("janitor/management-url"), "http://gateway:" + text("rabbitmq/gateway") + "@rabbitmq:15672");
  const auto definitions = json::parse(text("rabbitmq/definitions.json"));
  for (const auto& user : definitions["users"]) {
    EXPECT_TRUE(opens(user["password_hash"], text("rabbitmq/" + user["name"].get<std::string>()))) << user["name"];
  }
}

TEST_F(ComposeSecrets, WhatIsThereStaysAndAddressesFollowTls) {
  write_compose_secrets(folder_.path(), false);
  const auto before = files();
  write_compose_secrets(folder_.path(), false);
  EXPECT_EQ(files(), before);
  write_compose_secrets(folder_.path(), true);
  const auto with_tls = files();
  for (const auto& [name, value] : before) {
    if (name.ends_with("/amqp-url") || name.ends_with("/database-url")) {
      EXPECT_EQ(login_of(with_tls.at(name)), login_of(value)) << name;
      EXPECT_NE(with_tls.at(name), value) << name;
    } else {
      EXPECT_EQ(with_tls.at(name), value) << name;
    }
  }
  EXPECT_THAT(text("saver/amqp-url"), StartsWith("amqps://saver:"));
  EXPECT_THAT(text("saver/database-url"),
              testing::EndsWith("@postgres/robin?sslmode=verify-full&sslrootcert=/run/secrets/robin/ca.pem"));
  EXPECT_EQ(text("consumer/ca.pem"), text("rabbitmq/ca.pem"));
  EXPECT_EQ(text("owner/ca.pem"), text("postgres/ca.pem"));
  for (const char* server : {"postgres", "rabbitmq"}) {
    expect_certificate(folder_.path() / server, "server", server);
  }
  // Another authority would be one that the servers' clients of before do not know.
  write_compose_secrets(folder_.path(), true);
  EXPECT_EQ(files(), with_tls);
  for (const auto& [name, value] : with_tls) {
    EXPECT_EQ(name.find("ca.key"), std::string::npos) << "whoever has it could be a server";
  }
}

}  // namespace
}  // namespace robin::cluster
