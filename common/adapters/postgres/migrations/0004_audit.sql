-- The auditor: how far each search was audited, its orders (checks and refinements), and what happened.

-- Who leads among auditors and among janitors; the producer's epoch is the control row's, which a drain raises, too.
CREATE TABLE leaders (
  role       text PRIMARY KEY CHECK (role IN ('auditor', 'janitor')),
  epoch      bigint NOT NULL DEFAULT 0,
  changed_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO leaders (role) VALUES ('auditor'), ('janitor');

-- Every worker that ever reported.
CREATE TABLE workers (
  name     text PRIMARY KEY,
  first_at timestamptz NOT NULL DEFAULT now(),
  heard_at timestamptz NOT NULL DEFAULT now()
);

-- What a certifier knows where the search begins, if it continues a certificate.
ALTER TABLE searches ADD COLUMN origin text NOT NULL DEFAULT '{}';

-- Work beside that for the search: the outbox of checks and refinements, as blocks is for blocks.
CREATE TABLE orders (
  block_id    bigint NOT NULL REFERENCES blocks (id),
  purpose     text NOT NULL CHECK (purpose ~ '^(check|refine):[1-9][0-9]*$'),
  run         integer NOT NULL DEFAULT 1 CHECK (run >= 1),
  search_id   bigint NOT NULL REFERENCES searches (id),
  state       text NOT NULL DEFAULT 'PENDING'
              CHECK (state IN ('PENDING', 'QUEUED', 'RUNNING', 'FINISHED', 'FAILED', 'QUARANTINED')),
  attempt     integer NOT NULL DEFAULT 1 CHECK (attempt >= 1),
  avoid       text NOT NULL DEFAULT '[]',
  origin      text NOT NULL DEFAULT '{}',
  same_worker boolean NOT NULL DEFAULT false,
  worker      text,
  error       text,
  created_at  timestamptz NOT NULL DEFAULT now(),
  queued_at   timestamptz,
  started_at  timestamptz,
  heard_at    timestamptz,
  finished_at timestamptz,
  closed_at   timestamptz,
  PRIMARY KEY (block_id, purpose, run)
);
CREATE INDEX orders_open ON orders (state, block_id) WHERE closed_at IS NULL;
CREATE INDEX orders_of_search ON orders (search_id, state) WHERE closed_at IS NULL;

ALTER TABLE failures ADD COLUMN purpose text NOT NULL DEFAULT 'search', ADD COLUMN run integer NOT NULL DEFAULT 1;
ALTER TABLE failures DROP CONSTRAINT failures_pkey, ADD PRIMARY KEY (block_id, purpose, run, attempt);

-- One row for each audited block, gapless from the beginning of its search; state is the certifier's after it.
CREATE TABLE audits (
  search_id  bigint NOT NULL REFERENCES searches (id),
  begin_at   numeric(39, 0) NOT NULL,
  end_at     numeric(39, 0) NOT NULL,
  block_id   bigint NOT NULL REFERENCES blocks (id),
  purpose    text NOT NULL,
  run        integer NOT NULL,
  state      text NOT NULL,
  audited_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (search_id, begin_at),
  FOREIGN KEY (block_id, purpose, run) REFERENCES results (block_id, purpose, run)
);

-- Why the next block of a search is not taken.
CREATE TABLE objections (
  search_id  bigint PRIMARY KEY REFERENCES searches (id),
  reason     text NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now()
);

-- What happened, for people. Rows are only ever inserted; once names what is told once.
CREATE TABLE events (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at        timestamptz NOT NULL DEFAULT now(),
  kind      text NOT NULL,
  search_id bigint REFERENCES searches (id),
  block_id  bigint REFERENCES blocks (id),
  message   text NOT NULL,
  once      text UNIQUE
);
CREATE INDEX events_of_block ON events (block_id);

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'robin_auditor') THEN
    CREATE ROLE robin_auditor NOLOGIN;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'role robin_auditor is missing and this user may not create it (an administrator runs: CREATE ROLE robin_auditor)';
END $$;

GRANT SELECT ON leaders, workers, orders, audits, objections, events TO robin_reader, robin_operator;

-- auditor: reads everything, places orders, moves the pointer to the accepted result, and keeps its own books.
GRANT SELECT ON ALL TABLES IN SCHEMA public TO robin_auditor;
GRANT UPDATE (epoch, changed_at) ON leaders TO robin_auditor;
GRANT INSERT (block_id, purpose, run, search_id, avoid, origin, same_worker) ON orders TO robin_auditor;
GRANT UPDATE (state, attempt, avoid, same_worker, closed_at) ON orders TO robin_auditor;
GRANT UPDATE (state, accepted_purpose, accepted_run) ON blocks TO robin_auditor;
GRANT INSERT, DELETE ON audits TO robin_auditor;
GRANT INSERT, UPDATE, DELETE ON objections TO robin_auditor;
GRANT INSERT (kind, search_id, block_id, message, once) ON events TO robin_auditor;

GRANT SELECT ON orders TO robin_producer;
GRANT UPDATE (state, queued_at) ON orders TO robin_producer;

GRANT SELECT ON orders, workers TO robin_saver;
GRANT UPDATE (state, worker, error, started_at, heard_at, finished_at) ON orders TO robin_saver;
GRANT INSERT (name) ON workers TO robin_saver;
GRANT UPDATE (heard_at) ON workers TO robin_saver;

GRANT INSERT (origin) ON searches TO robin_operator;
