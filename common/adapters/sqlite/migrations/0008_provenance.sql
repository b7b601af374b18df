-- A message belongs to one ledger and one search (flow/ports/provenance.hpp), and a search that was submitted twice is made once. A file has
-- a broker of its own, which ends with the process: its incarnation is made with it and stays.

CREATE TABLE incarnation (
  id      INTEGER PRIMARY KEY CHECK (id = 1),
  name    TEXT NOT NULL,
  made_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;
INSERT INTO incarnation (id, name) VALUES (1, lower(hex(randomblob(16))));

ALTER TABLE searches ADD COLUMN submission TEXT;
CREATE UNIQUE INDEX searches_by_submission ON searches (submission);
