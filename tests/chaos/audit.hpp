#pragma once

// audit_everything: after a search went through faults, whether what the project promises is true: README.md, "The
// audit". Independent of the program's own readers: plain SQL, the management API, and each block computed again here.

#include <string>
#include <vector>

#include "adapters/postgres/connection.hpp"
#include "flow/ports/broker.hpp"
#include "search/strategy.hpp"

namespace robin::chaos {

/// What is not as it should be, one line each; empty when all is well. `threads` compute the blocks again.
[[nodiscard]] std::vector<std::string> audit_everything(const adapters::PostgresOptions& owner, flow::Broker& broker,
                                                        const search::Strategies& strategies, unsigned threads);

}  // namespace robin::chaos
