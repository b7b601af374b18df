#include "chaos/audit.hpp"

#include <atomic>
#include <mutex>
#include <thread>

#include "math/decimal.hpp"
#include "math/integer.hpp"
#include "math/number_text.hpp"
#include "search/examine.hpp"

namespace robin::chaos {
namespace {

using adapters::PostgresConnection;

struct Question {
  const char* finding;
  /// Counts what should not be there.
  const char* sql;
};

/// Blocks that have a row, and those that were compacted.
constexpr const char* every_block =
    "CREATE TEMPORARY VIEW every_block AS SELECT b.id, b.search_id, b.begin_at, b.end_at, r.digest FROM blocks b"
    " LEFT JOIN results r ON r.block_id = b.id AND r.purpose = b.accepted_purpose AND r.run = b.accepted_run"
    " UNION ALL SELECT c.id, c.search_id, c.begin_at, c.end_at, c.digest FROM ranges r CROSS JOIN LATERAL blocks_of(r) "
    "c";

constexpr Question questions[] = {
    {"blocks not FINISHED",
     "SELECT count(*) FROM blocks b JOIN searches s ON s.id = b.search_id WHERE b.state <> 'FINISHED' AND s.run_state "
     "<>"
     " 'CANCELLED'"},
    {"blocks of a cancelled search that are neither FINISHED nor CANCELLED",
     "SELECT count(*) FROM blocks b JOIN searches s ON s.id = b.search_id WHERE b.state NOT IN ('FINISHED', "
     "'CANCELLED')"
     " AND s.run_state = 'CANCELLED'"},
    {"searches that wait", "SELECT count(*) FROM searches WHERE run_state = 'PAUSED'"},
    {"blocks without their one accepted result",
     "SELECT count(*) FROM blocks b WHERE b.state <> 'CANCELLED' AND (SELECT count(*) FROM results r WHERE r.block_id "
     "= b.id AND r.purpose ="
     " b.accepted_purpose AND r.run = b.accepted_run) <> 1"},
    {"results of no block or order",
     "SELECT count(*) FROM results r WHERE NOT EXISTS (SELECT FROM blocks b WHERE b.id = r.block_id AND (r.purpose ="
     " 'search' OR EXISTS (SELECT FROM orders o WHERE o.block_id = r.block_id AND o.purpose = r.purpose AND o.run ="
     " r.run)))"},
    {"results of another range than their block's",
     "SELECT count(*) FROM results r JOIN blocks b ON b.id = r.block_id WHERE r.begin_at <> b.begin_at OR r.end_at <>"
     " b.end_at"},
    {"gaps or overlaps",
     "SELECT count(*) FROM (SELECT begin_at, lag(end_at, 1, (SELECT s.begin_at FROM searches s WHERE s.id ="
     " search_id)) OVER (PARTITION BY search_id ORDER BY begin_at) AS before FROM every_block) b WHERE begin_at <> "
     "before"},
    {"blocks that are there twice",
     "SELECT count(*) FROM (SELECT id FROM every_block GROUP BY id HAVING count(*) > 1) AS twice"},
    {"blocks whose tally is another",
     "SELECT count(*) FROM (SELECT (SELECT sum(blocks) FROM tallies) AS told, (SELECT count(*) FROM"
     " every_block) AS blocks) t WHERE told <> blocks"},
    {"searches not covered to their end",
     "SELECT count(*) FROM searches s WHERE run_state <> 'CANCELLED' AND end_at <> (SELECT max(end_at) FROM "
     "every_block "
     "WHERE"
     " search_id = s.id)"},
    {"conflicts", "SELECT count(*) FROM conflicts"},
    {"parts left over", "SELECT count(*) FROM parts"},
    {"findings of no result",
     "SELECT count(*) FROM findings f WHERE f.begin_at IS NULL AND NOT EXISTS (SELECT FROM results r WHERE r.block_id "
     "= f.block_id AND"
     " r.purpose = f.purpose AND r.run = f.run)"},
    {"objections of the auditor", "SELECT count(*) FROM objections"},
    {"searches not audited to their end",
     "SELECT count(*) FROM searches s WHERE run_state <> 'CANCELLED' AND end_at <> greatest((SELECT max(end_at) FROM"
     " audits WHERE search_id = s.id), (SELECT max(end_at) FROM ranges WHERE search_id = s.id), 0)"},
};

struct StoredBlock {
  std::string id;
  std::string strategy;
  search::Block block;
  std::string threshold;
  std::string digest;
};

search::Position position(const std::string& decimal) {
  const auto parsed = math::parse_integer(decimal);
  return {core::accepted(parsed)->to_uint128().value()};
}

}  // namespace

std::vector<std::string> audit_everything(const adapters::PostgresOptions& owner, flow::Broker& broker,
                                          const search::Strategies& strategies, unsigned threads) {
  std::vector<std::string> findings;
  PostgresConnection database(owner);
  database.query(every_block);
  for (const auto& [finding, sql] : questions) {
    if (const auto count = database.query(sql).integer(0, 0); count != 0) {
      findings.push_back(std::to_string(count) + " " + finding);
    }
  }
  for (const auto& [queue, name] :
       {std::pair{flow::Queue::Blocks, "robin.blocks"}, std::pair{flow::Queue::Results, "robin.results"},
        std::pair{flow::Queue::Dead, "robin.dead"}}) {
    // Acks on their way count as unacked for a moment.
    const auto deadline = core::Deadline::in(std::chrono::seconds(20));
    auto depth = broker.depth(queue, deadline);
    while ((!depth.known || depth.ready + depth.unacked != 0) && !deadline.has_passed()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));  // between two looks at a condition
      depth = broker.depth(queue, core::Deadline::in(std::chrono::seconds(5)));
    }
    if (!depth.known || depth.ready + depth.unacked != 0) {
      findings.push_back(std::string(name) + ": " +
                         (depth.known
                              ? std::to_string(depth.ready) + " ready, " + std::to_string(depth.unacked) + " unacked"
                              : std::string("depth not known")));
    }
  }
  const auto rows = database.query(
      "SELECT b.id, s.strategy, b.begin_at, b.end_at, s.threshold, b.digest FROM every_block b JOIN searches s ON s.id "
      "="
      " b.search_id WHERE s.digest_kind = 'exact' AND b.digest IS NOT NULL");
  std::vector<StoredBlock> blocks;
  for (int i = 0; i < rows.count(); ++i) {
    blocks.push_back({rows.text(i, 0),
                      rows.text(i, 1),
                      {position(rows.text(i, 2)), position(rows.text(i, 3))},
                      rows.text(i, 4),
                      rows.text(i, 5)});
  }
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  {
    std::vector<std::jthread> workers;
    for (unsigned i = 0; i < threads; ++i) {
      workers.emplace_back([&] {
        for (std::size_t at = next++; at < blocks.size(); at = next++) {
          const StoredBlock& block = blocks[at];
          const auto threshold = math::Decimal::parse(block.threshold);
          const search::Parameters parameters{search::Mode::Complete, *core::accepted(threshold),
                                              search::DigestKind::Exact};
          const auto again = search::examine(*strategies.find(block.strategy), block.block, parameters, {});
          if (again.digest != block.digest) {
            const std::scoped_lock lock(mutex);
            findings.push_back("block " + block.id + " has another digest than when it is computed in peace");
          }
        }
      });
    }
  }
  return findings;
}

}  // namespace robin::chaos
