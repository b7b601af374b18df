#pragma once

// An event, written by whoever has something to say.

#include "adapters/sql/database.hpp"
#include "flow/ports/event.hpp"

namespace robin::adapters {

/// Within the caller's transaction; nothing happens if it was to be told once and was.
void add_event(SqlConnection& connection, const flow::Event& event);

}  // namespace robin::adapters
