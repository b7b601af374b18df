-- Splits: a consumer that is about to end leaves what it found of a block, and the rest becomes a block of its own.

-- Ends an unfinished block at the cut and inserts the rest as PENDING. With the rights of the schema's owner: the saver may
-- do this, and neither insert nor move a block otherwise. The search stays covered without gap or overlap.
CREATE FUNCTION split_block(block bigint, cut numeric) RETURNS bigint LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  whole blocks%ROWTYPE;
  rest bigint;
BEGIN
  SELECT * INTO whole FROM blocks WHERE id = block AND begin_at < cut AND cut < end_at
    AND state IN ('PENDING', 'QUEUED', 'RUNNING') FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'block % cannot be split at %', block, cut;
  END IF;
  UPDATE blocks SET end_at = cut WHERE id = block;
  INSERT INTO blocks (search_id, begin_at, end_at) VALUES (whole.search_id, cut, whole.end_at) RETURNING id INTO rest;
  RETURN rest;
END $$;
REVOKE ALL ON FUNCTION split_block FROM PUBLIC;
GRANT EXECUTE ON FUNCTION split_block TO robin_saver;
