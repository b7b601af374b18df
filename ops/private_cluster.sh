# shellcheck shell=bash
# A private cluster for as long as a script runs, for measurements; source ops/lib.sh first. Sets `cluster`, its folder.
: "${root:?ops/lib.sh comes first}"

# start_cluster N: with N consumers of its own; ROBIN_BIN and what else robin-cluster knows say how. Stopped when the script ends.
start_cluster() {
  tool=$(cluster_tool) || return
  cluster=$(passable_folder "${TMPDIR:-/tmp}/robin-private") || return
  trap stop_cluster EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  "$tool" start "$cluster" "$1" >&2
}
stop_cluster() { "$tool" stop "$cluster" && rmdir "$(dirname "$cluster")"; }
scale_cluster() { "$tool" scale "$cluster" "$1" >&2; }

# in_cluster PROGRAM ARGUMENT...: speaks to RabbitMQ as consumers do and looks into the ledger as an operator.
in_cluster() (
  for variable in "${!ROBIN_@}"; do unset "$variable"; done
  set -a
  # shellcheck source=/dev/null
  . "$cluster/consumer.env"
  # shellcheck source=/dev/null
  . "$cluster/operator.env"
  set +a
  exec "$@"
)

# submit_synthetic BLOCKS WORK_MS: a load test that is interrupted, whose search goes on; returns once a block is finished.
submit_synthetic() {
  local test
  # What is told to stop is the program, not the shell that waits for it: a load test that was left behind goes on asking.
  # shellcheck disable=SC2016 # the shell inside expands it
  in_cluster sh -c 'echo "$$" >"$0" && exec "$@"' "$cluster/loadtest.pid" "$ROBIN_BIN/robin" loadtest --blocks "$1" --work-ms "$2" \
    --timeout 86400 >/dev/null 2>&1 &
  test=$!
  until [ "$(finished_blocks)" -gt 0 ]; do
    kill -0 "$test" || return
    sleep 0.5
  done
  kill -TERM "$(cat "$cluster/loadtest.pid")"
  wait "$test" || true
}
finished_blocks() {
  local found
  found=$(in_cluster "$ROBIN_BIN/robin" status -o json | sed -n 's/.*"finished":\([0-9]*\).*/\1/p' | head -n 1)
  printf '%s\n' "${found:-0}"
}

# process_of NAME: rabbitmq, postgres, or a service as producer-1.
process_of() {
  local process=''
  case $1 in
    # Of the server itself, not of the script that started it.
    rabbitmq) cat "$cluster/rabbitmq/pid" ;;
    postgres) head -n 1 "$cluster/postgres/data/postmaster.pid" ;;
    *)
      # Nobody's while it waits to be started again.
      until [ -n "$process" ]; do process=$(cat "$cluster/pids/$1"); [ -n "$process" ] || sleep 0.1; done
      printf '%s\n' "$process"
      ;;
  esac
}
services_of_cluster() { find "$cluster/pids" -type f ! -name '.*' -printf '%f\n' | sort -V; }
