# What tests/k8s/cluster needs for both overlays. Every wait has an end, which is generous: a small machine pulls, starts and computes.
# shellcheck shell=bash disable=SC2034 # what the others read
: "${work:?}" "${root:?}"

k() { kubectl -n robin "$@"; }
robin() { k exec deploy/gateway -c gateway -- robin "$@"; }
version=$(robin_version)

# written LINE: whether ops/OPERATIONS.md has it, perhaps with a remark behind it.
written() { grep -qxF -- "$1" < <(sed 's/  *# .*//' "$root/ops/OPERATIONS.md"); }

# typed LINE: as ops/OPERATIONS.md has it, from the root of the checkout; only what is written there may be typed.
typed() {
  written "$1" || { say "ops/OPERATIONS.md has no line: $1"; return 1; }
  say "\$ $1"
  (cd "$root" && bash -c "$1")
}

# took WHAT SINCE: a line with the time since then, as SECONDS was.
took() { say "time  $1: $((SECONDS - $2)) s"; }

# expect_told: as expect, and says what the command noted.
note() { printf '%s\n' "$*" >>"$work/notes"; }
expect_told() {
  : >"$work/notes"
  expect "$@" || { cat "$work/notes" >&2; return 1; }
  cat "$work/notes" >&2
}

# within SECONDS COMMAND...: until it succeeds.
within() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 1
  done
}

finished() { robin status -o json | jq '[.searches[].blocks.finished] | add // 0'; }
finished_more_than() { [ "$(finished)" -gt "$1" ]; }
# progress SECONDS: more blocks finish than had by now.
progress() {
  local before
  before=$(within_value 60 finished) && within "$1" finished_more_than "$before"
}
# within_value SECONDS COMMAND...: what it prints, once it succeeds.
within_value() {
  local deadline=$((SECONDS + $1)) value
  shift
  until value=$("$@" 2>/dev/null); do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 1
  done
  printf '%s\n' "$value"
}
available() { k wait --for=condition=Available deployment --all --timeout="${1:-300}s"; }
ready_consumers() { [ "$(k get deployment consumer -o json | jq '.status.readyReplicas // 0')" -ge "$1" ]; }
consumers() { k get deployment consumer -o jsonpath='{.spec.replicas}'; }
pods_of() { k get pods -l "app.kubernetes.io/component=$1" --field-selector=status.phase=Running -o name; }
pending() { [ -n "$(k get pods --field-selector=status.phase=Pending -o name)" ]; }
# Of the servers, by which a restart is seen.
servers() { k get pods -l 'app.kubernetes.io/name in (rabbitmq, postgresql)' -o json | jq -rS '.items[] | "\(.metadata.name) \(.metadata.uid) \([.status.containerStatuses[].restartCount] | add)"' | sort; }
images_are() { [ "$(k get deployments -o json | jq -r '.items[].spec.template.spec.containers[].image' | sort -u)" = "robin:$1" ]; }
rolled_out() {
  local one
  for one in $(k get deployments -o name); do k rollout status "$one" --timeout="${1:-300}s" || return; done
}
# Attempts that were charged to blocks.
charged() { database 'SELECT (SELECT count(*) FROM failures) + (SELECT count(*) FROM blocks WHERE attempt > 1)'; }
no_attempt_charged() { [ "$(charged)" = 0 ]; }
nothing_wrong() {
  robin status -o json >"$work/status.json" && jq -e '[.searches[].blocks | .failed + .quarantined + .disputed] | add == 0' "$work/status.json"
}
# version_of TAG OVERLAY: a folder that renders the overlay with another version of robin.
version_of() {
  local folder=$root/build/k8s-versions/$1
  mkdir -p "$folder"
  cat >"$folder/kustomization.yaml" <<YAML
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../../../$2]
images: [{ name: robin, newTag: $1 }]
YAML
  printf '%s\n' "$folder"
}

# scale_down FROM TO: under load; prints what became of the blocks of those that went.
scale_down() {
  local pod logs=() at
  k scale deployment/consumer --replicas="$1" >/dev/null
  within 180 ready_consumers "$1" || return
  progress 180 || return
  for pod in $(pods_of consumer); do
    k logs -f "$pod" >"$work/$(basename "$pod").log" 2>/dev/null &
    logs+=("$!")
  done
  at=$SECONDS
  k scale deployment/consumer --replicas="$2" >/dev/null
  within 180 consumers_are "$2" || return
  note "time  from $1 consumers to $2: $((SECONDS - at)) s"
  within 30 all_told "$(($1 - $2))" || true
  kill "${logs[@]}" 2>/dev/null || true
  cat "$work"/consumer-*.log | jq -sR '
    [split("\n")[] | fromjson? | select(.msg == "consumer stopped")] |
    { stopped: length, split: (map(.split) | add), handed_back: (map(.handed_back) | add), left: (map(.left) | add) }' >"$work/stopped.json"
  note "      of $(($1 - $2)) that went: $(jq -c . "$work/stopped.json") (left is what has to be computed again)"
  [ "$(jq .stopped "$work/stopped.json")" = "$(($1 - $2))" ] && [ "$(jq .left "$work/stopped.json")" = 0 ]
}
# Consumers' pods that are marked as at work, by the janitor.
marked() {
  k get pods -l app.kubernetes.io/component=consumer -o json |
    jq -r '.items[] | select(.metadata.annotations["controller.kubernetes.io/pod-deletion-cost"] and (.metadata.deletionTimestamp | not)) | .metadata.name' | sort
}
marked_are() { [ "$(marked | grep -c .)" = "$1" ]; }
# scale_down_idle FROM TO: with as many blocks at work as shall stay, whoever is idle goes.
scale_down_idle() {
  local at
  k scale deployment/consumer --replicas="$1" >/dev/null
  within 180 ready_consumers "$1" && within 60 marked_are 0 || return
  robin loadtest --blocks "$2" --work-ms 60000 --timeout 300 >"$work/loadtest.log" 2>&1 &
  within 60 marked_are "$2" || return
  marked >"$work/busy"
  at=$SECONDS
  k scale deployment/consumer --replicas="$2" >/dev/null
  within 60 consumers_are "$2" || return
  note "time  from $1 consumers, $2 of them at work, to these: $((SECONDS - at)) s"
  diff "$work/busy" <(k get pods -l app.kubernetes.io/component=consumer -o json | jq -r '.items[].metadata.name' | sort)
}
all_told() { [ "$(cat "$work"/consumer-*.log | grep -c '"consumer stopped"')" = "$1" ]; }
consumers_are() { [ "$(k get pods -l app.kubernetes.io/component=consumer -o name | wc -l)" = "$1" ]; }

# database SQL: asks the ledger; of overlays/local, production has its own.
database() { k exec postgres-0 -- psql -U robin -At -c "$1" robin; }

overlays=()
clean_up() {
  local one status=$?
  if [ "$status" != 0 ]; then
    { kubectl get pods -A -o wide; k get events --sort-by=.lastTimestamp | tail -n 20; } >&2 2>/dev/null || true
  fi
  [ -z "${KEEP:-}" ] || { say "kept: the namespace robin, $work"; return; }
  for one in "${overlays[@]}"; do kubectl delete -k "$one" --ignore-not-found --wait=false >/dev/null 2>&1 || true; done
  # Kubernetes looks again after half of the longest grace that a pod had.
  kubectl delete namespace robin --ignore-not-found --timeout=700s >/dev/null 2>&1 || true
  rm -rf "$work"
}
