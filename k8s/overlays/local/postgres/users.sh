#!/bin/bash
# Run once, when the database is made: a user for each service, in the role that the migration gives its rights to. psql reads each password
# by itself: anybody may list the arguments of a process.
set -euo pipefail
for name in producer saver auditor janitor gateway operator; do
  export file=/run/secrets/postgres/$name
  [ -s "$file" ] || { echo "$file: there is no password for $name" >&2; exit 1; }
  psql -q -v ON_ERROR_STOP=1 -v name="$name" -v role="robin_$name" -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
\set password `cat "$file"`
CREATE ROLE :"role" NOLOGIN;
CREATE USER :"name" PASSWORD :'password' IN ROLE :"role";
SQL
done
psql -q -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c 'CREATE ROLE robin_reader NOLOGIN'
