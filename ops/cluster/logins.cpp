#include "cluster/logins.hpp"

#include <cstdint>

#include "cluster/files.hpp"
#include "cluster/process.hpp"
#include "cluster/topology.hpp"
#include "runtime/error.hpp"

namespace robin::cluster {
namespace {

constexpr std::size_t password_bytes = 24;
/// That many has RabbitMQ's form.
constexpr std::size_t salt_bytes = 4;

}  // namespace

Passwords Passwords::fresh() {
  Passwords all;
  for (const auto& user : topology().rabbitmq_users) {
    all.rabbitmq[user] = random_text(password_bytes);
  }
  for (const auto& user : topology().postgres_users()) {
    all.postgres[user] = random_text(password_bytes);
  }
  all.postgres[topology().owner] = random_text(password_bytes);
  return all;
}

std::string address(const Places& places, const Passwords& passwords, const std::string& setting,
                    const std::string& user) {
  const Place& place = places.at(setting);
  const auto& of_server = setting == "database-url" ? passwords.postgres : passwords.rabbitmq;
  return place.before + user + ":" + of_server.at(user) + place.after;
}

std::string password_hash(const std::string& password, const std::string& salt) {
  ProcessOptions options;
  // By stdin: a process list shows arguments.
  options.input = salt + password;
  const auto digest = run_process({"openssl", "dgst", "-sha256", "-binary"}, options);
  if (digest.status != 0) {
    throw runtime::Error("openssl dgst: " + digest.error);
  }
  return base64(salt + digest.output);
}

std::string rabbitmq_definitions(const Passwords& passwords) {
  return rabbitmq_definitions([&passwords](const std::string& user) {
    return password_hash(passwords.rabbitmq.at(user), random_bytes(salt_bytes));
  });
}

std::string base64(const std::string& bytes) {
  constexpr const char* digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = i; j < i + 3; ++j) {
      group = group << 8U | (j < bytes.size() ? static_cast<unsigned char>(bytes[j]) : 0U);
    }
    for (const unsigned shift : {18U, 12U, 6U, 0U}) {
      text += digits[group >> shift & 63U];
    }
  }
  for (std::size_t i = 0; i < (3 - bytes.size() % 3) % 3; ++i) {
    text[text.size() - 1 - i] = '=';
  }
  return text;
}

}  // namespace robin::cluster
