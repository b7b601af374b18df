// robin-secrets: passwords, addresses with them, the broker's definitions and certificates of a cluster. What is
// printed is kept nowhere.

#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "cluster/compose_secrets.hpp"
#include "cluster/files.hpp"
#include "cluster/kubernetes_secrets.hpp"
#include "cluster/logins.hpp"
#include "cluster/topology.hpp"
#include "runtime/error.hpp"

namespace robin::cluster {
namespace {

constexpr int wrong_usage = 2;

constexpr const char* secrets_usage = R"(Usage: robin-secrets kubernetes [--tls] [RABBITMQ-HOST [POSTGRES-HOST]]
       robin-secrets compose FOLDER
       robin-secrets definitions FOLDER FILE

  kubernetes   prints Secrets with fresh passwords: robin-secrets kubernetes | kubectl apply -f -
               They are kept nowhere; made again, they are other ones, and servers that know the old ones must be told.
               Hosts are rabbitmq and postgres-rw by default.
       --tls   addresses that ask for TLS; an authority, and a certificate of it for each of the two servers, for ten years
               (k8s/components/tls; its key is forgotten, so that nobody else can be a server)
  compose      writes the secrets of compose.yaml below FOLDER; what is there stays, only addresses are written anew. With
               ROBIN_TLS=yes they ask for TLS, and both servers get a certificate
  definitions  writes what RabbitMQ imports to FILE, with the password of each user, that FOLDER/USER holds, as a hash

It needs the program openssl.
)";

void write_definitions(const std::filesystem::path& folder, const std::filesystem::path& file) {
  Passwords passwords;
  for (const auto& user : topology().rabbitmq_users) {
    std::string password = text_of(folder / user);
    std::erase(password, '\n');
    if (password.empty()) {
      throw runtime::Error("there is no password in " + (folder / user).string());
    }
    passwords.rabbitmq[user] = password;
  }
  write_file(file, rabbitmq_definitions(passwords), Readers::Owner);
}

int make_secrets(std::vector<std::string> words) {
  const std::string command = words.empty() ? "" : words.front();
  if (command == "-h" || command == "--help") {
    std::fputs(secrets_usage, stdout);
    return 0;
  }
  words.erase(words.begin(), words.begin() + (words.empty() ? 0 : 1));
  if (command == "kubernetes") {
    KubernetesOptions options;
    options.tls = std::erase(words, "--tls") != 0;
    const bool is_flag =
        std::any_of(words.begin(), words.end(), [](const auto& word) { return word.starts_with("-"); });
    if (!is_flag && words.size() <= 2) {
      options.rabbitmq = words.empty() ? options.rabbitmq : words[0];
      options.postgres = words.size() < 2 ? options.postgres : words[1];
      const std::string text = kubernetes_secrets(options);
      // Half of it would be applied as if it were all.
      if (std::fputs(text.c_str(), stdout) < 0 || std::fflush(stdout) != 0) {
        throw runtime::Error("the secrets cannot be printed");
      }
      return 0;
    }
  } else if (command == "compose" && words.size() == 1) {
    const char* tls = std::getenv("ROBIN_TLS");  // NOLINT(concurrency-mt-unsafe): there is one thread
    write_compose_secrets(words[0], tls != nullptr && std::string(tls) == "yes");
    return 0;
  } else if (command == "definitions" && words.size() == 2) {
    write_definitions(words[0], words[1]);
    return 0;
  }
  std::fputs(secrets_usage, stderr);
  return wrong_usage;
}

}  // namespace
}  // namespace robin::cluster

int main(int argc, char** argv) {
  // Keys lie in files for a moment.
  umask(077);
  try {
    return robin::cluster::make_secrets({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "robin-secrets: %s\n", error.what());
    return 1;
  }
}
