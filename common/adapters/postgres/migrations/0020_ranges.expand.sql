-- Finished blocks do not grow for ever: blocks that were audited long ago are compacted into ranges. What the program reads of such a
-- block stays, packed; its rows go, and with them whatever agreed with its result. Findings, events, failures, conflicts, and results that
-- differ from the accepted one stay as they are, so what they refer to is no foreign key any more: whoever writes them holds the block's row.
-- Services of the version before do not find what is in a range: nothing is compacted before all of them are of this version (OPERATIONS.md).

-- Blocks with consecutive ids that follow each other without a gap. Of each, in order: what `blocks`, its accepted result and its audit
-- had. A range begins behind the one before it, and before every block of its search that has a row.
CREATE TABLE IF NOT EXISTS ranges (
  first_id     bigint PRIMARY KEY,
  search_id    bigint NOT NULL REFERENCES searches (id),
  begin_at     numeric(39, 0) NOT NULL,
  end_at       numeric(39, 0) NOT NULL,
  blocks       integer NOT NULL CHECK (blocks BETWEEN 1 AND 1000 AND blocks = cardinality(ends)),
  compacted_at    timestamptz NOT NULL DEFAULT now(),
  ends         numeric(39, 0)[] NOT NULL,
  purposes     text[] NOT NULL,
  runs         integer[] NOT NULL,
  attempts     integer[] NOT NULL,
  workers      text[] NOT NULL,
  candidates   numeric(39, 0)[] NOT NULL,
  digests      bytea[] NOT NULL,
  extras       text[] NOT NULL,
  seconds      double precision[] NOT NULL,
  states       text[] NOT NULL,
  created_at   timestamptz[] NOT NULL,
  queued_at    timestamptz[] NOT NULL,
  started_at   timestamptz[] NOT NULL,
  finished_at  timestamptz[] NOT NULL,
  CHECK (begin_at < end_at)
);
CREATE UNIQUE INDEX IF NOT EXISTS ranges_by_position ON ranges (search_id, begin_at) INCLUDE (blocks);
GRANT SELECT ON ranges TO robin_reader, robin_operator, robin_producer, robin_saver, robin_auditor, robin_janitor;

-- What a person ordered last: to compact what is older.
CREATE TABLE IF NOT EXISTS compaction (
  id         integer PRIMARY KEY CHECK (id = 1),
  older_than interval,
  ordered_by text NOT NULL DEFAULT '',
  ordered_at timestamptz,
  done_at    timestamptz,
  -- By this order.
  compacted  bigint NOT NULL DEFAULT 0
);
INSERT INTO compaction (id) VALUES (1) ON CONFLICT DO NOTHING;
GRANT SELECT ON compaction TO robin_reader, robin_operator, robin_producer, robin_saver, robin_auditor, robin_janitor;
GRANT UPDATE (older_than, ordered_by, ordered_at, done_at, compacted) ON compaction TO robin_operator;
GRANT UPDATE (done_at, compacted) ON compaction TO robin_janitor;

DROP POLICY IF EXISTS auditor_tells ON events;
CREATE POLICY auditor_tells ON events FOR INSERT TO robin_auditor
  WITH CHECK (kind NOT IN ('drain', 'retry', 'dead_letter', 'pause', 'resume', 'cancel', 'share', 'compact'));
DROP POLICY IF EXISTS janitor_tells ON events;
CREATE POLICY janitor_tells ON events FOR INSERT TO robin_janitor
  WITH CHECK (kind IN ('drain', 'dead_letter', 'compact') AND once IS NULL);
DROP POLICY IF EXISTS operator_tells ON events;
CREATE POLICY operator_tells ON events FOR INSERT TO robin_operator
  WITH CHECK (kind IN ('drain', 'retry', 'pause', 'resume', 'cancel', 'share', 'compact') AND once IS NULL);

-- A finding of a block in a range says itself where its block begins and when it was finished.
ALTER TABLE findings ADD COLUMN IF NOT EXISTS begin_at numeric(39, 0);
ALTER TABLE findings ADD COLUMN IF NOT EXISTS finished_at timestamptz;
CREATE INDEX IF NOT EXISTS findings_of_ranges ON findings (search_id, kind, begin_at, ordinal) WHERE begin_at IS NOT NULL;

