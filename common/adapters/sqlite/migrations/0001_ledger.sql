-- The ledger: which blocks exist, what became of them, and what was found.
--
-- A position is stored as its ordinal in 39 decimal digits with leading zeros, so that the order of the text is the order
-- of the numbers (2^128 has 39 digits). Times are UTC, by this database's clock.

CREATE TABLE control (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  state      TEXT NOT NULL DEFAULT 'WRITABLE' CHECK (state IN ('WRITABLE', 'DRAINING', 'DRAINED')),
  epoch      INTEGER NOT NULL DEFAULT 0,
  changed_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;
INSERT INTO control (id) VALUES (1);

CREATE TABLE searches (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  strategy        TEXT NOT NULL,
  begin_key       TEXT NOT NULL CHECK (length(begin_key) = 39),
  end_key         TEXT NOT NULL CHECK (length(end_key) = 39),
  planned_end_key TEXT NOT NULL CHECK (length(planned_end_key) = 39),
  mode            TEXT NOT NULL CHECK (mode IN ('complete', 'pruned')),
  threshold       TEXT NOT NULL,
  digest_kind     TEXT NOT NULL CHECK (digest_kind IN ('exact', 'original')),
  created_at      TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  CHECK (begin_key < end_key AND begin_key <= planned_end_key AND planned_end_key <= end_key)
) STRICT;

CREATE TABLE blocks (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  search_id   INTEGER NOT NULL REFERENCES searches (id),
  begin_key   TEXT NOT NULL CHECK (length(begin_key) = 39),
  end_key     TEXT NOT NULL CHECK (length(end_key) = 39),
  state       TEXT NOT NULL DEFAULT 'PENDING'
              CHECK (state IN ('PENDING', 'QUEUED', 'RUNNING', 'FINISHED', 'FAILED', 'QUARANTINED', 'DISPUTED')),
  attempt     INTEGER NOT NULL DEFAULT 1 CHECK (attempt >= 1),
  run         INTEGER NOT NULL DEFAULT 1 CHECK (run >= 1),
  result_id   INTEGER REFERENCES results (id),
  worker      TEXT,
  error       TEXT,
  created_at  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  queued_at   TEXT,
  started_at  TEXT,
  heard_at    TEXT,
  finished_at TEXT,
  UNIQUE (search_id, begin_key),
  UNIQUE (search_id, end_key),
  CHECK (begin_key < end_key),
  CHECK ((state IN ('FINISHED', 'DISPUTED')) = (result_id IS NOT NULL))
) STRICT;
CREATE INDEX blocks_not_finished ON blocks (state, id) WHERE state <> 'FINISHED';
CREATE INDEX blocks_of_search ON blocks (search_id, state);

-- Blocks of a search tile it: an overlap is refused whatever the program believes. (The plan refuses gaps.)
CREATE TRIGGER blocks_do_not_overlap BEFORE INSERT ON blocks
BEGIN
  SELECT RAISE(ABORT, 'blocks of a search do not overlap')
  WHERE EXISTS (SELECT 1 FROM (SELECT end_key FROM blocks
                               WHERE search_id = NEW.search_id AND begin_key < NEW.end_key
                               ORDER BY begin_key DESC LIMIT 1)
                WHERE end_key > NEW.begin_key);
END;

-- Append-only: one accepted or extra result for each (block, purpose, run).
CREATE TABLE results (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  block_id        INTEGER NOT NULL REFERENCES blocks (id),
  purpose         TEXT NOT NULL,
  run             INTEGER NOT NULL,
  attempt         INTEGER NOT NULL,
  worker          TEXT NOT NULL,
  begin_key       TEXT NOT NULL,
  end_key         TEXT NOT NULL,
  candidates      TEXT NOT NULL,
  digest          TEXT NOT NULL CHECK (length(digest) = 64),
  extras          TEXT NOT NULL,
  elapsed_seconds REAL NOT NULL,
  received_at     TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  UNIQUE (block_id, purpose, run)
) STRICT;
CREATE TRIGGER results_are_append_only BEFORE UPDATE ON results
BEGIN
  SELECT RAISE(ABORT, 'results are append-only');
END;

-- ratio is a double near the enclosure, for sorting only; ratio_lo and ratio_hi are the certified ends.
CREATE TABLE findings (
  result_id     INTEGER NOT NULL REFERENCES results (id),
  kind          TEXT NOT NULL CHECK (kind IN ('violation', 'witness', 'undecided', 'best')),
  ordinal       INTEGER NOT NULL,
  factorization TEXT NOT NULL,
  ratio_lo      TEXT NOT NULL,
  ratio_hi      TEXT NOT NULL,
  ratio         REAL NOT NULL,
  PRIMARY KEY (result_id, kind, ordinal)
) STRICT, WITHOUT ROWID;

-- Results that disagree with the one stored first under their key. They never replace it.
CREATE TABLE conflicts (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  block_id    INTEGER NOT NULL REFERENCES blocks (id),
  purpose     TEXT NOT NULL,
  run         INTEGER NOT NULL,
  attempt     INTEGER NOT NULL,
  worker      TEXT NOT NULL,
  candidates  TEXT NOT NULL,
  digest      TEXT NOT NULL,
  received_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  UNIQUE (block_id, purpose, run, digest, worker)
) STRICT;

CREATE TABLE failures (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  block_id    INTEGER NOT NULL REFERENCES blocks (id),
  attempt     INTEGER NOT NULL,
  worker      TEXT NOT NULL,
  error_class TEXT NOT NULL,
  message     TEXT NOT NULL,
  failed_at   TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  UNIQUE (block_id, attempt)
) STRICT;

-- Numbered parts of a result that one message cannot hold; gone once the set is whole.
CREATE TABLE parts (
  block_id        INTEGER NOT NULL REFERENCES blocks (id),
  purpose         TEXT NOT NULL,
  run             INTEGER NOT NULL,
  digest_of_whole TEXT NOT NULL,
  part            INTEGER NOT NULL,
  parts           INTEGER NOT NULL,
  text            TEXT NOT NULL,
  received_at     TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  PRIMARY KEY (block_id, purpose, run, digest_of_whole, part)
) STRICT, WITHOUT ROWID;
