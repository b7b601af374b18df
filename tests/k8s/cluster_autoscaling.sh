# tests/k8s/cluster --autoscaling: overlays/local with KEDA, which must be there; how long it waits is patched and nothing else.
# shellcheck shell=bash disable=SC2034 # overlays is what clean_up of cluster.sh reads
: "${work:?}"

kubectl get crd scaledobjects.keda.sh >/dev/null 2>&1 || skip 'no KEDA'
expect 'KEDA serves metrics' kubectl wait --for=condition=Available apiservice/v1beta1.external.metrics.k8s.io --timeout=120s
scaled=${root:?}/build/k8s-versions/scaled
mkdir -p "$scaled"
cat >"$scaled/kustomization.yaml" <<'YAML'
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: robin
resources: [../../../k8s/overlays/local]
components: [../../../k8s/components/autoscaling, ../../../k8s/components/network-policies/keda]
# What ops/secrets prints, with the passwords of overlays/local.
secretGenerator:
  - name: robin-autoscaling
    options: { disableNameSuffixHash: true }
    literals: ['host=http://gateway:local-gateway@rabbitmq.robin.svc:15672/robin', tls=disable, ca=]
patches:
  - target: { kind: ScaledObject }
    patch: |
      - { op: replace, path: /spec/maxReplicaCount, value: 6 }
      - { op: replace, path: /spec/pollingInterval, value: 5 }
      - { op: replace, path: /spec/cooldownPeriod, value: 15 }
      - { op: replace, path: /spec/advanced/horizontalPodAutoscalerConfig/behavior/scaleDown, value: { stabilizationWindowSeconds: 15, policies: [{ type: Pods, value: 2, periodSeconds: 15 }] } }
YAML
overlays=("$scaled")

expect 'apply' kubectl apply -k "$scaled"
expect 'is there' available 300
expect 'without work there are no consumers' within 180 consumers_are 0
at=$SECONDS
robin submit --strategy exhaustive --begin 2 --end 6e9 >/dev/null
expect 'with work there is one' within 120 ready_consumers 1
took 'from submit until the first consumer is ready' "$at"
expect 'and six' within 240 ready_consumers 6
took 'and six' "$at"
ended() { robin status -o json | jq -e '.searches[0].state == "finished"'; }
expect 'the search ends' within 900 ended
at=$SECONDS
expect 'and nobody is left' within 300 consumers_are 0
took 'from the end until there is no consumer' "$at"
expect 'nothing failed' nothing_wrong
expect 'no attempt was charged' no_attempt_charged
expect 'everything is deleted' kubectl delete -k "$scaled"
