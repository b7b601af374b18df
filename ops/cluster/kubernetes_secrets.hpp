#pragma once

// The secrets of a cluster on Kubernetes, as manifests with fresh passwords: kept nowhere, so that those made again are
// other ones.

#include <string>

namespace robin::cluster {

struct KubernetesOptions {
  /// Addresses that ask for TLS, and certificates for both servers.
  bool tls = false;
  /// As the services ask for them.
  std::string rabbitmq = "rabbitmq";
  std::string postgres = "postgres-rw";
};

/// One Secret for each client, each user of the database, the broker's definitions, the autoscaler, and with TLS the
/// authority and the two certificates. Throws Error if there is no openssl.
[[nodiscard]] std::string kubernetes_secrets(const KubernetesOptions& options);

}  // namespace robin::cluster
