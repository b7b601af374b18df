#include "adapters/sql/database.hpp"

namespace robin::adapters {
namespace {

// Nor does anybody lead in a copy of the ledger, whose epochs are those of the original, until its incarnation is
// another one. A file has no place but itself.
const std::string newest_producer = "SELECT 1 AS held FROM control WHERE id = 1 AND epoch = $1 AND state = 'WRITABLE'";
const SqlStatement producer_epoch(
    newest_producer + " AND EXISTS (SELECT 1 FROM incarnation WHERE place = place_of_ledger()) {for share}",
    newest_producer);
const SqlStatement leader_epoch("SELECT 1 AS held FROM leaders WHERE role = $1 AND epoch = $2 {for share}");

}  // namespace

void SqlConnection::hold(flow::Role role, flow::Epoch epoch) {
  const bool is_newest = role == flow::Role::Producer ? !query(producer_epoch, {epoch}).is_empty()
                                                      : !query(leader_epoch, {flow::text(role), epoch}).is_empty();
  if (!is_newest) {
    throw flow::Fenced(role);
  }
}

}  // namespace robin::adapters
