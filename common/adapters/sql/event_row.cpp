#include "adapters/sql/event_row.hpp"

namespace robin::adapters {
namespace {

const SqlStatement new_event(
    "INSERT INTO events (kind, search_id, block_id, message, once) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING");

}  // namespace

void add_event(SqlConnection& connection, const flow::Event& event) {
  connection.query(new_event, {flow::text(event.kind), event.search, event.block, event.message,
                               event.once.empty() ? SqlValue() : SqlValue(event.once)});
}

}  // namespace robin::adapters
