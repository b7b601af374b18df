#include "cluster/compose_secrets.hpp"

#include <vector>

#include "cluster/certificates.hpp"
#include "cluster/files.hpp"
#include "cluster/logins.hpp"
#include "cluster/topology.hpp"

namespace robin::cluster {
namespace {

namespace fs = std::filesystem;

constexpr int compose_certificate_days = 3650;

void put(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  write_file(file, text);
  fs::permissions(file, fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read);
}

/// Makes it once.
std::string kept(const fs::path& file) {
  if (!fs::exists(file)) {
    put(file, random_text(24));
  }
  return text_of(file);
}

/// Under the names that compose gives the servers. With the authority's key anybody could be a server: it goes with the
/// folder it was made in.
void make_certificates_once(const fs::path& folder) {
  if (fs::exists(folder / "rabbitmq/ca.pem")) {
    return;
  }
  const PrivateFolder work;
  make_authority(work.path(), "robin on compose", compose_certificate_days);
  for (const char* server : {"postgres", "rabbitmq"}) {
    make_certificate(work.path(), {.name = server, .dns_names = {server}}, compose_certificate_days);
    for (const char* kind : {"key", "pem"}) {
      put(folder / server / (std::string("server.") + kind), text_of(work.path() / (std::string(server) + "." + kind)));
    }
    put(folder / server / "ca.pem", text_of(work.path() / "ca.pem"));
  }
}

}  // namespace

void write_compose_secrets(const fs::path& folder, bool tls) {
  const Topology& all = topology();
  Passwords passwords;
  for (const auto& user : all.rabbitmq_users) {
    passwords.rabbitmq[user] = kept(folder / "rabbitmq" / user);
  }
  for (const auto& user : all.postgres_users()) {
    passwords.postgres[user] = kept(folder / "postgres" / user);
  }
  passwords.postgres[all.owner] = kept(folder / "postgres/owner");
  if (tls) {
    make_certificates_once(folder);
  }
  const Places places = {
      {"amqp-url", {tls ? "amqps://" : "amqp://", "@rabbitmq/robin"}},
      {"database-url",
       {"postgresql://",
        "@postgres/" + all.database + (tls ? "?sslmode=verify-full&sslrootcert=/run/secrets/robin/ca.pem" : "")}},
      // Its management stays inside the network of the containers.
      {"management-url", {"http://", "@rabbitmq:15672"}}};
  std::vector<Client> clients = all.clients();
  clients.push_back({.name = "owner", .addresses = {{"database-url", all.owner}}, .tokens = {}});
  for (const Client& client : clients) {
    const fs::path home = folder / client.name;
    for (const auto& [setting, user] : client.addresses) {
      put(home / setting, address(places, passwords, setting, user));
    }
    for (const auto& token : client.tokens) {
      kept(home / token);
    }
    if (tls) {
      put(home / "ca.pem", text_of(folder / "rabbitmq/ca.pem"));
    }
  }
  kept(folder / "monitoring/grafana-admin");
  if (!fs::exists(folder / "monitoring/smtp-password")) {
    put(folder / "monitoring/smtp-password", "");
  }
  if (!fs::exists(folder / "rabbitmq/definitions.json")) {
    put(folder / "rabbitmq/definitions.json", rabbitmq_definitions(passwords));
  }
}

}  // namespace robin::cluster
