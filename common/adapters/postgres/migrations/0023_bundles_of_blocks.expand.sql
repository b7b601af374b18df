-- A producer sends short blocks in bundles once all consumers that were heard of lately say that they read them. A saver of the version before
-- writes nothing here, so its consumers count as such that do not.
ALTER TABLE workers ADD COLUMN IF NOT EXISTS reads_bundles boolean NOT NULL DEFAULT false;
CREATE INDEX IF NOT EXISTS workers_without_bundles ON workers (heard_at) WHERE NOT reads_bundles;
GRANT INSERT (reads_bundles), UPDATE (reads_bundles) ON workers TO robin_saver;
GRANT SELECT (heard_at, reads_bundles) ON workers TO robin_producer;
