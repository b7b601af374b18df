#pragma once

// Passwords and the addresses with them, in one way for every place where a cluster runs: Kubernetes, compose, and this
// machine. Nothing here is kept or shown; whoever asks for an address decides where it goes.

#include <map>
#include <string>

namespace robin::cluster {

/// By user.
struct Passwords {
  std::map<std::string, std::string> rabbitmq;
  /// The owner of the database is one of these users.
  std::map<std::string, std::string> postgres;

  /// One of 24 random bytes for each user of the topology.
  [[nodiscard]] static Passwords fresh();
};

/// An address without its login: what stands before and after USER:PASSWORD.
struct Place {
  std::string before;
  std::string after;
};

/// By setting: amqp-url, database-url, management-url.
using Places = std::map<std::string, Place>;

/// Throws std::out_of_range for a setting or a user that is not there.
[[nodiscard]] std::string address(const Places& places, const Passwords& passwords, const std::string& setting,
                                  const std::string& user);

/// As RabbitMQ keeps a password: base64(salt + SHA-256(salt + password)). Throws Error if there is no openssl.
[[nodiscard]] std::string password_hash(const std::string& password, const std::string& salt);

/// What RabbitMQ imports, each password hashed with four random bytes.
[[nodiscard]] std::string rabbitmq_definitions(const Passwords& passwords);

[[nodiscard]] std::string base64(const std::string& bytes);

}  // namespace robin::cluster
