-- What each service may do, as a role without a login. A user of the services gets one of them:
--   CREATE USER saver PASSWORD '...' IN ROLE robin_saver;
-- Nobody may delete or change a result; only the owner of the schema, who migrates, may do everything. Roles belong to
-- the whole server, so they may exist already, and two databases may be migrated at once.

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['robin_reader', 'robin_producer', 'robin_saver', 'robin_operator'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', name);
      EXCEPTION
        WHEN duplicate_object OR unique_violation THEN NULL;
        WHEN insufficient_privilege THEN
          RAISE EXCEPTION 'role % is missing and this user may not create it (an administrator runs: CREATE ROLE %)', name, name;
      END;
    END IF;
  END LOOP;
END $$;

GRANT SELECT ON ALL TABLES IN SCHEMA public TO robin_reader, robin_operator;

-- producer: inserts and queues blocks, moves the plan of a search on, takes the next epoch.
GRANT SELECT ON schema_migrations, control, searches, blocks TO robin_producer;
GRANT INSERT (search_id, begin_at, end_at) ON blocks TO robin_producer;
GRANT UPDATE (state, queued_at) ON blocks TO robin_producer;
GRANT UPDATE (planned_end) ON searches TO robin_producer;
GRANT UPDATE (epoch, changed_at) ON control TO robin_producer;

-- saver: the only writer of results.
GRANT SELECT ON schema_migrations, blocks, results, findings, conflicts, failures, parts TO robin_saver;
GRANT INSERT ON results, findings, conflicts, failures, parts TO robin_saver;
GRANT DELETE ON parts TO robin_saver;
GRANT UPDATE (state, accepted_purpose, accepted_run, worker, error, started_at, heard_at, finished_at)
  ON blocks TO robin_saver;

-- operator: a person who submits searches.
GRANT INSERT (strategy, begin_at, end_at, planned_end, mode, threshold, digest_kind) ON searches TO robin_operator;
GRANT UPDATE (end_at) ON searches TO robin_operator;
