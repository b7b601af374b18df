#include "adapters/postgres/operator_ledger.hpp"

#include "adapters/sql/event_row.hpp"
#include "core/duration.hpp"

namespace robin::adapters {
namespace {

const SqlStatement control_state("SELECT state FROM control WHERE id = 1 {for update}");
const SqlStatement new_control("UPDATE control SET state = $1, epoch = epoch + 1, changed_at = now() WHERE id = 1");
const SqlStatement login("SELECT session_user::text AS login");
const SqlStatement control_of_search("SELECT run_state, share FROM searches WHERE id = $1 {for update}");
const SqlStatement new_control_of_search("UPDATE searches SET run_state = $2, share = $3 WHERE id = $1");
const SqlStatement new_compaction(
    "UPDATE compaction SET older_than = $1::float8 * interval '1 s', ordered_by = $2, ordered_at = now(), done_at = "
    "NULL,"
    " compacted = 0 WHERE id = 1");
const SqlStatement retried("SELECT retry_blocks($1::bigint[], $2::text[]) AS blocks");

/// By whom, as the gateway or nobody says, and with which login; and why, if that is said.
std::string by(SqlConnection& connection, const std::string& who, const std::string& why = {}) {
  const std::string name = connection.query(login).one().text("login");
  return " by " + (who.empty() ? "the login " + name : who + " (login " + name + ")") + (why.empty() ? "" : ": " + why);
}

flow::EventKind kind_of(flow::RunState state) {
  switch (state) {
    case flow::RunState::Active:
      return flow::EventKind::Resume;
    case flow::RunState::Paused:
      return flow::EventKind::Pause;
    case flow::RunState::Cancelled:
      break;
  }
  return flow::EventKind::Cancel;
}

}  // namespace

bool PostgresOperatorLedger::order_drain(bool drain, const std::string& who, const std::string& why) {
  return database_.transact([&](SqlConnection& connection) {
    const auto before = connection.query(control_state).one().get<flow::ControlState>("state");
    if ((before != flow::ControlState::Writable) == drain) {
      return false;
    }
    const auto after = drain ? flow::ControlState::Draining : flow::ControlState::Writable;
    connection.query(new_control, {flow::text(after)});
    add_event(connection, {.kind = flow::EventKind::Drain,
                           .message = std::string(flow::text(before)) + " -> " + std::string(flow::text(after)) +
                                      by(connection, who, why)});
    return true;
  });
}

std::size_t PostgresOperatorLedger::retry(const flow::RetryFilter& filter, const std::string& who) {
  SqlValue::Integers ids;
  for (const auto id : filter.ids) {
    ids.push_back(id.value);
  }
  SqlValue::Texts states;
  for (const auto state : filter.states) {
    states.emplace_back(flow::text(state));
  }
  return database_.transact([&](SqlConnection& connection) {
    const auto blocks = connection.query(retried, {ids, states}).one().get<std::uint64_t>("blocks");
    if (blocks > 0) {
      add_event(connection, {.kind = flow::EventKind::Retry,
                             .message = std::to_string(blocks) + " blocks are tried again" + by(connection, who)});
    }
    return static_cast<std::size_t>(blocks);
  });
}

flow::ControlOutcome PostgresOperatorLedger::control_search(flow::SearchId search,
                                                            const flow::SearchControlOrder& order,
                                                            const std::string& who, const std::string& why) {
  return database_.transact([&](SqlConnection& connection) {
    const SqlRows rows = connection.query(control_of_search, {search});
    if (rows.is_empty()) {
      return flow::ControlOutcome::Unknown;
    }
    const flow::SearchControl before{rows.one().get<flow::RunState>("run_state"),
                                     rows.one().get<std::uint32_t>("share")};
    const flow::SearchControl after{order.state.value_or(before.state), order.share.value_or(before.share)};
    if (after == before) {
      return flow::ControlOutcome::AlreadySo;
    }
    if (before.state == flow::RunState::Cancelled) {
      return flow::ControlOutcome::Final;
    }
    connection.query(new_control_of_search, {search, flow::text(after.state), after.share});
    const std::string name = "search " + std::to_string(search.value) + ": ";
    if (after.state != before.state) {
      add_event(connection, {.kind = kind_of(after.state),
                             .search = search,
                             .message = name + std::string(flow::text(before.state)) + " -> " +
                                        std::string(flow::text(after.state)) + by(connection, who, why)});
    }
    if (after.share != before.share) {
      add_event(connection, {.kind = flow::EventKind::Share,
                             .search = search,
                             .message = name + "share " + std::to_string(before.share) + " -> " +
                                        std::to_string(after.share) + by(connection, who, why)});
    }
    return flow::ControlOutcome::Done;
  });
}

void PostgresOperatorLedger::order_compaction(std::chrono::seconds older_than, const std::string& who,
                                              const std::string& why) {
  database_.transact([&](SqlConnection& connection) {
    const std::string ordered_by = by(connection, who, why).substr(std::string_view(" by ").size());
    connection.query(new_compaction, {older_than.count(), ordered_by});
    add_event(connection, {.kind = flow::EventKind::Compact,
                           .message = "blocks that finished " + core::duration_text(older_than) +
                                      " ago or earlier are to be compacted: ordered by " + ordered_by});
    return true;
  });
}

}  // namespace robin::adapters
