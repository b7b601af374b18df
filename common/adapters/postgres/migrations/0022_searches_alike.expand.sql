-- Whoever submits a search looks for one that is the same up to its end (flow/rules/choose_search.hpp): not among all that there are.
CREATE INDEX IF NOT EXISTS searches_alike ON searches (strategy, begin_at, threshold);
