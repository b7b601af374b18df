#pragma once

// Kubernetes as an orchestrator: consumers' pods that compute carry the annotation
// controller.kubernetes.io/pod-deletion-cost, and a ReplicaSet that shall have fewer deletes those without first
// (https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#pod-deletion-cost). Pods are found by a label
// and take the place of hosts, as a pod's host name is its name. One thread may call.

#include <memory>
#include <string>

#include "flow/ports/orchestrator.hpp"

namespace robin::adapters {

struct KubernetesOptions {
  /// https://kubernetes.default.svc from within.
  std::string api;
  /// Where the kubelet keeps what a pod's account has: token, which it renews, ca.crt and namespace.
  std::string account_folder = "/var/run/secrets/kubernetes.io/serviceaccount";
  /// Which pods.
  std::string selector = "app.kubernetes.io/component=consumer";
  /// Pods in one answer of the API server.
  int page = 500;
};

/// Asks for nothing before it is used. The account needs the verbs list and patch on pods of its own namespace.
[[nodiscard]] std::unique_ptr<flow::Orchestrator> open_kubernetes_pods(KubernetesOptions options);

}  // namespace robin::adapters
