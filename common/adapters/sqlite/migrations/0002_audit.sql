-- The auditor: how far each search was audited, its orders (checks and refinements), and what happened.

CREATE TABLE leaders (
  role       TEXT PRIMARY KEY CHECK (role IN ('auditor', 'janitor')),
  epoch      INTEGER NOT NULL DEFAULT 0,
  changed_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;
INSERT INTO leaders (role) VALUES ('auditor'), ('janitor');

-- Every worker that ever reported.
CREATE TABLE workers (
  name     TEXT PRIMARY KEY,
  first_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  heard_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;

-- What a certifier knows where the search begins, if it continues a certificate.
ALTER TABLE searches ADD COLUMN origin TEXT NOT NULL DEFAULT '{}';

-- Work beside that for the search: the outbox of checks and refinements, as blocks is for blocks.
CREATE TABLE orders (
  block_id    INTEGER NOT NULL REFERENCES blocks (id),
  purpose     TEXT NOT NULL CHECK (purpose GLOB 'check:[1-9]*' OR purpose GLOB 'refine:[1-9]*'),
  run         INTEGER NOT NULL DEFAULT 1 CHECK (run >= 1),
  search_id   INTEGER NOT NULL REFERENCES searches (id),
  state       TEXT NOT NULL DEFAULT 'PENDING'
              CHECK (state IN ('PENDING', 'QUEUED', 'RUNNING', 'FINISHED', 'FAILED', 'QUARANTINED')),
  attempt     INTEGER NOT NULL DEFAULT 1 CHECK (attempt >= 1),
  avoid       TEXT NOT NULL DEFAULT '[]',
  origin      TEXT NOT NULL DEFAULT '{}',
  same_worker INTEGER NOT NULL DEFAULT 0,
  worker      TEXT,
  error       TEXT,
  created_at  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  queued_at   TEXT,
  started_at  TEXT,
  heard_at    TEXT,
  finished_at TEXT,
  closed_at   TEXT,
  PRIMARY KEY (block_id, purpose, run)
) STRICT;
CREATE INDEX orders_open ON orders (state, block_id) WHERE closed_at IS NULL;
CREATE INDEX orders_of_search ON orders (search_id, state) WHERE closed_at IS NULL;

CREATE TABLE failures_of_work (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  block_id    INTEGER NOT NULL REFERENCES blocks (id),
  purpose     TEXT NOT NULL,
  run         INTEGER NOT NULL,
  attempt     INTEGER NOT NULL,
  worker      TEXT NOT NULL,
  error_class TEXT NOT NULL,
  message     TEXT NOT NULL,
  failed_at   TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  UNIQUE (block_id, purpose, run, attempt)
) STRICT;
INSERT INTO failures_of_work (id, block_id, purpose, run, attempt, worker, error_class, message, failed_at)
  SELECT id, block_id, 'search', 1, attempt, worker, error_class, message, failed_at FROM failures;
DROP TABLE failures;
ALTER TABLE failures_of_work RENAME TO failures;

-- One row for each audited block, gapless from the beginning of its search; state is the certifier's after it.
CREATE TABLE audits (
  search_id  INTEGER NOT NULL REFERENCES searches (id),
  begin_key  TEXT NOT NULL,
  end_key    TEXT NOT NULL,
  block_id   INTEGER NOT NULL REFERENCES blocks (id),
  purpose    TEXT NOT NULL,
  run        INTEGER NOT NULL,
  state      TEXT NOT NULL,
  audited_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  PRIMARY KEY (search_id, begin_key),
  FOREIGN KEY (block_id, purpose, run) REFERENCES results (block_id, purpose, run)
) STRICT, WITHOUT ROWID;

-- Why the next block of a search is not taken.
CREATE TABLE objections (
  search_id  INTEGER PRIMARY KEY REFERENCES searches (id),
  reason     TEXT NOT NULL,
  changed_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;

-- What happened, for people. Rows are only ever inserted; once names what is told once.
CREATE TABLE events (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  at        TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  kind      TEXT NOT NULL,
  search_id INTEGER REFERENCES searches (id),
  block_id  INTEGER REFERENCES blocks (id),
  message   TEXT NOT NULL,
  once      TEXT UNIQUE
) STRICT;
CREATE INDEX events_of_block ON events (block_id);
