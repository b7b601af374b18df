-- Should a block's own work and the orders for it be rows of one table? What the life of a block costs the database in each way: as
-- it is (state in `blocks`), and with a table `works` that has a row for each block and each order. psql -f this on a database that was
-- migrated and is otherwise empty; it prints milliseconds for a thousand blocks, in turns, and leaves the database as it found it but
-- for rows. Result and decision: tests/bench/RESULTS.md.
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;

-- The other way: range and acceptance stay with the block, its state moves, and so do the sums.
CREATE SCHEMA other;
CREATE TABLE other.blocks (LIKE public.blocks INCLUDING DEFAULTS INCLUDING IDENTITY);
ALTER TABLE other.blocks DROP COLUMN state, DROP COLUMN attempt, DROP COLUMN attempts_before, DROP COLUMN worker, DROP COLUMN error,
  DROP COLUMN queued_at, DROP COLUMN started_at, DROP COLUMN heard_at;
ALTER TABLE other.blocks ADD PRIMARY KEY (id);
CREATE UNIQUE INDEX ON other.blocks (search_id, begin_at);
CREATE TABLE other.works (
  block_id bigint NOT NULL, purpose text NOT NULL, run int NOT NULL, search_id bigint NOT NULL, state text NOT NULL DEFAULT 'PENDING',
  attempt int NOT NULL DEFAULT 1, attempts_before int NOT NULL DEFAULT 0, worker text, error text, queued_at timestamptz,
  started_at timestamptz, heard_at timestamptz, finished_at timestamptz, closed_at timestamptz, PRIMARY KEY (block_id, purpose, run));
CREATE INDEX ON other.works (state, block_id) WHERE state <> 'FINISHED';
CREATE TABLE other.tallies (LIKE public.tallies INCLUDING ALL);
CREATE FUNCTION other.tally() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO other.tallies (search_id, state, blocks, positions, candidates)
      SELECT w.search_id, w.state, count(*), sum(b.end_at - b.begin_at), 0 FROM after_it w JOIN other.blocks b ON b.id = w.block_id
        WHERE w.purpose = 'search' GROUP BY 1, 2;
  ELSE
    INSERT INTO other.tallies (search_id, state, blocks, positions, candidates)
      SELECT c.search_id, c.state, sum(sign), sum(sign * (b.end_at - b.begin_at)), 0 FROM (
        SELECT search_id, block_id, state, 1 AS sign FROM after_it WHERE purpose = 'search' UNION ALL
        SELECT search_id, block_id, state, -1 FROM before_it WHERE purpose = 'search') c
        JOIN other.blocks b ON b.id = c.block_id GROUP BY 1, 2 HAVING sum(sign) <> 0;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER inserted AFTER INSERT ON other.works REFERENCING NEW TABLE AS after_it FOR EACH STATEMENT EXECUTE FUNCTION other.tally();
CREATE TRIGGER updated AFTER UPDATE ON other.works REFERENCING OLD TABLE AS before_it NEW TABLE AS after_it
  FOR EACH STATEMENT EXECUTE FUNCTION other.tally();

INSERT INTO searches (strategy, begin_at, end_at, planned_end, mode, threshold, digest_kind)
  VALUES ('exhaustive', 2, 1000000002, 2, 'complete', '1.767', 'exact') RETURNING id AS search \gset

