#include "cluster/kubernetes_secrets.hpp"

#include <utility>
#include <vector>

#include "cluster/certificates.hpp"
#include "cluster/files.hpp"
#include "cluster/logins.hpp"
#include "cluster/topology.hpp"

namespace robin::cluster {
namespace {

/// (key, value).
using Data = std::vector<std::pair<std::string, std::string>>;

constexpr int certificate_days = 3650;
constexpr const char* postgres_prefix = "robin-postgres-";

std::string type_of(const std::string& name) {
  return name.starts_with(postgres_prefix) ? "kubernetes.io/basic-auth"
         : name.ends_with("-tls")          ? "kubernetes.io/tls"
                                           : "Opaque";
}

std::string secret(const std::string& name, const Data& data) {
  std::string text = "---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: " + name +
                     "\n  namespace: robin\n  labels: { app.kubernetes.io/name: robin }\ntype: " + type_of(name) +
                     "\ndata:\n";
  for (const auto& [key, value] : data) {
    text += "  " + key + ": \"" + base64(value) + "\"\n";
  }
  return text;
}

/// As they are asked for within the cluster.
std::vector<std::string> dns_names(const std::vector<std::string>& services) {
  std::vector<std::string> all;
  for (const char* domain : {".robin.svc", ".robin.svc.cluster.local", ".robin", ""}) {
    for (const auto& service : services) {
      all.push_back(service + domain);
    }
  }
  return all;
}

struct Certificates {
  std::string authority;
  /// Of both servers, as Secrets.
  std::string secrets;
};

/// Its key is forgotten, so that nobody else can be a server.
Certificates make_certificates_for(const KubernetesOptions& options) {
  const PrivateFolder work;
  make_authority(work.path(), "robin", certificate_days);
  Certificates all{.authority = text_of(work.path() / "ca.pem"), .secrets = {}};
  for (const CertificateOf& server :
       {CertificateOf{"rabbitmq-tls", dns_names({options.rabbitmq, "*.rabbitmq-nodes"})},
        CertificateOf{"postgres-tls", dns_names({options.postgres, "postgres-rw", "postgres-r", "postgres-ro"})}}) {
    make_certificate(work.path(), server, certificate_days);
    all.secrets += secret(server.name, {{"tls.crt", text_of(work.path() / (server.name + ".pem"))},
                                        {"tls.key", text_of(work.path() / (server.name + ".key"))}});
  }
  return all;
}

Place management_at(const std::string& rabbitmq, bool tls) {
  return {tls ? "https://" : "http://", "@" + rabbitmq + (tls ? ":15671" : ":15672")};
}

}  // namespace

std::string kubernetes_secrets(const KubernetesOptions& options) {
  const Topology& all = topology();
  const Passwords passwords = Passwords::fresh();
  Places places = {
      {"amqp-url", {options.tls ? "amqps://" : "amqp://", "@" + options.rabbitmq + "/robin"}},
      {"database-url",
       {"postgresql://", "@" + options.postgres + "/" + all.database +
                             (options.tls ? "?sslmode=verify-full&sslrootcert=/run/secrets/ca/ca.crt" : "")}},
      {"management-url", management_at(options.rabbitmq, options.tls)}};
  std::string text;
  for (const Client& client : all.clients()) {
    Data data;
    for (const auto& [setting, user] : client.addresses) {
      data.emplace_back(setting, address(places, passwords, setting, user));
    }
    for (const auto& token : client.tokens) {
      data.emplace_back(token, random_text(24));
    }
    text += secret("robin-" + client.name, data);
  }
  text += secret("robin-migrate", {{"database-url", address(places, passwords, "database-url", all.owner)}});
  text += secret("robin-rabbitmq-definitions", {{"definitions.json", rabbitmq_definitions(passwords)}});
  for (const auto& [user, password] : passwords.postgres) {
    text +=
        secret(postgres_prefix + (user == all.owner ? "owner" : user), {{"username", user}, {"password", password}});
  }
  const Certificates certificates = options.tls ? make_certificates_for(options) : Certificates{};
  // KEDA asks from a namespace of its own, where the short name of a service says nothing.
  const bool is_short = options.rabbitmq.find('.') == std::string::npos;
  places["management-url"] = management_at(options.rabbitmq + (is_short ? ".robin.svc" : ""), options.tls);
  text += secret("robin-autoscaling", {{"host", address(places, passwords, "management-url", "gateway") + "/robin"},
                                       {"tls", options.tls ? "enable" : "disable"},
                                       {"ca", certificates.authority}});
  if (options.tls) {
    text += secret("robin-ca", {{"ca.crt", certificates.authority}}) + certificates.secrets;
  }
  return text;
}

}  // namespace robin::cluster
