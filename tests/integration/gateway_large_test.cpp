// The gateway over a ledger of 200,000 blocks and 1,000,000 witnesses: how long each page and list takes is measured
// and printed. Nothing here asserts a time.

#include <gmock/gmock.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "adapters/extras_text.hpp"
#include "integration/cluster_fixture.hpp"
#include "search/strategies/colossally_abundant/certificate_fold.hpp"
#include "support/http_get.hpp"

namespace robin {
namespace {

using testing_support::http_request;

class LargeLedger : public Cluster {
 protected:
  LargeLedger() { base_ = start_gateway({"--cache-ms", "0", "--reads-per-second", "100000"}).url + "/api/v1/"; }

  /// The state of a certifier that has come to x = 1e11 or so.
  static std::string state() {
    search::colossally_abundant::Certificate certificate;
    certificate.largest_position = 100'000'000'000;
    certificate.blocks = 1;
    certificate.sums.log_lo = search::uint128{99'999'000'000} << search::colossally_abundant::log_bits;
    certificate.sums.log_hi = certificate.sums.log_lo + 1000;
    return adapters::extras_text(search::colossally_abundant::state_of(certificate));
  }

  void fill() {
    auto patient = database_.options();
    // A million rows in one statement, on a busy machine.
    patient.statement_timeout_ms = 300'000;
    patient.answer_timeout_ms = 310'000;
    adapters::PostgresConnection owner(patient);
    for (const char* strategy : {"exhaustive", "colossally-abundant"}) {
      owner.query(
          "INSERT INTO searches (strategy, begin_at, end_at, planned_end, mode, threshold, digest_kind)"
          " VALUES ($1, 2, 400000000002, 100000000002, 'complete', '1.767', 'exact')",
          {std::string(strategy)});
    }
    // Where a block begins says everything else of it.
    owner.query(
        "INSERT INTO blocks (search_id, begin_at, end_at) SELECT s, 2 + 1000000 * i, 1000002 + 1000000 * i"
        " FROM generate_series(1, 2) AS s, generate_series(0::bigint, 99999) AS i ORDER BY i, s");
    owner.query(
        "INSERT INTO results (block_id, purpose, run, attempt, worker, begin_at, end_at, candidates, digest, extras,"
        " elapsed_seconds) SELECT id, 'search', 1, 1, 'worker/' || id % 8, begin_at, end_at, 1000000, repeat('a', 64),"
        " '{}', 0.5 + id % 100 / 100.0 FROM blocks");
    owner.query(
        "INSERT INTO findings (block_id, purpose, run, kind, ordinal, factorization, ratio_lo, ratio_hi, ratio,"
        " search_id)"
        " SELECT b.id, 'search', 1, 'witness', k, '2^' || 3 + b.id % 9 || '*3^' || 2 + k % 3 || '*5*7*11*13..47',"
        " '1.767' || lpad((b.id * 37 + k)::text, 9, '0'), '1.768', 1.767 + (b.id * 37 % 100000) / 1e8 + k / 1e10, 1"
        " FROM blocks b, generate_series(0, 9) AS k WHERE b.search_id = 1");
    owner.query(
        "UPDATE blocks SET state = 'FINISHED', accepted_purpose = 'search', accepted_run = 1, worker = 'worker/' || id "
        "% 8,"
        " finished_at = now() - (200000 - id) * interval '0.1 s' WHERE begin_at < 99000000002");
    owner.query("UPDATE blocks SET state = 'QUARANTINED', error = 'lost: ' || id % 40 WHERE begin_at >= 99900000002");
    owner.query(
        "INSERT INTO audits (search_id, begin_at, end_at, block_id, purpose, run, state)"
        " SELECT search_id, begin_at, end_at, id, 'search', 1, $1 FROM blocks WHERE state = 'FINISHED' AND search_id = "
        "2",
        {state()});
    owner.query("INSERT INTO workers (name) SELECT 'worker/' || i FROM generate_series(0, 999) AS i");
    owner.query(
        "INSERT INTO events (kind, search_id, message) SELECT 'settled', 1, 'event ' || i FROM"
        " generate_series(1, 100000) AS i");
    owner.query(
        "INSERT INTO queue_samples (queue, at, ready, unacked) SELECT 'robin.' || q, now() - i * interval '60 s', i, i"
        " FROM generate_series(0, 43199) AS i, (VALUES ('blocks'), ('results'), ('dead')) AS n(q)");
    owner.query("ANALYZE");
  }

  static constexpr int rounds = 5;

  void ask_for(const std::vector<std::string>& paths) const {
    for (const auto& path : paths) {
      std::vector<double> milliseconds;
      for (int i = 0; i < rounds; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        const auto answer = http_request("GET", base_ + path);
        milliseconds.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
        EXPECT_EQ(answer.status, 200) << path << answer.body;
      }
      std::sort(milliseconds.begin(), milliseconds.end());
      std::cout << "median of " << rounds << ": " << std::lround(milliseconds[rounds / 2]) << " ms   " << path << "\n";
    }
  }

  std::string base_;
};

TEST_F(LargeLedger, EachPageAndListIsAnsweredAndItsTimePrinted) {
  fill();
  const std::vector<std::string> paths = {"overview",
                                          "status",
                                          "searches",
                                          "searches/1",
                                          "searches/2/certificate",
                                          "searches/2/results?limit=100",
                                          "searches/1/witnesses?limit=1000",
                                          "searches/1/witnesses?limit=1000&after=90000000002.3",
                                          "searches/2/margin?points=800",
                                          "searches/1/pace?minutes=60",
                                          "searches/1/pace?minutes=43200",
                                          "searches/1/durations?blocks=1000",
                                          "blocks?limit=1000",
                                          "blocks?limit=1000&after=150000&search=2",
                                          "blocks?state=quarantined&limit=1000",
                                          "blocks/errors",
                                          "blocks/77777",
                                          "workers?limit=60",
                                          "queues",
                                          "queues/history?minutes=60",
                                          "queues/history?minutes=43200",
                                          "records?top=1000",
                                          "records?top=20",
                                          "records?search=1&top=100",
                                          "records?search=2&top=100",
                                          "events?limit=50",
                                          "events?limit=50&after=50000",
                                          "events?kind=alarm",
                                          "events/counts",
                                          "drain"};
  ask_for(paths);
}

TEST_F(LargeLedger, TenThousandSearchesAreAnsweredInPages) {
  adapters::PostgresConnection owner(database_.options());
  // Of each hundred one has a block to compute, the others are finished and audited.
  owner.query(
      "INSERT INTO searches (strategy, begin_at, end_at, planned_end, mode, threshold, digest_kind)"
      " SELECT 'colossally-abundant', 2, 1002 + i, 1002 + i, 'complete', '1.767', 'exact'"
      " FROM generate_series(1, 10000) AS i");
  owner.query("INSERT INTO blocks (search_id, begin_at, end_at) SELECT id, begin_at, end_at FROM searches");
  owner.query(
      "INSERT INTO results (block_id, purpose, run, attempt, worker, begin_at, end_at, candidates, digest, extras,"
      " elapsed_seconds) SELECT id, 'search', 1, 1, 'worker', begin_at, end_at, 1000, repeat('a', 64), '{}', 0.5"
      " FROM blocks");
  owner.query(
      "UPDATE blocks SET state = 'FINISHED', accepted_purpose = 'search', accepted_run = 1, worker = 'worker',"
      " finished_at = now() WHERE search_id % 100 > 0");
  owner.query(
      "INSERT INTO audits (search_id, begin_at, end_at, block_id, purpose, run, state)"
      " SELECT search_id, begin_at, end_at, id, 'search', 1, $1 FROM blocks WHERE state = 'FINISHED'",
      {state()});
  owner.query("ANALYZE");
  ask_for({"overview?searches=20", "overview", "searches?limit=20&after=5000", "searches", "status"});
  const auto overview = nlohmann::json::parse(http_request("GET", base_ + "overview?searches=20").body);
  ASSERT_EQ(overview["searches"].size(), 20U);
  EXPECT_EQ(overview["searches"].back()["id"], 10'000) << "the newest that is running";
  for (const auto& search : overview["searches"]) {
    EXPECT_EQ(search["state"], "running");
  }
  EXPECT_EQ(overview["search_counts"]["running"], 100);
  EXPECT_EQ(overview["search_counts"]["finished"], 9900);
  EXPECT_EQ(overview["blocks"]["finished"], 9900);
  const auto listed = nlohmann::json::parse(robin({"search", "list", "-o", "json"}).output);
  EXPECT_EQ(listed.size(), 10'000U) << "all pages";
}

}  // namespace
}  // namespace robin
