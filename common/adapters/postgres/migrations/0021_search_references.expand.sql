-- What changes often costs less, above all while somebody holds a transaction open, and no row that was replaced may go: ops/bench
-- --bloat; tests/bench/RESULTS.md also says what did not help. Services of the version before find what they need.

-- The row of a search changes with each plan. A foreign key to it is checked for each new row, and each time goes by all versions of it
-- that somebody may still see: with a transaction held open for minutes, some hundred for each of a thousand new blocks. So it is looked
-- up once for each statement; nobody may give a row another search afterwards.
CREATE OR REPLACE FUNCTION demand_searches() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM (SELECT DISTINCT search_id AS id FROM after_it) n WHERE NOT EXISTS (SELECT FROM searches WHERE id = n.id)) THEN
    RAISE EXCEPTION 'new % name a search that there is not', TG_TABLE_NAME USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION keep_search_of_blocks() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM blocks WHERE search_id = OLD.id) THEN
    RAISE EXCEPTION 'search % has blocks', OLD.id USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN OLD;
END $$;
REVOKE ALL ON FUNCTION demand_searches, keep_search_of_blocks FROM PUBLIC;
CREATE OR REPLACE TRIGGER blocks_have_a_search AFTER INSERT ON blocks
  REFERENCING NEW TABLE AS after_it FOR EACH STATEMENT EXECUTE FUNCTION demand_searches();
CREATE OR REPLACE TRIGGER audits_have_a_search AFTER INSERT ON audits
  REFERENCING NEW TABLE AS after_it FOR EACH STATEMENT EXECUTE FUNCTION demand_searches();
CREATE OR REPLACE TRIGGER searches_with_blocks_stay BEFORE DELETE ON searches
  FOR EACH ROW EXECUTE FUNCTION keep_search_of_blocks();
ALTER TABLE blocks DROP CONSTRAINT IF EXISTS blocks_search_id_fkey;
ALTER TABLE audits DROP CONSTRAINT IF EXISTS audits_search_id_fkey;
