#!/bin/bash
# Starts the server with these flags, unless its files are those of another major version: it would refuse them, and not say what to do.
set -euo pipefail
is=$(postgres --version | sed 's/^[^0-9]*\([0-9]*\).*/\1/')
was=$(cat "$PGDATA/PG_VERSION" 2>/dev/null || printf '%s' "$is")
if [ "$was" != "$is" ]; then
  echo "The volume holds the files of PostgreSQL $was, and this is PostgreSQL $is: save the ledger with the image postgres:$was and restore it here (ops/OPERATIONS.md, A newer PostgreSQL)." >&2
  exit 1
fi
exec docker-entrypoint.sh postgres "$@"
