-- The janitor: what was begun and not heard of, what failed, what was dead-lettered; and the drain.

-- Attempts before the last retry by a person: they count no more.
ALTER TABLE blocks ADD COLUMN attempts_before integer NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN attempts_before integer NOT NULL DEFAULT 0;

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'robin_janitor') THEN
    CREATE ROLE robin_janitor NOLOGIN;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'role robin_janitor is missing and this user may not create it (an administrator runs: CREATE ROLE robin_janitor)';
END $$;

-- janitor: moves blocks and orders between FAILED, PENDING and QUARANTINED, and writes DRAINED.
GRANT SELECT ON ALL TABLES IN SCHEMA public TO robin_janitor;
GRANT UPDATE (epoch, changed_at) ON leaders TO robin_janitor;
GRANT UPDATE (state, attempt, error) ON blocks, orders TO robin_janitor;
GRANT INSERT (block_id, purpose, run, attempt, worker, error_class, message) ON failures TO robin_janitor;
GRANT UPDATE (state, changed_at) ON control TO robin_janitor;
GRANT INSERT (kind, search_id, block_id, message, once) ON events TO robin_janitor;
GRANT DELETE ON parts TO robin_janitor;

-- operator: a person also orders and ends a drain, and has failed blocks tried again.
GRANT UPDATE (state, epoch, changed_at) ON control TO robin_operator;
GRANT UPDATE (state, attempt, attempts_before, error) ON blocks, orders TO robin_operator;
GRANT INSERT (kind, search_id, block_id, message, once) ON events TO robin_operator;
