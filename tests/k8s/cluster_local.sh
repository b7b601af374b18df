# tests/k8s/cluster on overlays/local.
# shellcheck shell=bash disable=SC2034 # overlays is what clean_up of cluster.sh reads
: "${work:?}" "${upgrade:?}" "${from:?}" "${version:?}"

overlays=("$root/k8s/overlays/local")

# --- what ops/OPERATIONS.md says

at=$SECONDS
expect 'apply' typed 'kubectl apply -k k8s/overlays/local'
expect 'everything is there' typed 'kubectl -n robin wait --for=condition=Available deployment --all --timeout=300s'
took 'from apply until all is available' "$at"
at=$SECONDS
expect 'submit' typed 'kubectl -n robin exec deploy/gateway -- robin submit --strategy colossally-abundant --begin 2 --end 1e10'
expect 'status' typed 'kubectl -n robin exec deploy/gateway -- robin status'
expect 'scale' typed 'kubectl -n robin scale deployment/consumer --replicas=8'
certified() {
  (cd "$work" && bash -c 'kubectl -n robin exec deploy/gateway -- robin certificate --out - >certificate.json' 2>"$work/sentence") &&
    jq -e '.certificate | .holds and .largest_position == "10000000000"' "$work/certificate.json"
}
written 'kubectl -n robin exec deploy/gateway -- robin certificate --out - >certificate.json'
expect 'a certificate to 1e10' within 300 certified
took 'from submit until the certificate to 1e10' "$at"
IFS= read -r sentence <"$work/sentence"
say "$sentence"
expect 'which is verified' k exec -i deploy/gateway -- robin verify /dev/stdin <"$work/certificate.json"
expect 'eight consumers are ready' within 180 ready_consumers 8

# The two pages: what a browser asks first.
forwarded() { # forwarded PORT PATH SERVICE: asked by way of a port-forward
  local forward status=0
  k port-forward "$3" "$1" >"$work/forward.log" 2>&1 &
  forward=$!
  within 30 curl -sf -o "$work/page" "http://127.0.0.1:$1$2" || status=1
  kill "$forward" 2>/dev/null || true
  wait "$forward" 2>/dev/null || true
  return "$status"
}
expect 'the dashboard' forwarded 8080 / service/gateway
expect "RabbitMQ's UI" forwarded 15672 / service/rabbitmq

# The ledger lost, and back.
expect 'a backup' k create job now --from=cronjob/backup
expect 'is made' k wait --for=condition=Complete job/now --timeout=120s
k scale deployment --all --replicas=0 >/dev/null
no_services() { [ -z "$(k get pods -l app.kubernetes.io/name=robin --field-selector=status.phase=Running -o name)" ]; }
expect 'the services end' within 120 no_services
expect 'the ledger is dropped' k exec postgres-0 -- psql -U robin -d postgres -c 'DROP DATABASE robin WITH (FORCE)' -c 'CREATE DATABASE robin OWNER robin'
restore() {
  local line="kubectl -n robin create job restore --from=cronjob/backup --dry-run=client -o yaml | sed 's/- save\$/- restore/' | kubectl apply -f -"
  written "$line" && bash -c "$line"
}
expect 'a restore' restore
expect 'is done' k wait --for=condition=Complete job/restore --timeout=120s
k delete job now restore >/dev/null
k scale deployment --all --replicas=1 >/dev/null
expect 'everything is there again' available 300
mv "$work/certificate.json" "$work/before.json"
expect 'the same certificate' within 120 certified
expect 'to the last digit' cmp "$work/before.json" "$work/certificate.json"

# Before there is more work than consumers.
expect_told 'of eight, those go that are idle' scale_down_idle 8 2
k scale deployment/consumer --replicas=8 >/dev/null
expect 'eight consumers again' within 180 ready_consumers 8

# While a search is at work that ends soon: what is queued is still computed.
robin submit --strategy exhaustive --begin 2 --end 3e9 >/dev/null
expect 'a search makes progress' progress 120
at=$SECONDS
expect 'drain' typed 'kubectl -n robin exec deploy/gateway -- robin drain start --wait --timeout 3600'
took 'drain' "$at"
robin drain stop >/dev/null

# --- under load

robin submit --strategy colossally-abundant --begin 2 --end 1e14 >/dev/null
expect 'a long search makes progress' progress 180
for victim in rabbitmq-0 postgres-0; do
  at=$SECONDS
  expect "$victim is deleted" k delete pod "$victim" --wait=true
  expect 'and there again' within 180 k wait --for=condition=Ready "pod/$victim" --timeout=10s
  expect 'progress again' progress 180
  took "from deleting $victim until a block finished" "$at"
done
for service in saver consumer; do
  at=$SECONDS
  read -r victim <<<"$(pods_of "$service")"
  expect "a $service is killed" k delete "$victim" --grace-period=0 --force --wait=true
  expect 'progress again' progress 180
  took "from killing a $service until a block finished" "$at"
done
expect_told 'scaling 8 to 2' scale_down 8 2

# More than there is room for: consumers wait, and a server finds its place again.
k scale deployment/consumer --replicas=200 >/dev/null
expect 'some consumers find no room' within 120 pending
at=$SECONDS
expect 'rabbitmq-0 is deleted' k delete pod rabbitmq-0 --wait=true
expect 'and finds a place' within 180 k wait --for=condition=Ready pod/rabbitmq-0 --timeout=10s
expect 'progress again' progress 180
took 'the same with no room left' "$at"
k scale deployment/consumer --replicas=2 >/dev/null
expect 'two consumers' within 300 consumers_are 2
expect 'nothing failed' nothing_wrong

expect 'everything is deleted' typed 'kubectl delete -k k8s/overlays/local'
expect 'and nothing left' within 120 bash -c '! kubectl get namespace robin'

# --- an upgrade, and back

[ "$upgrade" = yes ] || { say 'SKIPPED: the upgrade (--no-upgrade)'; return 0; }
old=$(version_of "$from" k8s/overlays/local)
# That version has no --wait: its migration is tried again by the kubelet.
cat >>"$old/kustomization.yaml" <<'YAML'
patches:
  - target: { kind: Deployment, name: janitor }
    patch: |
      - { op: replace, path: /spec/template/spec/initContainers/0/args, value: [robin, migrate] }
YAML
expect "the version $from" kubectl apply -k "$old"
expect 'is there' available 420
expect 'with three consumers' k scale deployment/consumer --replicas=3
robin submit --strategy colossally-abundant --begin 2 --end 1e14 >/dev/null
expect 'and works' progress 180
servers >"$work/servers"
at=$SECONDS
expect 'the new version' typed 'kubectl apply -k k8s/overlays/local'
expect 'rolls every service' rolled_out
took 'upgrade' "$at"
expect 'all of one image' images_are "$version"
expect 'no server was restarted' diff "$work/servers" <(servers)
expect 'the scaling was kept' [ "$(consumers)" = 3 ]
expect 'it works' progress 180
expect 'no attempt was charged' no_attempt_charged
at=$SECONDS
for one in $(k get deployments -o name); do k rollout undo "$one" >/dev/null; done
expect 'the way back' rolled_out
took 'the way back' "$at"
expect 'is the old version' images_are "$from"
expect 'it works' progress 180
expect 'and forth again' kubectl apply -k "$root/k8s/overlays/local"
expect 'rolls' rolled_out
expect 'it works' progress 180
expect 'no server was restarted' diff "$work/servers" <(servers)
expect 'no attempt was charged' no_attempt_charged
expect 'nothing failed' nothing_wrong
expect 'everything is deleted' kubectl delete -k "$root/k8s/overlays/local"