ALTER TABLE results DROP CONSTRAINT IF EXISTS results_block_id_fkey;
ALTER TABLE findings DROP CONSTRAINT IF EXISTS findings_block_id_purpose_run_fkey;
ALTER TABLE conflicts DROP CONSTRAINT IF EXISTS conflicts_block_id_fkey;
ALTER TABLE failures DROP CONSTRAINT IF EXISTS failures_block_id_fkey;
ALTER TABLE events DROP CONSTRAINT IF EXISTS events_block_id_fkey;
ALTER TABLE audits DROP CONSTRAINT IF EXISTS audits_block_id_fkey, DROP CONSTRAINT IF EXISTS audits_block_id_purpose_run_fkey;

-- What is accepted, wherever its block is.
CREATE OR REPLACE VIEW accepted_findings AS
  SELECT f.search_id, f.block_id, f.kind, f.ordinal, f.factorization, f.ratio_lo, f.ratio_hi, f.ratio,
      coalesce(f.begin_at, b.begin_at) AS begin_at, coalesce(f.finished_at, b.finished_at) AS finished_at
    FROM findings f LEFT JOIN blocks b ON b.id = f.block_id AND b.accepted_purpose = f.purpose AND b.accepted_run = f.run
      AND b.state = 'FINISHED' AND f.begin_at IS NULL
    WHERE f.begin_at IS NOT NULL OR b.id IS NOT NULL;
GRANT SELECT ON accepted_findings TO robin_reader, robin_operator, robin_producer, robin_saver, robin_auditor, robin_janitor;

-- The blocks of a range, unpacked.
CREATE OR REPLACE FUNCTION blocks_of(r ranges) RETURNS TABLE (
    id bigint, search_id bigint, begin_at numeric, end_at numeric, purpose text, run integer, attempt integer, worker text,
    candidates numeric, digest text, extras text, seconds double precision, audit_state text, created_at timestamptz,
    queued_at timestamptz, started_at timestamptz, finished_at timestamptz)
  LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
  SELECT r.first_id + u.place - 1, r.search_id, lag(u.end_at, 1, r.begin_at) OVER (ORDER BY u.place), u.end_at, u.purpose, u.run,
      u.attempt, u.worker, u.candidates, encode(u.digest, 'hex'), u.extras, u.seconds, u.audit_state, u.created_at, u.queued_at,
      u.started_at, u.finished_at
    FROM unnest(r.ends, r.purposes, r.runs, r.attempts, r.workers, r.candidates, r.digests, r.extras, r.seconds, r.states, r.created_at,
        r.queued_at, r.started_at, r.finished_at)
      WITH ORDINALITY AS u (end_at, purpose, run, attempt, worker, candidates, digest, extras, seconds, audit_state, created_at, queued_at,
        started_at, finished_at, place)
$$;

-- Of one search, in order of position from there on; and of all or one, by id beyond one. `most` at most, read a range at a time.
CREATE OR REPLACE FUNCTION compacted_from(of_search bigint, from_at numeric, most bigint) RETURNS TABLE (
    id bigint, begin_at numeric, end_at numeric, candidates numeric, digest text, extras text)
  LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
  next ranges;
  more bigint;
BEGIN
  FOR next IN SELECT * FROM ranges r WHERE r.search_id = of_search AND r.begin_at >= coalesce((
      SELECT max(l.begin_at) FROM ranges l WHERE l.search_id = of_search AND l.begin_at <= from_at), 0) AND r.end_at > from_at
      ORDER BY r.begin_at LOOP
    -- As blocks_of(), but for the columns that nobody asked for, which are most of the work.
    RETURN QUERY SELECT next.first_id + b.place - 1, b.before, b.end_at, b.candidates, encode(b.digest, 'hex'), b.extras FROM (
        SELECT u.*, lag(u.end_at, 1, next.begin_at) OVER (ORDER BY u.place) AS before
          FROM unnest(next.ends, next.candidates, next.digests, next.extras)
            WITH ORDINALITY AS u (end_at, candidates, digest, extras, place)) b
      WHERE b.before >= from_at ORDER BY b.place LIMIT most;
    GET DIAGNOSTICS more = ROW_COUNT;
    most := most - more;
    EXIT WHEN most <= 0;
  END LOOP;
END $$;
CREATE OR REPLACE FUNCTION compacted_beyond(after_id bigint, of_search bigint, most bigint) RETURNS TABLE (
    id bigint, search_id bigint, begin_at numeric, end_at numeric, attempt integer, worker text, created_at timestamptz,
    queued_at timestamptz, started_at timestamptz, finished_at timestamptz)
  LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
  next ranges;
  more bigint;
