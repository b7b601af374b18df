-- What people order of one search. A file is one process's own: its searches are active, and share with nobody.

ALTER TABLE searches ADD COLUMN run_state TEXT NOT NULL DEFAULT 'ACTIVE' CHECK (run_state IN ('ACTIVE', 'PAUSED', 'CANCELLED'));
ALTER TABLE searches ADD COLUMN share INTEGER NOT NULL DEFAULT 1 CHECK (share BETWEEN 1 AND 1000);
