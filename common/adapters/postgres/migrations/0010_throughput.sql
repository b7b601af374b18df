-- What a block costs the database, halved: an overlap is refused by two looks into a B-tree, and only where a range is new or
-- changes (the constraint that excluded it had to be kept up, in a tree of ranges, at each change of a block's state); tallies are
-- differences of sums, without a join of what was with what is.

-- Blocks of a search tile it: an overlap is refused whatever the program believes. Whoever adds a block or moves an end holds its
-- search until the end of the transaction, so that what lies around it is seen and stays. Looked at is where new blocks lie, from the
-- block before them on, in one walk along the index: each must end before the next one begins.
CREATE FUNCTION refuse_overlap(ids bigint[], begins numeric[], ends numeric[]) RETURNS void LANGUAGE plpgsql AS $$
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
            AND b.begin_at < span.greatest)) AS around) AS pairs
      WHERE pairs.overlaps)
  THEN
    RAISE EXCEPTION 'blocks of one search overlap' USING ERRCODE = 'exclusion_violation';
  END IF;
END $$;
CREATE FUNCTION refuse_overlap_of_new() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM refuse_overlap(array_agg(search_id), array_agg(begin_at), array_agg(end_at)) FROM after_it;
  RETURN NULL;
END $$;
CREATE FUNCTION refuse_overlap_of_moved() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM refuse_overlap(ARRAY[NEW.search_id], ARRAY[NEW.begin_at], ARRAY[NEW.end_at]);
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION refuse_overlap, refuse_overlap_of_new, refuse_overlap_of_moved FROM PUBLIC;

DROP INDEX blocks_by_position;
CREATE UNIQUE INDEX blocks_by_position ON blocks (search_id, begin_at);
CREATE TRIGGER blocks_do_not_overlap AFTER INSERT ON blocks
  REFERENCING NEW TABLE AS after_it FOR EACH STATEMENT EXECUTE FUNCTION refuse_overlap_of_new();
CREATE TRIGGER blocks_do_not_move_over_others AFTER UPDATE OF search_id, begin_at, end_at ON blocks
  FOR EACH ROW EXECUTE FUNCTION refuse_overlap_of_moved();
ALTER TABLE blocks DROP CONSTRAINT blocks_do_not_overlap;

-- Rows that did not change cancel out. The candidates of a block are looked up under the key of its result, one by one, whatever the
-- planner thinks of how many there are.
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
      HAVING (sum(sign), sum(sign * positions), sum(sign * candidates)) <> (0, 0, 0);
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
