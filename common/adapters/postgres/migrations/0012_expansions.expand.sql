-- What only adds to the schema (files *.expand.sql) is noted here, where services of the version before do not look: they go on working
-- while it is there, and a way back needs no restore. What stands in schema_migrations, they refuse to work with.

CREATE TABLE schema_expansions (
  version    integer PRIMARY KEY,
  name       text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT ON schema_expansions TO robin_reader, robin_operator, robin_producer, robin_saver, robin_auditor, robin_janitor;
