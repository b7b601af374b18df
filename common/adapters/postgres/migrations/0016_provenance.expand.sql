-- A message belongs to one ledger and one search (flow/ports/provenance.hpp), and a search that was submitted twice is made once.

-- The ledger's incarnation: a random text, and where in the world it was made.
CREATE TABLE IF NOT EXISTS incarnation (
  id      integer PRIMARY KEY CHECK (id = 1),
  name    text NOT NULL,
  place   text NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT ON incarnation TO robin_reader, robin_operator, robin_producer, robin_saver, robin_auditor, robin_janitor;

-- Where this ledger is. Each part changes by another way to come by a copy of it: the cluster's name by a restore of a dump into another
-- cluster, or a pg_upgrade; the timeline by a restore to a point in time, a failover, or a replica that was cut off; the database by CREATE
-- DATABASE, also with a template; the table by a restore into a database that is there. The name of the file of the log tells the timeline
-- at once; pg_control_checkpoint() would tell it after the next checkpoint. What no database can see is a snapshot of its volume that is
-- put back: to itself that is the end of a crash. Who does that calls renew_incarnation() (OPERATIONS.md).
CREATE OR REPLACE FUNCTION place_of_ledger() RETURNS text LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT format('%s/%s/%s/%s', (SELECT system_identifier FROM pg_control_system()),
    left(pg_walfile_name(pg_current_wal_insert_lsn()), 8),
    (SELECT oid FROM pg_database WHERE datname = current_database()), 'incarnation'::regclass::oid)
$$;

-- Whoever led before is fenced, and no message that is on its way is taken any more: all that is in flight is published again, and that
-- counts as no attempt. Rows are locked in the order of keys, as savers lock them.
CREATE OR REPLACE FUNCTION renew_incarnation() RETURNS void LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE control SET epoch = epoch + 1, changed_at = now() WHERE id = 1;
  INSERT INTO incarnation (id, name, place) VALUES (1, replace(gen_random_uuid()::text, '-', ''), place_of_ledger())
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, place = excluded.place, made_at = now();
  UPDATE blocks b SET state = 'PENDING'
    FROM (SELECT id FROM blocks WHERE state IN ('QUEUED', 'RUNNING') ORDER BY id FOR UPDATE) AS n WHERE b.id = n.id;
  UPDATE orders o SET state = 'PENDING'
    FROM (SELECT block_id, purpose, run FROM orders WHERE state IN ('QUEUED', 'RUNNING') AND closed_at IS NULL
      ORDER BY block_id, purpose, run FOR UPDATE) AS n
    WHERE o.block_id = n.block_id AND o.purpose = n.purpose AND o.run = n.run;
END $$;

-- For who takes the lead of producers: renews the incarnation of a ledger that is not where it was.
CREATE OR REPLACE FUNCTION settle_incarnation() RETURNS void LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM incarnation WHERE place = place_of_ledger()) THEN
    PERFORM renew_incarnation();
  END IF;
END $$;

REVOKE ALL ON FUNCTION place_of_ledger, renew_incarnation, settle_incarnation FROM PUBLIC;
GRANT EXECUTE ON FUNCTION place_of_ledger, settle_incarnation TO robin_producer;

-- The first one. Messages that are on their way name none, and are taken.
INSERT INTO incarnation (id, name, place) VALUES (1, replace(gen_random_uuid()::text, '-', ''), place_of_ledger())
  ON CONFLICT (id) DO NOTHING;

-- The saver compares what a report names with what was asked.
GRANT SELECT (begin_at, origin) ON searches TO robin_saver;

-- Whoever submits a search draws a key for it: said again because nobody knows what became of it, it is the same submission.
ALTER TABLE searches ADD COLUMN IF NOT EXISTS submission text UNIQUE;
GRANT INSERT (submission) ON searches TO robin_operator;
