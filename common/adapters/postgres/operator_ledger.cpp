#include "adapters/postgres/operator_ledger.hpp"

#include "adapters/sql/event_row.hpp"

namespace robin::adapters {
namespace {

const SqlStatement control_state("SELECT state FROM control WHERE id = 1 {for update}");
const SqlStatement new_control("UPDATE control SET state = $1, epoch = epoch + 1, changed_at = now() WHERE id = 1");
const SqlStatement retried("SELECT retry_blocks($1::bigint[], $2::text[]) AS blocks");

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
                                      " by " + who + (why.empty() ? "" : ": " + why)});
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
                             .message = std::to_string(blocks) + " blocks are tried again by " + who});
    }
    return static_cast<std::size_t>(blocks);
  });
}

}  // namespace robin::adapters
