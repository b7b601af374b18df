-- The ledger: which blocks exist, what became of them, and what was found. Positions are ordinals below 2^128; times are
-- this database's own. Rows of results, findings, conflicts and failures are only ever inserted.

CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE control (
  id         integer PRIMARY KEY CHECK (id = 1),
  state      text NOT NULL DEFAULT 'WRITABLE' CHECK (state IN ('WRITABLE', 'DRAINING', 'DRAINED')),
  epoch      bigint NOT NULL DEFAULT 0,
  changed_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO control (id) VALUES (1);

CREATE TABLE searches (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  strategy    text NOT NULL,
  begin_at    numeric(39, 0) NOT NULL CHECK (begin_at >= 0),
  end_at      numeric(39, 0) NOT NULL,
  planned_end numeric(39, 0) NOT NULL,
  mode        text NOT NULL CHECK (mode IN ('complete', 'pruned')),
  threshold   text NOT NULL,
  digest_kind text NOT NULL CHECK (digest_kind IN ('exact', 'original')),
  created_at  timestamptz NOT NULL DEFAULT now(),
  CHECK (begin_at < end_at AND begin_at <= planned_end AND planned_end <= end_at)
);

CREATE TABLE blocks (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  search_id   bigint NOT NULL REFERENCES searches (id),
  begin_at    numeric(39, 0) NOT NULL,
  end_at      numeric(39, 0) NOT NULL,
  state       text NOT NULL DEFAULT 'PENDING'
              CHECK (state IN ('PENDING', 'QUEUED', 'RUNNING', 'FINISHED', 'FAILED', 'QUARANTINED', 'DISPUTED')),
  attempt     integer NOT NULL DEFAULT 1 CHECK (attempt >= 1),
  run         integer NOT NULL DEFAULT 1 CHECK (run >= 1),
  -- The accepted result: (id, accepted_purpose, accepted_run) in results.
  accepted_purpose text,
  accepted_run     integer,
  worker      text,
  error       text,
  created_at  timestamptz NOT NULL DEFAULT now(),
  queued_at   timestamptz,
  started_at  timestamptz,
  heard_at    timestamptz,
  finished_at timestamptz,
  CHECK (begin_at < end_at),
  CHECK ((state IN ('FINISHED', 'DISPUTED')) = (accepted_run IS NOT NULL)),
  CHECK ((accepted_purpose IS NULL) = (accepted_run IS NULL)),
  -- Blocks of a search tile it: an overlap is refused whatever the program believes. (The plan refuses gaps.)
  CONSTRAINT blocks_do_not_overlap EXCLUDE USING gist (search_id WITH =, numrange(begin_at, end_at) WITH &&)
);
CREATE INDEX blocks_by_position ON blocks (search_id, begin_at);
CREATE INDEX blocks_not_finished ON blocks (state, id) WHERE state <> 'FINISHED';
CREATE INDEX blocks_of_search ON blocks (search_id, state);

CREATE TABLE results (
  block_id        bigint NOT NULL REFERENCES blocks (id),
  purpose         text NOT NULL,
  run             integer NOT NULL,
  attempt         integer NOT NULL,
  worker          text NOT NULL,
  begin_at        numeric(39, 0) NOT NULL,
  end_at          numeric(39, 0) NOT NULL,
  candidates      numeric(39, 0) NOT NULL,
  digest          text NOT NULL CHECK (length(digest) = 64),
  extras          text NOT NULL,
  elapsed_seconds double precision NOT NULL,
  received_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (block_id, purpose, run)
);

-- ratio is a double near the enclosure, for sorting only; ratio_lo and ratio_hi are the certified ends.
CREATE TABLE findings (
  block_id      bigint NOT NULL,
  purpose       text NOT NULL,
  run           integer NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('violation', 'witness', 'undecided', 'best')),
  ordinal       integer NOT NULL,
  factorization text NOT NULL,
  ratio_lo      text NOT NULL,
  ratio_hi      text NOT NULL,
  ratio         double precision NOT NULL,
  PRIMARY KEY (block_id, purpose, run, kind, ordinal),
  FOREIGN KEY (block_id, purpose, run) REFERENCES results (block_id, purpose, run)
);

-- Results that disagree with the one stored first under their key. They never replace it.
CREATE TABLE conflicts (
  block_id    bigint NOT NULL REFERENCES blocks (id),
  purpose     text NOT NULL,
  run         integer NOT NULL,
  attempt     integer NOT NULL,
  worker      text NOT NULL,
  candidates  numeric(39, 0) NOT NULL,
  digest      text NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (block_id, purpose, run, digest, worker)
);

CREATE TABLE failures (
  block_id    bigint NOT NULL REFERENCES blocks (id),
  attempt     integer NOT NULL,
  worker      text NOT NULL,
  error_class text NOT NULL,
  message     text NOT NULL,
  failed_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (block_id, attempt)
);

-- Numbered parts of a result that one message cannot hold; gone once the set is whole.
CREATE TABLE parts (
  block_id        bigint NOT NULL REFERENCES blocks (id),
  purpose         text NOT NULL,
  run             integer NOT NULL,
  digest_of_whole text NOT NULL,
  part            integer NOT NULL,
  parts           integer NOT NULL,
  body            text NOT NULL,
  received_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (block_id, purpose, run, digest_of_whole, part)
);
