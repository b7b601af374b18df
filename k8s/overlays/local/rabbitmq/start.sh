#!/bin/bash
# Starts the broker, unless its files are those of RabbitMQ 3: it would refuse them, and not say what to do. What 4 has enabled stands in a
# file beside its folder.
set -euo pipefail
for flags in "${RABBITMQ_MNESIA_BASE:-/var/lib/rabbitmq/mnesia}"/*-feature_flags; do
  if [ -e "$flags" ] && ! grep -q rabbitmq_4 "$flags"; then
    echo "The volume holds the files of RabbitMQ 3, and this is RabbitMQ 4: delete that volume, the ledger knows all that was queued (ops/OPERATIONS.md, A newer RabbitMQ)." >&2
    exit 1
  fi
done
entry_point=$(command -v docker-entrypoint.sh || true)
exec ${entry_point:+"$entry_point"} rabbitmq-server
