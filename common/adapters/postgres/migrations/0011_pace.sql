-- How fast blocks finish, without a look at the blocks of an hour: what finished in each ten seconds. Each statement that finishes
-- blocks adds what it finished, a row that nobody else waits for; with the tallies, rows of one moment are added up.

CREATE TABLE paces (
  search_id  bigint NOT NULL,
  -- When the ten seconds began.
  at         timestamptz NOT NULL,
  blocks     bigint NOT NULL,
  candidates numeric NOT NULL,
  -- Whether it is the sum of what was added one by one.
  is_sum     boolean NOT NULL DEFAULT false
);
CREATE INDEX paces_of_search ON paces (search_id, at);
CREATE INDEX paces_to_sum ON paces (at) WHERE NOT is_sum;
CREATE INDEX paces_to_forget ON paces (at) WHERE is_sum;

CREATE FUNCTION pace_begin(moment timestamptz) RETURNS timestamptz LANGUAGE sql STABLE AS
  'SELECT to_timestamp(10 * floor(extract(epoch FROM moment) / 10))';

-- The last moments may still get more. Nobody asks for more than a month.
CREATE OR REPLACE FUNCTION fold_tallies() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF pg_try_advisory_xact_lock(hashtext('robin tallies')) THEN
    WITH gone AS (DELETE FROM tallies RETURNING *)
    INSERT INTO tallies (search_id, state, blocks, positions, candidates)
      SELECT search_id, state, sum(blocks), sum(positions), sum(candidates) FROM gone GROUP BY search_id, state
      HAVING sum(blocks) <> 0;
    WITH gone AS (DELETE FROM paces WHERE NOT is_sum AND at < now() - interval '20 s' RETURNING *)
    INSERT INTO paces (search_id, at, blocks, candidates, is_sum)
      SELECT search_id, at, sum(blocks), sum(candidates), true FROM gone GROUP BY search_id, at;
    DELETE FROM paces WHERE is_sum AND at < now() - interval '31 days';
  END IF;
END $$;

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
        INSERT INTO tallies (search_id, state, blocks, positions, candidates)
          SELECT search_id, state, sum(sign), sum(sign * positions), sum(sign * candidates) FROM (
            SELECT search_id, state, 1 AS sign, end_at - begin_at AS positions,
                CASE WHEN state = 'FINISHED' THEN (SELECT r.candidates FROM results r
                  WHERE r.block_id = n.id AND r.purpose = n.accepted_purpose AND r.run = n.accepted_run) ELSE 0 END AS candidates
              FROM after_it n
            UNION ALL
            SELECT search_id, state, -1, end_at - begin_at,
                CASE WHEN state = 'FINISHED' THEN (SELECT r.candidates FROM results r
                  WHERE r.block_id = o.id AND r.purpose = o.accepted_purpose AND r.run = o.accepted_run) ELSE 0 END
              FROM before_it o) changed
          GROUP BY search_id, state
          HAVING (sum(sign), sum(sign * positions), sum(sign * candidates)) <> (0, 0, 0)
          RETURNING search_id, state, blocks, candidates),
      paced AS (
        INSERT INTO paces (search_id, at, blocks, candidates)
          SELECT search_id, pace_begin(now()), blocks, candidates FROM tallied WHERE state = 'FINISHED' AND blocks > 0)
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
REVOKE ALL ON FUNCTION pace_begin FROM PUBLIC;

INSERT INTO paces (search_id, at, blocks, candidates, is_sum)
  SELECT b.search_id, pace_begin(b.finished_at), count(*), sum(r.candidates), true
    FROM blocks b JOIN results r ON r.block_id = b.id AND r.purpose = b.accepted_purpose AND r.run = b.accepted_run
    WHERE b.state = 'FINISHED' AND b.finished_at > now() - interval '31 days' GROUP BY 1, 2;

GRANT SELECT ON paces TO robin_reader, robin_operator, robin_producer, robin_auditor, robin_janitor, robin_saver;
