-- What watchers read: indexes so that each list answers at once whatever the ledger holds, and queue depths over time.

CREATE INDEX findings_by_ratio ON findings (kind, ratio DESC);
CREATE INDEX blocks_by_end ON blocks (search_id, finished_at) WHERE state = 'FINISHED';
CREATE INDEX workers_by_word ON workers (heard_at);

CREATE TABLE queue_samples (
  queue   text NOT NULL,
  at      timestamptz NOT NULL DEFAULT now(),
  ready   bigint NOT NULL,
  unacked bigint NOT NULL,
  PRIMARY KEY (queue, at)
);
CREATE INDEX queue_samples_by_time ON queue_samples (at);

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'robin_gateway') THEN
    CREATE ROLE robin_gateway NOLOGIN;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'role robin_gateway is missing and this user may not create it (an administrator runs: CREATE ROLE robin_gateway)';
END $$;

GRANT SELECT ON queue_samples TO robin_reader, robin_operator;
-- gateway: what an operator may do, and queue samples. Where an administrator made the roles, he alone may make one a member of the other.
DO $$
BEGIN
  IF NOT pg_has_role('robin_gateway', 'robin_operator', 'MEMBER') THEN
    GRANT robin_operator TO robin_gateway;
  END IF;
EXCEPTION
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'robin_gateway is no member of robin_operator and this user may not make it one (an administrator runs: GRANT robin_operator TO robin_gateway)';
END $$;
GRANT SELECT, DELETE ON queue_samples TO robin_gateway;
GRANT INSERT (queue, ready, unacked) ON queue_samples TO robin_gateway;