-- A thousand blocks are planned, marked, and saved in five batches, each step a transaction; `ids` are those of this round.
CREATE PROCEDURE other.as_it_is(search bigint, first numeric) LANGUAGE plpgsql AS $$
DECLARE ids bigint[];
BEGIN
  INSERT INTO public.blocks (search_id, begin_at, end_at) SELECT search, first + 100 * i, first + 100 * (i + 1) FROM generate_series(0, 999) i;
  COMMIT;
  SELECT array_agg(id ORDER BY id) INTO ids FROM (SELECT id FROM public.blocks WHERE state = 'PENDING' ORDER BY id LIMIT 1000) p;
  UPDATE public.blocks SET state = 'QUEUED', queued_at = now() WHERE id = ANY (ids);
  COMMIT;
  FOR batch IN 0..4 LOOP
    INSERT INTO public.results (block_id, purpose, run, attempt, worker, begin_at, end_at, candidates, digest, extras, elapsed_seconds)
      SELECT id, 'search', 1, 1, 'w', begin_at, end_at, 100, repeat('0', 64), '{}', 1 FROM public.blocks WHERE id = ANY (ids[batch * 200 + 1:batch * 200 + 200]);
    UPDATE public.blocks SET state = 'FINISHED', accepted_purpose = 'search', accepted_run = 1, worker = 'w', finished_at = now()
      WHERE id = ANY (ids[batch * 200 + 1:batch * 200 + 200]);
    COMMIT;
  END LOOP;
END $$;
CREATE PROCEDURE other.one_table(search bigint, first numeric) LANGUAGE plpgsql AS $$
DECLARE ids bigint[];
BEGIN
  WITH added AS (INSERT INTO other.blocks (search_id, begin_at, end_at)
      SELECT search, first + 100 * i, first + 100 * (i + 1) FROM generate_series(0, 999) i RETURNING id)
    SELECT array_agg(id) INTO ids FROM added;
  INSERT INTO other.works (block_id, purpose, run, search_id) SELECT id, 'search', 1, search FROM unnest(ids) AS u (id);
  COMMIT;
  UPDATE other.works SET state = 'QUEUED', queued_at = now() WHERE block_id = ANY (ids) AND purpose = 'search' AND run = 1;
  COMMIT;
  FOR batch IN 0..4 LOOP
    INSERT INTO public.results (block_id, purpose, run, attempt, worker, begin_at, end_at, candidates, digest, extras, elapsed_seconds)
      SELECT id + 1000000000, 'search', 1, 1, 'w', begin_at, end_at, 100, repeat('0', 64), '{}', 1 FROM other.blocks
        WHERE id = ANY (ids[batch * 200 + 1:batch * 200 + 200]);
    UPDATE other.works SET state = 'FINISHED', worker = 'w', finished_at = now()
      WHERE block_id = ANY (ids[batch * 200 + 1:batch * 200 + 200]) AND purpose = 'search' AND run = 1;
    UPDATE other.blocks SET accepted_purpose = 'search', accepted_run = 1 WHERE id = ANY (ids[batch * 200 + 1:batch * 200 + 200]);
    COMMIT;
  END LOOP;
END $$;
ALTER TABLE public.results DROP CONSTRAINT IF EXISTS results_block_id_fkey;
CREATE TABLE other.times (way text, ms numeric);
CREATE PROCEDURE other.measure(search bigint) LANGUAGE plpgsql AS $$
DECLARE begun timestamptz;
BEGIN
  FOR turn IN 0..41 LOOP
    begun := clock_timestamp();
    CALL other.as_it_is(search, 2 + turn * 100000::numeric);
    INSERT INTO other.times VALUES ('as it is', 1000 * extract(epoch FROM clock_timestamp() - begun));
    COMMIT;
    begun := clock_timestamp();
    CALL other.one_table(search, 2 + turn * 100000::numeric);
    INSERT INTO other.times VALUES ('one table', 1000 * extract(epoch FROM clock_timestamp() - begun));
    COMMIT;
  END LOOP;
END $$;
CALL other.measure(:search);
SELECT way, count(*) AS rounds, round(percentile_cont(0.25) WITHIN GROUP (ORDER BY ms)::numeric, 1) AS quarter,
    round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ms)::numeric, 1) AS median,
    round(percentile_cont(0.75) WITHIN GROUP (ORDER BY ms)::numeric, 1) AS three_quarters
  FROM other.times GROUP BY way ORDER BY way;
DROP SCHEMA other CASCADE;
