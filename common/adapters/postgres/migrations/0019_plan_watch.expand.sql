-- Word for a producer that waits because nothing is open and nothing in flight (flow/ports/plan_watch.hpp): there may be something to
-- plan or to publish. Services of the version before do not listen, and look by themselves.
--
-- A transaction that notifies holds one lock of the whole server while it commits, so none of those that come by the hundred a second
-- does: neither of a saver nor of a producer that plans and publishes. A producer that has anything in flight looks by itself, so neither
-- what was in flight (a worker left it to others) nor a block's INSERT (the rest of one that was split) needs a word.

CREATE OR REPLACE FUNCTION tell_planners() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- Of several of one transaction with the same words one is sent.
  PERFORM pg_notify('robin_plans', '');
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION tell_planners FROM PUBLIC;

CREATE OR REPLACE TRIGGER searches_tell_of_new AFTER INSERT ON searches FOR EACH STATEMENT EXECUTE FUNCTION tell_planners();
CREATE OR REPLACE TRIGGER searches_tell_of_more AFTER UPDATE OF end_at, run_state ON searches
  FOR EACH STATEMENT EXECUTE FUNCTION tell_planners();
-- By the row, with a condition that needs no function: what savers and producers change is none of it.
CREATE OR REPLACE TRIGGER blocks_tell_of_pending AFTER UPDATE OF state ON blocks FOR EACH ROW
  WHEN (NEW.state = 'PENDING' AND OLD.state NOT IN ('PENDING', 'QUEUED', 'RUNNING')) EXECUTE FUNCTION tell_planners();
CREATE OR REPLACE TRIGGER orders_tell_of_new AFTER INSERT ON orders FOR EACH ROW
  WHEN (NEW.state = 'PENDING') EXECUTE FUNCTION tell_planners();
CREATE OR REPLACE TRIGGER orders_tell_of_pending AFTER UPDATE OF state ON orders FOR EACH ROW
  WHEN (NEW.state = 'PENDING' AND OLD.state NOT IN ('PENDING', 'QUEUED', 'RUNNING')) EXECUTE FUNCTION tell_planners();
