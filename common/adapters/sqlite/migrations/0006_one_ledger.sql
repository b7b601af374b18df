-- The names and keys of the other product's ledger, so that one code reads and writes both: where a result lies is said by its
-- key (block, purpose, run), as everywhere else. The program makes this change with foreign keys off, and looks at them after it
-- (SQLite's documentation, ALTER TABLE, "Making Other Kinds Of Table Schema Changes").

ALTER TABLE searches RENAME COLUMN begin_key TO begin_at;
ALTER TABLE searches RENAME COLUMN end_key TO end_at;
ALTER TABLE searches RENAME COLUMN planned_end_key TO planned_end;
ALTER TABLE results RENAME COLUMN begin_key TO begin_at;
ALTER TABLE results RENAME COLUMN end_key TO end_at;
ALTER TABLE audits RENAME COLUMN begin_key TO begin_at;
ALTER TABLE audits RENAME COLUMN end_key TO end_at;
ALTER TABLE parts RENAME COLUMN text TO body;

DROP TRIGGER blocks_do_not_overlap;
CREATE TABLE blocks_by_key (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  search_id        INTEGER NOT NULL REFERENCES searches (id),
  begin_at         TEXT NOT NULL CHECK (length(begin_at) = 39),
  end_at           TEXT NOT NULL CHECK (length(end_at) = 39),
  state            TEXT NOT NULL DEFAULT 'PENDING'
                   CHECK (state IN ('PENDING', 'QUEUED', 'RUNNING', 'FINISHED', 'FAILED', 'QUARANTINED', 'DISPUTED')),
  attempt          INTEGER NOT NULL DEFAULT 1 CHECK (attempt >= 1),
  attempts_before  INTEGER NOT NULL DEFAULT 0,
  run              INTEGER NOT NULL DEFAULT 1 CHECK (run >= 1),
  accepted_purpose TEXT,
  accepted_run     INTEGER,
  worker           TEXT,
  error            TEXT,
  created_at       TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  queued_at        TEXT,
  started_at       TEXT,
  heard_at         TEXT,
  finished_at      TEXT,
  UNIQUE (search_id, begin_at),
  UNIQUE (search_id, end_at),
  FOREIGN KEY (id, accepted_purpose, accepted_run) REFERENCES results (block_id, purpose, run),
  CHECK (begin_at < end_at),
  CHECK ((state IN ('FINISHED', 'DISPUTED')) = (accepted_purpose IS NOT NULL AND accepted_run IS NOT NULL))
) STRICT;
INSERT INTO blocks_by_key (id, search_id, begin_at, end_at, state, attempt, attempts_before, run, accepted_purpose, accepted_run,
    worker, error, created_at, queued_at, started_at, heard_at, finished_at)
  SELECT b.id, b.search_id, b.begin_key, b.end_key, b.state, b.attempt, b.attempts_before, b.run, r.purpose, r.run,
      b.worker, b.error, b.created_at, b.queued_at, b.started_at, b.heard_at, b.finished_at
    FROM blocks b LEFT JOIN results r ON r.id = b.result_id ORDER BY b.id;

CREATE TABLE findings_by_key (
  block_id      INTEGER NOT NULL,
  purpose       TEXT NOT NULL,
  run           INTEGER NOT NULL,
  kind          TEXT NOT NULL CHECK (kind IN ('violation', 'witness', 'undecided', 'best')),
  ordinal       INTEGER NOT NULL,
  factorization TEXT NOT NULL,
  ratio_lo      TEXT NOT NULL,
  ratio_hi      TEXT NOT NULL,
  ratio         REAL NOT NULL,
  search_id     INTEGER NOT NULL,
  PRIMARY KEY (block_id, purpose, run, kind, ordinal),
  FOREIGN KEY (block_id, purpose, run) REFERENCES results (block_id, purpose, run)
) STRICT, WITHOUT ROWID;
INSERT INTO findings_by_key (block_id, purpose, run, kind, ordinal, factorization, ratio_lo, ratio_hi, ratio, search_id)
  SELECT r.block_id, r.purpose, r.run, f.kind, f.ordinal, f.factorization, f.ratio_lo, f.ratio_hi, f.ratio, b.search_id
    FROM findings f JOIN results r ON r.id = f.result_id JOIN blocks b ON b.id = r.block_id;

DROP TABLE findings;
ALTER TABLE findings_by_key RENAME TO findings;
CREATE INDEX findings_by_ratio ON findings (kind, ratio DESC);
CREATE INDEX findings_of_search ON findings (search_id, kind, ratio DESC);
DROP TABLE blocks;
ALTER TABLE blocks_by_key RENAME TO blocks;
CREATE INDEX blocks_not_finished ON blocks (state, id) WHERE state <> 'FINISHED';
CREATE INDEX blocks_of_search ON blocks (search_id, state);

-- Blocks of a search tile it: an overlap is refused whatever the program believes. (The plan refuses gaps.)
CREATE TRIGGER blocks_do_not_overlap BEFORE INSERT ON blocks
BEGIN
  SELECT RAISE(ABORT, 'blocks of a search do not overlap')
  WHERE EXISTS (SELECT 1 FROM (SELECT end_at FROM blocks
                               WHERE search_id = NEW.search_id AND begin_at < NEW.end_at
                               ORDER BY begin_at DESC LIMIT 1)
                WHERE end_at > NEW.begin_at);
END;

-- Nobody samples queues, or asks when a block of a file ended.
DROP TABLE queue_samples;
