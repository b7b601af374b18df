#pragma once

// The PostgreSQL store: the ledger of a cluster. A batch of reports is one transaction of two round trips (lock and
// read, then write in pipeline mode). A connection that breaks is made anew and the call repeated: every write is a
// compare-and-set or an insert under a key, so a commit whose fate is unknown may be repeated.

#include <memory>
#include <string>

#include "adapters/postgres/connection.hpp"
#include "flow/ports/store.hpp"
#include "search/strategy.hpp"

namespace robin::adapters {

/// Brings the schema up to date, under an advisory lock, so that any number may try at once. Returns the version.
int migrate_postgres(const PostgresOptions& options);

/// Connects and checks the schema: one that is missing, older, or newer by more than expansions is an error that says
/// what to do.
[[nodiscard]] std::unique_ptr<flow::ClusterStore> open_postgres_store(const PostgresOptions& options,
                                                                      const search::Strategies& strategies);

}  // namespace robin::adapters