BEGIN
  FOR next IN SELECT * FROM ranges r WHERE r.first_id > after_id - 1000 AND r.first_id + r.blocks - 1 > after_id
      AND (of_search IS NULL OR r.search_id = of_search) ORDER BY r.first_id LOOP
    RETURN QUERY SELECT b.id, b.search_id, b.begin_at, b.end_at, b.attempt, b.worker, b.created_at, b.queued_at, b.started_at,
        b.finished_at FROM blocks_of(next) b WHERE b.id > after_id ORDER BY b.id LIMIT most;
    GET DIAGNOSTICS more = ROW_COUNT;
    most := most - more;
    EXIT WHEN most <= 0;
  END LOOP;
END $$;

-- The range of that block, if it is in one.
CREATE OR REPLACE FUNCTION range_of(block bigint) RETURNS SETOF ranges LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT * FROM (SELECT * FROM ranges WHERE first_id <= block ORDER BY first_id DESC LIMIT 1) r WHERE block < r.first_id + r.blocks
$$;

-- How far the blocks of a search, from its first audit on, may be compacted: those that are older, whose result is the audited one, and about
-- which nothing is open. In order of position; the first one that may not be compacted ends it. Looked up one by one: how many rows a
-- LIMIT that is a parameter gives, no planner knows, and it would rather read whole
-- tables, or compile for a second what runs for milliseconds.
CREATE OR REPLACE FUNCTION compactable(of_search bigint, older interval, most bigint) RETURNS TABLE (block_id bigint, begin_at numeric, end_at numeric)
  LANGUAGE sql STABLE SET search_path = public, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
  SET max_parallel_workers_per_gather = 0 SET jit = off AS $$
  SELECT f.block_id, f.begin_at, f.end_at FROM (
    SELECT a.block_id, a.begin_at, a.end_at, bool_and(coalesce(b.state = 'FINISHED' AND b.finished_at <= now() - older
        AND b.accepted_purpose = a.purpose AND b.accepted_run = a.run
        AND (SELECT count(*) FROM orders o WHERE o.block_id = a.block_id AND o.closed_at IS NULL) = 0
        AND ((SELECT count(*) FROM conflicts c WHERE c.block_id = a.block_id) = 0
          OR (SELECT count(*) FROM orders o WHERE o.block_id = a.block_id AND o.purpose LIKE 'check:%') > 0), false))
        OVER (ORDER BY a.begin_at) AS may_be
      FROM (SELECT * FROM audits WHERE search_id = of_search ORDER BY begin_at LIMIT most) a
      LEFT JOIN LATERAL (SELECT * FROM blocks WHERE id = a.block_id LIMIT 1) b ON true) f
    WHERE f.may_be
$$;

-- Compacts the first blocks of a search that may be, `most` at most, into ranges of 100 at most; returns how many. Rows that somebody else holds
-- end it: nobody waits for it, and it waits for nobody. With the rights of the schema's owner: the janitor may do this, and delete nothing
-- of a block otherwise.
CREATE OR REPLACE FUNCTION compact_blocks(of_search bigint, older interval, most bigint) RETURNS bigint LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
  SET max_parallel_workers_per_gather = 0 SET jit = off AS $$
DECLARE
  held bigint[];
  ids  bigint[];
