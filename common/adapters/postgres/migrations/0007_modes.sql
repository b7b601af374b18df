-- A third mode: exact.
ALTER TABLE searches DROP CONSTRAINT searches_mode_check;
ALTER TABLE searches ADD CONSTRAINT searches_mode_check CHECK (mode IN ('complete', 'pruned', 'exact'));
