#pragma once

// The SQLite store: the ledger in one file (or ":memory:"), for `robin run` and for tests. Commits are durable (WAL,
// synchronous=FULL), so a power cut loses nothing that was acknowledged.

#include <memory>
#include <string>

#include "flow/ports/store.hpp"
#include "search/strategy.hpp"

namespace robin::adapters {

struct SqliteStoreOptions {
  /// How long a call waits for another process that holds the file.
  int busy_timeout_ms = 10'000;
  /// For whoever only reads: a store that is not there is an error, not made.
  bool must_exist = false;
};

/// Opens or creates the store and brings its schema up to date. Throws runtime::Error in one line that names the file:
/// cannot be opened or written, not a store, schema newer than this program. `strategies` must outlive the store.
[[nodiscard]] std::unique_ptr<flow::Store> open_sqlite_store(const std::string& path,
                                                             const search::Strategies& strategies,
                                                             const SqliteStoreOptions& options = {});

}  // namespace robin::adapters
