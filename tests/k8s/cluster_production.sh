# tests/k8s/cluster --production: the order that ops/OPERATIONS.md gives, on operators that are there. Sizes are patched and nothing else.
# shellcheck shell=bash disable=SC2034 # overlays is what clean_up of cluster.sh reads
: "${work:?}" "${upgrade:?}" "${from:?}" "${version:?}"

kubectl get crd rabbitmqclusters.rabbitmq.com clusters.postgresql.cnpg.io >/dev/null 2>&1 || skip 'no operators (RabbitMQ Cluster Operator, CloudNativePG)'
sized=${root:?}/build/k8s-versions
mkdir -p "$sized/servers" "$sized/new"
with_tls() { [ "${tls:?}" = no ] || printf '../../../k8s/components/%s' "$1"; }
cat >"$sized/servers/kustomization.yaml" <<YAML
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../../../k8s/overlays/production/servers]
components: [$(with_tls tls/servers)]
patches:
  - target: { kind: RabbitmqCluster }
    patch: |
      - { op: replace, path: /spec/persistence/storage, value: 2Gi }
      - { op: replace, path: /spec/resources/requests, value: { cpu: 100m, memory: 512Mi } }
  - target: { group: postgresql.cnpg.io, kind: Cluster }
    patch: |
      - { op: replace, path: /spec/storage/size, value: 2Gi }
      - { op: replace, path: /spec/resources/requests, value: { cpu: 100m, memory: 512Mi } }
YAML
# Few blocks under way, for a drain computes what is queued.
sizes='configMapGenerator:
  - { name: robin, namespace: robin, behavior: merge, literals: [ROBIN_IN_FLIGHT=12] }
patches:
  - target: { kind: Deployment, name: consumer }
    patch: |
      - { op: replace, path: /spec/template/spec/containers/0/resources/requests/cpu, value: 100m }'
cat >"$sized/new/kustomization.yaml" <<YAML
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../../../k8s/overlays/production]
components: [$(with_tls tls)]
$sizes
YAML
old=$(version_of "$from" k8s/overlays/production)
cat >>"$old/kustomization.yaml" <<YAML
$sizes
  - target: { kind: Deployment, name: janitor }
    patch: |
      - { op: replace, path: /spec/template/spec/initContainers/0/args, value: [robin, migrate] }
YAML
overlays=("$sized/new" "$sized/servers")

primary() { k get pods -l cnpg.io/cluster=postgres,cnpg.io/instanceRole=primary -o jsonpath='{.items[0].metadata.name}'; }
database() { k exec "$(primary)" -c postgres -- psql -At -c "$1" robin; }
servers_ready() {
  k wait --for=condition=Ready cluster.postgresql.cnpg.io/postgres --timeout="$1s" && k wait --for=condition=AllReplicasReady rabbitmqcluster/rabbitmq --timeout="$1s"
}
healthy_again() { [ "$(k get cluster.postgresql.cnpg.io/postgres -o jsonpath='{.status.readyInstances}')" = 3 ] && servers_ready 5; }

at=$SECONDS
expect 'the namespace' kubectl apply -k "$root/k8s/namespace"
secrets() {
  local flags=()
  [ "$tls" = no ] || flags=(--tls)
  "$root/ops/secrets" "${flags[@]}" | kubectl apply -f -
}
expect 'the secrets' secrets
expect 'the servers' kubectl apply -k "$sized/servers"
expect 'the services' kubectl apply -k "$sized/new"
expect 'the servers are ready' servers_ready 900
took 'from the first apply until the servers are ready' "$at"
expect 'all is available' available 300
took 'from the first apply until all is available' "$at"
expect 'four consumers' k scale deployment/consumer --replicas=4
robin submit --strategy colossally-abundant --begin 2 --end 1e14 >/dev/null
expect 'a search makes progress' progress 180
depths_are_known() { robin queues -o json | jq -e 'map(.known) | all'; }
expect 'the depths of the queues are known' within 60 depths_are_known

# --- failover

at=$SECONDS
victims=("pod/$(primary)" pod/rabbitmq-server-0)
expect "${victims[*]} are killed together" k delete "${victims[@]}" --grace-period=0 --force --wait=false
expect 'progress again' progress 300
took 'from killing primary and broker together until a block finished' "$at"
expect 'all six are there again' within 600 healthy_again
took 'until all six were there again' "$at"
expect 'progress' progress 180
expect 'nothing failed' nothing_wrong

# --- back to an earlier version, and forth

if [ "$upgrade" = yes ]; then
  servers >"$work/servers"
  charged >"$work/charged"
  expect "the version $from" kubectl apply -k "$old"
  expect 'rolls' rolled_out
  expect 'works' progress 180
  at=$SECONDS
  expect 'the new version' kubectl apply -k "$sized/new"
  expect 'rolls every service' rolled_out
  took 'upgrade' "$at"
  expect 'all of one image' images_are "$version"
  expect 'the scaling was kept' [ "$(consumers)" = 4 ]
  expect 'works' progress 180
  expect 'no server was restarted' diff "$work/servers" <(servers)
  expect 'no attempt was charged' diff "$work/charged" <(charged)
else
  say 'SKIPPED: the upgrade (--no-upgrade)'
fi

# --- to the end, and audited

expect 'a search to its end' robin submit --strategy exhaustive --begin 2 --end 3e9 --wait --no-progress
expect 'nothing failed' nothing_wrong
expect 'drain' robin drain start --wait --timeout 3600
before=$(database "SELECT count(*) FROM blocks WHERE state = 'FINISHED'")
expect 'the services are deleted' kubectl delete -k "$sized/new"
expect 'the ledger is not' [ "$(database "SELECT count(*) FROM blocks WHERE state = 'FINISHED'")" = "$before" ]
expect 'the servers are deleted' kubectl delete -k "$sized/servers" --timeout=300s
