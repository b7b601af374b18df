-- An order may say which digest its result has to have: a dispute ends by what the auditor computed itself, whoever answers first.

-- NULL: any. A saver of the version before reads none, and stores whatever comes first; the auditor then orders one more check, as before.
ALTER TABLE orders ADD COLUMN IF NOT EXISTS expected text;
GRANT INSERT (expected) ON orders TO robin_auditor;

-- A result with another digest has the order published again under the next attempt, and that is none that failed.
GRANT UPDATE (attempt, attempts_before) ON orders TO robin_saver;
