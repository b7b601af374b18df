#include "adapters/sql/plan_ledger.hpp"

#include <set>

#include "adapters/sql/provenance.hpp"
#include "adapters/sql/reader.hpp"
#include "adapters/sql/search_row.hpp"
#include "flow/loops/test_points.hpp"

namespace robin::adapters {
namespace {

using flow::Epoch;
using flow::PlanOutcome;
using flow::Role;
using flow::SearchId;
using flow::Work;

// PostgreSQL asks its sums for what is PENDING: in the index of what is not finished, what was PENDING since the oldest
// open transaction began stays, and comes first.
const std::string with_orders_to_publish =
    " OR EXISTS (SELECT 1 FROM orders o WHERE o.search_id = s.id AND o.state = 'PENDING' AND o.closed_at IS NULL))"
    " ORDER BY s.id";
const SqlStatement unfinished_plans(
    "SELECT " + search_columns +
        " FROM searches s WHERE s.run_state = 'ACTIVE' AND (s.planned_end < s.end_at"
        " OR (SELECT sum(blocks) FROM tallies t WHERE t.search_id = s.id AND t.state = 'PENDING') > 0" +
        with_orders_to_publish,
    "SELECT " + search_columns +
        " FROM searches s WHERE s.run_state = 'ACTIVE' AND (s.planned_end < s.end_at"
        " OR EXISTS (SELECT 1 FROM blocks b WHERE b.search_id = s.id AND b.state = 'PENDING')" +
        with_orders_to_publish);
const std::string orders_in_flight =
    " (SELECT count(*) FROM orders WHERE state IN ('QUEUED', 'RUNNING') AND closed_at IS NULL) AS orders";
// In SQLite all are of this process, which gains nothing from bundles.
const std::string lately = " heard_at > now() - interval '1 minute'";
const std::string in_the_last_hour = " heard_at > now() - interval '1 hour'";
const std::string consumers = " (SELECT count(*) FROM (SELECT 1 FROM workers WHERE" + lately +
                              " LIMIT 1000) AS w) AS consumers,"
                              " EXISTS (SELECT 1 FROM workers WHERE" +
                              in_the_last_hour + ") AND NOT EXISTS (SELECT 1 FROM workers WHERE NOT reads_bundles AND" +
                              in_the_last_hour + ") AS read_bundles,";
const SqlStatement works_in_flight(
    "SELECT" + consumers +
        " coalesce((SELECT sum(blocks) FROM tallies WHERE state = 'QUEUED'), 0)::bigint AS queued,"
        " coalesce((SELECT sum(blocks) FROM tallies WHERE state = 'RUNNING'), 0)::bigint AS running," +
        orders_in_flight,
    "SELECT 0 AS consumers, 0 AS read_bundles,"
    " (SELECT count(*) FROM blocks WHERE state = 'QUEUED') AS queued,"
    " (SELECT count(*) FROM blocks WHERE state = 'RUNNING') AS running," +
        orders_in_flight);

const SqlStatement plan_of_search("SELECT planned_end, end_at FROM searches WHERE id = $1 {for update}");
const SqlStatement new_blocks({{"begin_at", "numeric"}, {"end_at", "numeric"}}, 2,
                              "INSERT INTO blocks (search_id, begin_at, end_at)"
                              " SELECT CAST($1 AS bigint), u.begin_at, u.end_at FROM {u} ORDER BY u.begin_at");
const SqlStatement longer_plan("UPDATE searches SET planned_end = $2 WHERE id = $1");

// PostgreSQL looks up the block of each order one by one: a join might be planned as a walk through all blocks. Blocks
// it takes from the newest on as long as all of them are wanted, and stops after as many as its sums say that there
// are: from the oldest on, it would first meet all that were PENDING since the oldest open transaction began.
const std::string pending_block =
    "(SELECT b.id, 'search', b.run, b.search_id, b.attempt, b.begin_at, b.end_at, '[]', '{}', NULL FROM blocks b"
    " WHERE b.state = 'PENDING' AND ($1::bigint IS NULL OR b.search_id = $1)";
const SqlStatement outbox(
    "WITH there AS MATERIALIZED (SELECT coalesce(sum(blocks), 0)::bigint AS blocks FROM tallies"
    " WHERE state = 'PENDING' AND ($1::bigint IS NULL OR search_id = $1)) "
    "SELECT w.*, s.strategy, s.mode, s.threshold, s.digest_kind FROM ("
    "(SELECT o.block_id, o.purpose, o.run, o.search_id, o.attempt, b.begin_at, b.end_at, o.avoid, o.origin, o.queued_at"
    " FROM (SELECT * FROM orders WHERE state = 'PENDING' AND closed_at IS NULL"
    " AND ($1::bigint IS NULL OR search_id = $1) ORDER BY queued_at NULLS FIRST, block_id LIMIT $3) AS o"
    " CROSS JOIN LATERAL (SELECT begin_at, end_at FROM blocks WHERE blocks.id = o.block_id LIMIT 1) AS b)"
    " UNION ALL " +
        pending_block +
        " AND (SELECT blocks FROM there) <= $2 ORDER BY b.id DESC LIMIT (SELECT blocks FROM there))"
        " UNION ALL " +
        pending_block +
        " AND (SELECT blocks FROM there) > $2 ORDER BY b.id LIMIT $2)"
        ") w JOIN searches s ON s.id = w.search_id"
        " ORDER BY (w.purpose = 'search'), w.queued_at NULLS FIRST, w.block_id LIMIT $2",
    "SELECT w.*, s.strategy, s.mode, s.threshold, s.digest_kind FROM ("
    "SELECT * FROM (SELECT o.block_id, o.purpose, o.run, o.search_id, o.attempt, b.begin_at, b.end_at, o.avoid,"
    " o.origin, o.queued_at FROM orders o JOIN blocks b ON b.id = o.block_id WHERE o.state = 'PENDING'"
    " AND o.closed_at IS NULL AND ($1 IS NULL OR o.search_id = $1) ORDER BY o.queued_at, o.block_id LIMIT $3)"
    " UNION ALL "
    "SELECT * FROM (SELECT id, 'search', run, search_id, attempt, begin_at, end_at, '[]', '{}', NULL FROM blocks"
    " WHERE state = 'PENDING' AND ($1 IS NULL OR search_id = $1) ORDER BY id LIMIT $2)"
    ") w JOIN searches s ON s.id = w.search_id ORDER BY (w.purpose = 'search'), w.queued_at, w.block_id LIMIT $2");

// A mark that a crash of the server takes back costs a copy of a message, which does no harm: no need to wait for the
// disk. SQLite has no such choice.
const SqlStatement without_waiting_for_the_disk("SET LOCAL synchronous_commit = off", "");
// Locked in the order of keys, as savers lock them: else each might wait for the other. PostgreSQL looks up work by
// work by its key alone: with the state in that look it may take an index of what is not finished, which by its
// statistics holds next to nothing, and walks through all that was there since the oldest open transaction began, for
// each of a thousand.
const std::string marked_works = "UPDATE {works} AS w SET state = 'QUEUED', queued_at = now() FROM (";
const std::string columns_of_marked = "SELECT {block_id p} AS block_id, {purpose p} AS purpose, p.run FROM ";
const std::string still_pending = " WHERE p.state = 'PENDING'";
const SqlWorkStatement queued_works(
    {{"block_id", "bigint"}, {"purpose", "text"}, {"run", "int"}, {"attempt", "int"}}, 1,
    marked_works + columns_of_marked +
        "(SELECT * FROM {u} ORDER BY 1, 2, 3) AS u CROSS JOIN LATERAL (SELECT * FROM {works} q WHERE {is q u}"
        " OFFSET 0 {for update of q}) AS p" +
        still_pending + " AND p.attempt = u.attempt) AS n WHERE {is w n}",
    marked_works + columns_of_marked + "{works} p JOIN {u} ON {is p u} AND p.attempt = u.attempt" + still_pending +
        " ORDER BY 1, 2, 3) AS n WHERE {is w n}");

const SqlWorkStatement taken_up_again(
    "UPDATE {works} AS w SET attempt = attempt + CASE WHEN state = 'FAILED' THEN 1 ELSE 0 END, state = 'PENDING',"
    " error = NULL WHERE state IN ('QUEUED', 'RUNNING', 'FAILED') AND {open w}");

}  // namespace

flow::OpenPlans SqlPlanLedger::open_plans() {
  return database_.look([](SqlConnection& connection) {
    flow::OpenPlans plans;
    SqlValue::Integers ids;
    for (const SqlRow row : connection.query(unfinished_plans)) {
      plans.searches.push_back({search_record(row), {}});
      ids.push_back(plans.searches.back().record.id.value);
    }
    const auto tallies = tallies_of(connection, ids);
    for (flow::OpenPlan& plan : plans.searches) {
      if (const auto found = tallies.find(plan.record.id); found != tallies.end()) {
        plan.counts = found->second.counts;
        plan.computed_seconds = found->second.computed_seconds;
      }
    }
    const SqlRows rows = connection.query(works_in_flight);
    const SqlRow fleet = rows.one();
    plans.in_flight = {fleet.get<std::uint64_t>("queued"), fleet.get<std::uint64_t>("running"),
                       fleet.get<std::uint64_t>("orders")};
    plans.consumers = {fleet.get<std::uint64_t>("consumers"), fleet.get<bool>("read_bundles")};
    return plans;
  });
}

PlanOutcome SqlPlanLedger::plan(Epoch epoch, SearchId search, std::span<const search::Block> blocks) {
  return database_.transact(Role::Producer, epoch, [&](SqlConnection& connection) {
    const SqlRows rows = connection.query(plan_of_search, {search});
    if (rows.is_empty()) {
      return PlanOutcome::NotContiguous;
    }
    auto at = rows.one().get<search::Position>("planned_end");
    const auto end = rows.one().get<search::Position>("end_at");
    SqlTable table;
    for (const search::Block& block : blocks) {
      if (block.begin != at || block.is_empty() || end < block.end) {
        return PlanOutcome::NotContiguous;
      }
      table.add({block.begin, block.end});
      at = block.end;
    }
    connection.query(new_blocks, {search}, std::move(table));
    connection.query(longer_plan, {search, at});
    flow::crash_point("producer/planning");
    return PlanOutcome::Planned;
  });
}

std::vector<Work> SqlPlanLedger::pending(std::optional<SearchId> search, std::size_t limit, std::size_t orders_limit) {
  return database_.look([&](SqlConnection& connection) {
    const SqlRows rows = connection.query(outbox, {search, limit, orders_limit});
    std::set<std::int64_t> ids;
    for (const SqlRow row : rows) {
      ids.insert(row.get<SearchId>("search_id").value);
    }
    Provenances provenances = provenances_of(connection, SqlValue::Integers(ids.begin(), ids.end()));
    return rows.all([&provenances](const SqlRow& row) {
      const auto of_search = row.get<SearchId>("search_id");
      return Work{row.key(),
                  of_search,
                  row.get<flow::Attempt>("attempt"),
                  row.text("strategy"),
                  row.parameters(),
                  row.range(),
                  row.get<std::vector<std::string>>("avoid"),
                  row.get<std::map<std::string, std::string>>("origin"),
                  provenances[of_search]};
    });
  });
}

std::size_t SqlPlanLedger::mark_queued(Epoch epoch, std::span<const Work> published) {
  SqlTable blocks;
  SqlTable orders;
  for (const Work& work : published) {
    (work.key.purpose.is_search() ? blocks : orders)
        .add({work.key.block, work.key.purpose, work.key.run, work.attempt});
  }
  return database_.transact(Role::Producer, epoch, [&](SqlConnection& connection) {
    connection.run_all({{without_waiting_for_the_disk}});
    std::size_t changed = connection.query(queued_works.of_blocks, {}, blocks).changed();
    if (!orders.is_empty()) {
      changed += connection.query(queued_works.of_orders, {}, orders).changed();
    }
    return changed;
  });
}

std::size_t SqlPlanLedger::requeue_lost(Epoch epoch) {
  return database_.transact(Role::Producer, epoch, [&](SqlConnection& connection) {
    const std::size_t changed = connection.query(taken_up_again.of_blocks).changed();
    connection.query(taken_up_again.of_orders);
    return changed;
  });
}

}  // namespace robin::adapters
