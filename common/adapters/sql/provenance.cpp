#include "adapters/sql/provenance.hpp"

#include <utility>

#include "adapters/position_key.hpp"
#include "flow/wire/search_digest.hpp"

namespace robin::adapters {
namespace {

// As texts: a newer program may have written a mode that this one does not know. A ledger whose incarnation somebody
// took away takes nothing that names one.
const SqlStatement asked(
    "SELECT s.id, s.strategy, s.begin_at, s.mode, s.threshold, s.digest_kind, s.origin, i.name AS ledger"
    " FROM searches s LEFT JOIN incarnation i ON true WHERE s.id {in $1 bigint}");

}  // namespace

Provenances provenances_of(SqlConnection& connection, SqlValue::Integers searches) {
  Provenances all;
  for (const SqlRow row : connection.query(asked, {std::move(searches)})) {
    all[row.get<flow::SearchId>("id")] = {
        row.text("ledger"), flow::search_digest({.strategy = row.text("strategy"),
                                                 .begin = wide_text(row.get<search::Position>("begin_at").ordinal),
                                                 .mode = row.text("mode"),
                                                 .threshold = row.text("threshold"),
                                                 .digest_kind = row.text("digest_kind"),
                                                 .origin = row.text("origin")})};
  }
  return all;
}

}  // namespace robin::adapters
