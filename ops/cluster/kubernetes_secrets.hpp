#pragma once

// The secrets of a cluster on Kubernetes, as manifests with fresh passwords. They are kept nowhere: made again they are
// others.

#include <string>

namespace robin::cluster {

struct KubernetesOptions {
  /// Whether addresses ask for TLS; then both servers get certificates.
  bool tls = false;
  /// The host names by which the services reach the servers.
  std::string rabbitmq = "rabbitmq";
  std::string postgres = "postgres-rw";
};

/// The manifests: one Secret for each client, each user of the database, the broker's definitions and the autoscaler,
/// and with TLS for the authority and the two certificates. Throws Error if there is no openssl.
[[nodiscard]] std::string kubernetes_secrets(const KubernetesOptions& options);

}  // namespace robin::cluster
