-- What people order of one search: to wait, to go on, to end, and how large its share of the fleet is. Services of the version before
-- read none of it: they publish blocks of a paused search, and compute blocks of a cancelled one to their ends.

ALTER TABLE searches ADD COLUMN IF NOT EXISTS run_state text NOT NULL DEFAULT 'ACTIVE'
  CONSTRAINT searches_run_state_check CHECK (run_state IN ('ACTIVE', 'PAUSED', 'CANCELLED'));
ALTER TABLE searches ADD COLUMN IF NOT EXISTS share integer NOT NULL DEFAULT 1
  CONSTRAINT searches_share_check CHECK (share BETWEEN 1 AND 1000);
GRANT INSERT (run_state, share), UPDATE (run_state, share) ON searches TO robin_operator;

-- A search that was cancelled stays so, whatever the program believes.
CREATE OR REPLACE FUNCTION keep_cancelled() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'search % was cancelled, which is for good', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
REVOKE ALL ON FUNCTION keep_cancelled FROM PUBLIC;
CREATE OR REPLACE TRIGGER searches_stay_cancelled BEFORE UPDATE ON searches FOR EACH ROW
  WHEN (OLD.run_state = 'CANCELLED' AND (NEW.run_state <> 'CANCELLED' OR NEW.end_at <> OLD.end_at)) EXECUTE FUNCTION keep_cancelled();

-- The end of what is not done when its search is cancelled. Rows that are there have none of it: no need to look at them.
ALTER TABLE blocks DROP CONSTRAINT IF EXISTS blocks_state_check;
ALTER TABLE blocks ADD CONSTRAINT blocks_state_check CHECK
  (state IN ('PENDING', 'QUEUED', 'RUNNING', 'FINISHED', 'FAILED', 'QUARANTINED', 'DISPUTED', 'CANCELLED')) NOT VALID;
ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_state_check;
ALTER TABLE orders ADD CONSTRAINT orders_state_check CHECK
  (state IN ('PENDING', 'QUEUED', 'RUNNING', 'FINISHED', 'FAILED', 'QUARANTINED', 'CANCELLED')) NOT VALID;

DROP POLICY IF EXISTS auditor_tells ON events;
CREATE POLICY auditor_tells ON events FOR INSERT TO robin_auditor
  WITH CHECK (kind NOT IN ('drain', 'retry', 'dead_letter', 'pause', 'resume', 'cancel', 'share'));
DROP POLICY IF EXISTS operator_tells ON events;
CREATE POLICY operator_tells ON events FOR INSERT TO robin_operator
  WITH CHECK (kind IN ('drain', 'retry', 'pause', 'resume', 'cancel', 'share') AND once IS NULL);

-- How long finished blocks were computed: what shares are measured by.
ALTER TABLE tallies ADD COLUMN IF NOT EXISTS seconds double precision NOT NULL DEFAULT 0;
ALTER TABLE paces ADD COLUMN IF NOT EXISTS seconds double precision NOT NULL DEFAULT 0;
CREATE INDEX IF NOT EXISTS tallies_in_flight ON tallies (state) INCLUDE (blocks) WHERE state IN ('QUEUED', 'RUNNING');

CREATE OR REPLACE FUNCTION fold_tallies() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF pg_try_advisory_xact_lock(hashtext('robin tallies')) THEN
    WITH gone AS (DELETE FROM tallies RETURNING *)
    INSERT INTO tallies (search_id, state, blocks, positions, candidates, seconds)
      SELECT search_id, state, sum(blocks), sum(positions), sum(candidates), sum(seconds) FROM gone GROUP BY search_id, state
      HAVING sum(blocks) <> 0;
    WITH gone AS (DELETE FROM paces WHERE NOT is_sum AND at < now() - interval '20 s' RETURNING *)
    INSERT INTO paces (search_id, at, blocks, candidates, is_sum, seconds)
      SELECT search_id, at, sum(blocks), sum(candidates), true, sum(seconds) FROM gone GROUP BY search_id, at;
    DELETE FROM paces WHERE is_sum AND at < now() - interval '31 days';
  END IF;
END $$;

-- As before, with the seconds of accepted results, which are looked up with their candidates.
CREATE OR REPLACE FUNCTION tally_blocks() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  newest bigint;
  added  bigint;
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO tallies (search_id, state, blocks, positions, candidates)
      SELECT search_id, state, count(*), sum(end_at - begin_at), 0 FROM after_it GROUP BY search_id, state;
  ELSE
    WITH
      tallied AS (
        INSERT INTO tallies (search_id, state, blocks, positions, candidates, seconds)
          SELECT search_id, state, sum(sign), sum(sign * positions), sum(sign * candidates), sum(sign * seconds) FROM (
            SELECT n.search_id, n.state, n.sign, n.positions, coalesce(r.candidates, 0) AS candidates,
                coalesce(r.elapsed_seconds, 0) AS seconds
              FROM (
                SELECT search_id, state, 1 AS sign, end_at - begin_at AS positions, id, accepted_purpose, accepted_run FROM after_it
                UNION ALL
                SELECT search_id, state, -1, end_at - begin_at, id, accepted_purpose, accepted_run FROM before_it) n
              LEFT JOIN LATERAL (
                SELECT candidates, elapsed_seconds FROM results WHERE block_id = n.id AND purpose = n.accepted_purpose
                  AND run = n.accepted_run LIMIT 1) r ON n.state = 'FINISHED') changed
          GROUP BY search_id, state
          HAVING (sum(sign), sum(sign * positions), sum(sign * candidates)) <> (0, 0, 0)
          RETURNING search_id, state, blocks, candidates, seconds),
      paced AS (
        INSERT INTO paces (search_id, at, blocks, candidates, seconds)
          SELECT search_id, pace_begin(now()), blocks, candidates, seconds FROM tallied WHERE state = 'FINISHED' AND blocks > 0)
    SELECT count(*) INTO added FROM tallied;
    IF added > 0 THEN
      newest := lastval();
      IF newest / 500 <> (newest - added) / 500 THEN
        PERFORM fold_tallies();
      END IF;
    END IF;
  END IF;
  RETURN NULL;
END $$;
