-- What bounds need that protect the ledger from what workers say. The saver looks where a search may be cut before it splits a block.

GRANT SELECT (id, strategy, mode, threshold, digest_kind) ON searches TO robin_saver;
-- The janitor forgets workers that were not heard of for long.
GRANT DELETE ON workers TO robin_janitor;
