-- What the progress of a search is read from, whatever its length: each statement that changes blocks adds what it changed,
-- a few rows that nobody else waits for; now and then one of them adds all up.

CREATE TABLE tallies (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  search_id  bigint NOT NULL,
  state      text NOT NULL,
  blocks     bigint NOT NULL,
  positions  numeric NOT NULL,
  -- Of accepted results.
  candidates numeric NOT NULL
);
CREATE INDEX tallies_of_search ON tallies (search_id);

-- Adds up what is committed; what others are adding stays as it is. One at a time: who comes second leaves it.
CREATE FUNCTION fold_tallies() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF pg_try_advisory_xact_lock(hashtext('robin tallies')) THEN
    WITH gone AS (DELETE FROM tallies RETURNING *)
    INSERT INTO tallies (search_id, state, blocks, positions, candidates)
      SELECT search_id, state, sum(blocks), sum(positions), sum(candidates) FROM gone GROUP BY search_id, state
      HAVING sum(blocks) <> 0;
  END IF;
END $$;

CREATE FUNCTION tally_blocks() RETURNS trigger LANGUAGE plpgsql
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
      changed AS (
        SELECT b.id, 1 AS sign, b.search_id, b.state, b.end_at - b.begin_at AS positions, b.accepted_purpose, b.accepted_run
          FROM after_it b JOIN before_it a ON a.id = b.id
          WHERE (a.state, a.begin_at, a.end_at, a.accepted_purpose, a.accepted_run)
            IS DISTINCT FROM (b.state, b.begin_at, b.end_at, b.accepted_purpose, b.accepted_run)
        UNION ALL
        SELECT a.id, -1, a.search_id, a.state, a.end_at - a.begin_at, a.accepted_purpose, a.accepted_run
          FROM before_it a JOIN after_it b ON a.id = b.id
          WHERE (a.state, a.begin_at, a.end_at, a.accepted_purpose, a.accepted_run)
            IS DISTINCT FROM (b.state, b.begin_at, b.end_at, b.accepted_purpose, b.accepted_run)),
      summed AS (
        SELECT c.search_id, c.state, sum(sign) AS blocks, sum(sign * positions) AS positions,
            coalesce(sum(sign * r.candidates) FILTER (WHERE c.state = 'FINISHED'), 0) AS candidates
          FROM changed c LEFT JOIN results r
            ON r.block_id = c.id AND r.purpose = c.accepted_purpose AND r.run = c.accepted_run
          GROUP BY c.search_id, c.state)
    INSERT INTO tallies (search_id, state, blocks, positions, candidates)
      SELECT * FROM summed WHERE (summed.blocks, summed.positions, summed.candidates) <> (0, 0, 0);
    GET DIAGNOSTICS added = ROW_COUNT;
    IF added > 0 THEN
      newest := lastval();
      IF newest / 500 <> (newest - added) / 500 THEN
        PERFORM fold_tallies();
      END IF;
    END IF;
  END IF;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION tally_blocks, fold_tallies FROM PUBLIC;

CREATE TRIGGER blocks_inserted AFTER INSERT ON blocks
  REFERENCING NEW TABLE AS after_it FOR EACH STATEMENT EXECUTE FUNCTION tally_blocks();
CREATE TRIGGER blocks_updated AFTER UPDATE ON blocks
  REFERENCING OLD TABLE AS before_it NEW TABLE AS after_it FOR EACH STATEMENT EXECUTE FUNCTION tally_blocks();

INSERT INTO tallies (search_id, state, blocks, positions, candidates)
  SELECT b.search_id, b.state, count(*), sum(b.end_at - b.begin_at),
      coalesce(sum(r.candidates) FILTER (WHERE b.state = 'FINISHED'), 0)
    FROM blocks b LEFT JOIN results r ON r.block_id = b.id AND r.purpose = b.accepted_purpose AND r.run = b.accepted_run
    GROUP BY b.search_id, b.state;

-- The frontier: the first block that is not finished.
CREATE INDEX blocks_open ON blocks (search_id, begin_at) WHERE state <> 'FINISHED';
-- Nothing else counts the blocks of a search by their state.
DROP INDEX blocks_of_search;

-- The best findings of one search, however many others have.
ALTER TABLE findings ADD COLUMN search_id bigint;
UPDATE findings f SET search_id = b.search_id FROM blocks b WHERE b.id = f.block_id;
ALTER TABLE findings ALTER COLUMN search_id SET NOT NULL;
CREATE INDEX findings_of_search ON findings (search_id, kind, ratio DESC);

-- The newest events of one kind.
CREATE INDEX events_of_kind ON events (kind, id);

GRANT SELECT ON tallies TO robin_reader, robin_operator, robin_producer, robin_auditor, robin_janitor, robin_saver;
