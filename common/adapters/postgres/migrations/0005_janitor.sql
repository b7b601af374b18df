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

-- Failed and quarantined blocks and orders, by ids or all in some states, are tried again with a fresh count of attempts.
-- With the rights of the schema's owner: a person may do this, and nothing else to a block.
CREATE FUNCTION retry_blocks(ids bigint[], states text[]) RETURNS bigint LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  of_blocks bigint;
  of_orders bigint;
BEGIN
  UPDATE blocks SET state = 'PENDING', attempts_before = attempt, attempt = attempt + 1, error = NULL
    WHERE state IN ('FAILED', 'QUARANTINED') AND (id = ANY (ids) OR (ids = '{}' AND state = ANY (states)));
  GET DIAGNOSTICS of_blocks = ROW_COUNT;
  UPDATE orders SET state = 'PENDING', attempts_before = attempt, attempt = attempt + 1, error = NULL
    WHERE state IN ('FAILED', 'QUARANTINED') AND closed_at IS NULL
    AND (block_id = ANY (ids) OR (ids = '{}' AND state = ANY (states)));
  GET DIAGNOSTICS of_orders = ROW_COUNT;
  RETURN of_blocks + of_orders;
END $$;
REVOKE ALL ON FUNCTION retry_blocks FROM PUBLIC;
GRANT EXECUTE ON FUNCTION retry_blocks TO robin_operator;

-- operator: a person also orders and ends a drain.
GRANT UPDATE (state, epoch, changed_at) ON control TO robin_operator;
GRANT INSERT (kind, search_id, block_id, message, once) ON events TO robin_operator;
