-- The janitor: what was begun and not heard of, what failed, what was dead-lettered; and the drain.

-- Attempts before the last retry by a person: they count no more.
ALTER TABLE blocks ADD COLUMN attempts_before INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN attempts_before INTEGER NOT NULL DEFAULT 0;
