#include "adapters/sql/search_ledger.hpp"

#include "adapters/extras_text.hpp"
#include "adapters/sql/search_row.hpp"
#include "core/entropy.hpp"
#include "flow/rules/choose_search.hpp"

namespace robin::adapters {
namespace {

// One after the other, so that who comes second sees what the first one made. (session.cpp lists the locks; SQLite has
// one writer at a time.)
const SqlStatement one_at_a_time("SELECT pg_advisory_xact_lock(8246760063880036357)", "");
const SqlStatement new_search(
    "INSERT INTO searches (strategy, begin_at, end_at, planned_end, mode, threshold, digest_kind, origin, submission,"
    " run_state, share) VALUES ($1, $2, $3, $2, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (submission) DO NOTHING");
// Which of them it is, the rules say; the text of a threshold is one for each number and its digits.
const SqlStatement searches_alike("SELECT " + search_columns +
                                  " FROM searches s WHERE s.strategy = $1 AND s.begin_at = $2 AND s.threshold = $3"
                                  " ORDER BY s.id");
const SqlStatement search_of_submission("SELECT id FROM searches WHERE submission = $1");
const SqlStatement longer_search(
    "UPDATE searches SET end_at = $2 WHERE id = $1 AND end_at < $2 AND run_state <> 'CANCELLED'");

/// `submission` names one call, however often it is repeated.
flow::SearchId add(SqlConnection& connection, const flow::SearchSpec& spec, const flow::SearchControl& control,
                   const std::string& submission) {
  connection.query(new_search, {spec.strategy, spec.range.begin, spec.range.end, search::text(spec.parameters.mode),
                                spec.parameters.threshold.text(), search::text(spec.parameters.digest),
                                extras_text(spec.origin), submission, flow::text(control.state), control.share});
  return connection.query(search_of_submission, {submission}).one().get<flow::SearchId>("id");
}

}  // namespace

flow::ChosenSearch SqlSearchLedger::submit(const flow::SearchSpec& spec, const flow::SearchControl& control) {
  const std::string submission = core::random_name();
  return database_.transact([&](SqlConnection& connection) {
    connection.run_all({{one_at_a_time}});
    if (const SqlRows mine = connection.query(search_of_submission, {submission}); !mine.is_empty()) {
      return flow::ChosenSearch{mine.one().get<flow::SearchId>("id"), flow::Choice::Created};
    }
    const auto alike =
        connection.query(searches_alike, {spec.strategy, spec.range.begin, spec.parameters.threshold.text()})
            .all(search_record);
    const auto chosen = flow::choose_search(alike, spec);
    if (!chosen) {
      return flow::ChosenSearch{add(connection, spec, control, submission), flow::Choice::Created};
    }
    if (chosen->choice == flow::Choice::Extended) {
      connection.query(longer_search, {chosen->id, spec.range.end});
    }
    return *chosen;
  });
}

flow::SearchId SqlSearchLedger::add_search(const flow::SearchSpec& spec) {
  const std::string submission = core::random_name();
  return database_.transact([&](SqlConnection& connection) { return add(connection, spec, {}, submission); });
}

void SqlSearchLedger::extend_search(flow::SearchId search, search::Position end) {
  database_.look([&](SqlConnection& connection) { return connection.query(longer_search, {search, end}).changed(); });
}

}  // namespace robin::adapters
