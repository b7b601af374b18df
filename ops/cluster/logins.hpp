#pragma once

// Passwords and the addresses with them, in one way for every place where a cluster runs: Kubernetes, compose, and this
// machine. Nothing here is kept or shown; whoever asks for an address decides where it goes.

#include <map>
#include <string>

namespace robin::cluster {

/// Passwords by user.
struct Passwords {
  std::map<std::string, std::string> rabbitmq;
  /// The owner of the database is one of these users.
  std::map<std::string, std::string> postgres;

  /// A password of 24 random bytes for each user of the topology.
  [[nodiscard]] static Passwords fresh();
};

/// An address without its login: what stands before and after USER:PASSWORD.
struct Place {
  std::string before;
  std::string after;
};

/// Places by setting: amqp-url, database-url, management-url.
using Places = std::map<std::string, Place>;

/// The address of a setting with a user's login. Throws std::out_of_range for a setting or user that is not there.
[[nodiscard]] std::string address(const Places& places, const Passwords& passwords, const std::string& setting,
                                  const std::string& user);

/// The hash of a password as RabbitMQ keeps it: base64(salt + SHA-256(salt + password)). Throws Error if there is no
/// openssl.
[[nodiscard]] std::string password_hash(const std::string& password, const std::string& salt);

/// The definitions that RabbitMQ imports, each password hashed with a salt of four random bytes.
[[nodiscard]] std::string rabbitmq_definitions(const Passwords& passwords);

[[nodiscard]] std::string base64(const std::string& bytes);

}  // namespace robin::cluster
