-- What watchers read: indexes so that each list answers at once whatever the ledger holds, and queue depths over time.

CREATE INDEX findings_by_ratio ON findings (kind, ratio DESC);
CREATE INDEX blocks_by_end ON blocks (search_id, finished_at) WHERE state = 'FINISHED';
CREATE INDEX workers_by_word ON workers (heard_at);

CREATE TABLE queue_samples (
  queue   TEXT NOT NULL,
  at      TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  ready   INTEGER NOT NULL,
  unacked INTEGER NOT NULL,
  PRIMARY KEY (queue, at)
) STRICT, WITHOUT ROWID;
CREATE INDEX queue_samples_by_time ON queue_samples (at);
