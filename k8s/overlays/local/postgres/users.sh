#!/bin/bash
# Run once, when the database is made: a user for each service, in the role that the migration gives its rights to.
set -euo pipefail
for name in producer saver auditor janitor gateway operator; do
  psql -q -v ON_ERROR_STOP=1 -v name="$name" -v role="robin_$name" -v password="$(cat "/run/secrets/postgres/$name")" \
    -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
CREATE ROLE :"role" NOLOGIN;
CREATE USER :"name" PASSWORD :'password' IN ROLE :"role";
SQL
done
psql -q -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c 'CREATE ROLE robin_reader NOLOGIN'
