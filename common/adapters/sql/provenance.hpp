#pragma once

// What the messages about the blocks of a search name.

#include <map>

#include "adapters/sql/database.hpp"
#include "flow/ports/provenance.hpp"

namespace robin::adapters {

using Provenances = std::map<flow::SearchId, flow::Provenance>;

/// Of those of the searches that exist.
[[nodiscard]] Provenances provenances_of(SqlConnection& connection, SqlValue::Integers searches);

}  // namespace robin::adapters
