-- A third mode: exact. SQLite has no ALTER for a CHECK; this is the way its documentation gives (ALTER TABLE, "Making
-- Other Kinds Of Table Schema Changes").
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'mode IN (''complete'', ''pruned'')', 'mode IN (''complete'', ''pruned'', ''exact'')')
WHERE type = 'table' AND name = 'searches';
PRAGMA writable_schema = RESET;