BEGIN
  held := ARRAY(SELECT id FROM blocks WHERE id IN (SELECT block_id FROM compactable(of_search, older, most)) ORDER BY id
    FOR UPDATE SKIP LOCKED);
  -- Looked at again: what became of them before they were held.
  ids := ARRAY(SELECT f.block_id FROM (
    SELECT n.block_id, n.begin_at, bool_and(n.block_id = ANY (held)) OVER (ORDER BY n.begin_at) AS is_held
      FROM compactable(of_search, older, most) n) f
    WHERE f.is_held ORDER BY f.begin_at);

  INSERT INTO ranges (first_id, search_id, begin_at, end_at, blocks, ends, purposes, runs, attempts, workers, candidates, digests, extras,
      seconds, states, created_at, queued_at, started_at, finished_at)
    SELECT min(b.id), of_search, min(b.begin_at), max(b.end_at), count(*), array_agg(b.end_at ORDER BY u.place),
        array_agg(b.accepted_purpose ORDER BY u.place), array_agg(b.accepted_run ORDER BY u.place),
        array_agg(b.attempt ORDER BY u.place), array_agg(coalesce(b.worker, '') ORDER BY u.place),
        array_agg(r.candidates ORDER BY u.place), array_agg(decode(r.digest, 'hex') ORDER BY u.place),
        array_agg(r.extras ORDER BY u.place), array_agg(r.elapsed_seconds ORDER BY u.place),
        array_agg(a.state ORDER BY u.place), array_agg(b.created_at ORDER BY u.place), array_agg(b.queued_at ORDER BY u.place),
        array_agg(b.started_at ORDER BY u.place), array_agg(b.finished_at ORDER BY u.place)
      FROM unnest(ids) WITH ORDINALITY AS u (id, place)
      CROSS JOIN LATERAL (SELECT * FROM blocks WHERE blocks.id = u.id LIMIT 1) b
      CROSS JOIN LATERAL (SELECT * FROM results WHERE block_id = u.id AND purpose = b.accepted_purpose AND run = b.accepted_run LIMIT 1) r
      CROSS JOIN LATERAL (SELECT * FROM audits WHERE search_id = of_search AND begin_at = b.begin_at LIMIT 1) a
      -- Consecutive ids: their distance from their place is the same.
      GROUP BY u.id - u.place, (u.place - 1) / 100;

  UPDATE findings f SET begin_at = b.begin_at, finished_at = b.finished_at FROM blocks b
    WHERE b.id = ANY (ids) AND f.block_id = b.id AND f.purpose = b.accepted_purpose AND f.run = b.accepted_run;
  WITH agreed AS (
    SELECT r.block_id, r.purpose, r.run FROM blocks b
      JOIN results a ON a.block_id = b.id AND a.purpose = b.accepted_purpose AND a.run = b.accepted_run
      JOIN results r ON r.block_id = b.id AND r.digest = a.digest WHERE b.id = ANY (ids)),
  found_again AS (
    DELETE FROM findings f USING agreed a WHERE f.block_id = a.block_id AND f.purpose = a.purpose AND f.run = a.run
      AND f.begin_at IS NULL)
  DELETE FROM results r USING agreed a WHERE r.block_id = a.block_id AND r.purpose = a.purpose AND r.run = a.run;
  DELETE FROM audits WHERE search_id = of_search AND begin_at IN (SELECT begin_at FROM blocks WHERE id = ANY (ids));
  DELETE FROM orders WHERE block_id = ANY (ids);
  DELETE FROM parts WHERE block_id = ANY (ids);
  DELETE FROM blocks WHERE id = ANY (ids);
  RETURN cardinality(ids);
END $$;
REVOKE ALL ON FUNCTION compact_blocks FROM PUBLIC;
GRANT EXECUTE ON FUNCTION compact_blocks TO robin_janitor;

-- As before; and nothing new where blocks were compacted, which they were from the search's begin on.
CREATE OR REPLACE FUNCTION refuse_overlap(ids bigint[], begins numeric[], ends numeric[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM searches WHERE id = ANY (ids) ORDER BY id FOR UPDATE;
  IF EXISTS (
    SELECT FROM (
        SELECT search_id, min(begin_at) AS least, max(end_at) AS greatest
          FROM unnest(ids, begins, ends) AS n (search_id, begin_at, end_at) GROUP BY search_id) span,
      LATERAL (
        SELECT end_at > lead(begin_at) OVER (ORDER BY begin_at) AS overlaps FROM (
          (SELECT b.begin_at, b.end_at FROM blocks b WHERE b.search_id = span.search_id AND b.begin_at < span.least
            ORDER BY b.begin_at DESC LIMIT 1)
          UNION ALL
          (SELECT b.begin_at, b.end_at FROM blocks b WHERE b.search_id = span.search_id AND b.begin_at >= span.least
            AND b.begin_at < span.greatest)) AS around
        UNION ALL
        SELECT end_at > span.least FROM (
          SELECT r.end_at FROM ranges r WHERE r.search_id = span.search_id ORDER BY r.begin_at DESC LIMIT 1) AS last) AS pairs
      WHERE pairs.overlaps)
  THEN
    RAISE EXCEPTION 'blocks of one search overlap' USING ERRCODE = 'exclusion_violation';
  END IF;
END $$;
