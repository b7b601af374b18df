// The auditor as a process: double checks by other workers, results changed behind its back, its own death at any time,
// and a number that violates a planted bar, from the block to the exit status.

#include <gmock/gmock.h>

#include "integration/cluster_fixture.hpp"
#include "support/parsed.hpp"

namespace robin {
namespace {

using flow::SearchId;
using testing::HasSubstr;

class Auditing : public Cluster {
 protected:
  /// In this test's own words, as the owner.
  adapters::PostgresConnection::Rows query(const std::string& sql) {
    adapters::PostgresConnection owner(database_.options());
    return owner.query(sql.c_str());
  }
  std::int64_t count(const std::string& sql) { return query(sql).integer(0, 0); }
  /// Runs `arguments` as `submit --wait` and in one process.
  nlohmann::json certificate_of(const SearchArguments& search) {
    const auto result = robin({"run", "--store", ":memory:", "--no-progress", "--strategy", search.strategy, "--begin",
                               search.begin, "--end", search.end, "-o", "json"});
    EXPECT_EQ(result.status, 0) << result.error;
    return nlohmann::json::parse(result.output)["certificate"];
  }
  /// So many blocks more, which are those of a search that is submitted whole.
  SearchId grow(SearchArguments& growing, int blocks) {
    const search::Strategy& strategy = *strategies_.find(growing.strategy);
    const search::Position begin = testing_support::required(strategy.parse(growing.begin));
    search::Position end = testing_support::required(strategy.parse(growing.end));
    for (int block = 0; block < blocks; ++block) {
      end = strategy.block_end(begin, end, std::nullopt, testing_support::parameters(growing.threshold));
    }
    growing.end = strategy.text(end);
    return submit(growing);
  }
  nlohmann::json certificate_in_the_ledger() {
    const auto result = robin({"certificate", "-o", "json"});
    EXPECT_EQ(result.status, 0) << result.error;
    return nlohmann::json::parse(result.output);
  }
};

TEST_F(Auditing, ADoubleCheckIsMadeByAnotherWorker) {
  start("producer");
  start("saver");
  start("consumer", {"--threads", "1"});
  start("consumer", {"--threads", "1"});
  start_auditor("100%");
  const SearchArguments search{"2e6", "exact", "colossally-abundant"};
  auto wait = search.flags();
  wait.insert(wait.begin(), {"submit", "--wait", "--no-progress"});
  const auto waited = robin(wait);
  ASSERT_EQ(waited.status, 0) << waited.error;
  EXPECT_EQ(count("SELECT count(*) FROM orders WHERE state = 'FINISHED' AND closed_at IS NOT NULL AND NOT same_worker"),
            count("SELECT count(*) FROM blocks"));
  EXPECT_EQ(count("SELECT count(*) FROM results a JOIN results b ON a.block_id = b.block_id AND a.purpose < b.purpose"
                  " WHERE a.worker = b.worker OR a.digest <> b.digest"),
            0);
  EXPECT_EQ(count("SELECT count(*) FROM events"), 0);
  EXPECT_TRUE(wait_until([&] { return is_empty(flow::Queue::Blocks) && is_empty(flow::Queue::Results); }));
}

TEST_F(Auditing, AWorkerThatIsAloneChecksItselfAndThatIsWrittenDown) {
  start("producer");
  start("saver");
  start("consumer", {"--threads", "2"});
  start("auditor", {"--poll-ms", "50", "--double-check", "100%", "--other-worker-wait-seconds", "3"});
  const auto waited = robin({"submit", "--wait", "--no-progress", "--strategy", "exhaustive", "--begin", "2", "--end",
                             "300000", "-o", "json"});
  ASSERT_EQ(waited.status, 0) << waited.error;
  EXPECT_EQ(count("SELECT count(*) FROM orders WHERE closed_at IS NOT NULL AND same_worker"),
            count("SELECT count(*) FROM blocks"));
  EXPECT_TRUE(wait_until([&] { return is_empty(flow::Queue::Blocks); })) << "no copy of an order stays behind";
  EXPECT_TRUE(is_empty(flow::Queue::Dead)) << "leaving a check, again and again, is no delivery that failed";
}

TEST_F(Auditing, ConsumersOfOneMachineDoNotCheckEachOther) {
  environment_["ROBIN_TEST_HOST"] = "one";
  start("producer");
  start("saver");
  start("consumer", {"--threads", "1"});
  start("consumer", {"--threads", "1"});
  environment_["ROBIN_TEST_HOST"] = "two";
  start("consumer", {"--threads", "1"});
  environment_.erase("ROBIN_TEST_HOST");
  start_auditor("100%");
  const auto waited = robin({"submit", "--wait", "--no-progress", "--strategy", "exhaustive", "--begin", "2", "--end",
                             "3000000", "-o", "json"});
  ASSERT_EQ(waited.status, 0) << waited.error;
  EXPECT_EQ(count("SELECT count(*) FROM orders WHERE state = 'FINISHED' AND closed_at IS NOT NULL AND NOT same_worker"),
            count("SELECT count(*) FROM blocks"));
  EXPECT_EQ(count("SELECT count(*) FROM results a JOIN results b ON a.block_id = b.block_id AND a.purpose < b.purpose"
                  " WHERE split_part(a.worker, '/', 1) = split_part(b.worker, '/', 1)"),
            0);
  EXPECT_TRUE(is_empty(flow::Queue::Dead)) << "they leave them to each other, and nobody is refused";
}

TEST_F(Auditing, WhatWasChangedInTheLedgerIsNamedAndRepaired) {
  start("producer");
  start("saver");
  start("consumer", {"--threads", "1"});
  start("consumer", {"--threads", "1"});
  const SearchArguments search{"5e6", "exact", "colossally-abundant"};
  const SearchId id = submit(search);
  ASSERT_TRUE(
      wait_until([&] { return store_->monitor_ledger().progress(id).frontier == search::Position{5'000'000}; }));
  const auto before = certificate_in_the_ledger();
  query("UPDATE results SET extras = replace(extras, '\"primes\":\"', '\"primes\":\"1') WHERE block_id = 7");
  start_auditor();
  ASSERT_TRUE(wait_until([&] { return store_->reader().audited(id).end == search::Position{5'000'000}; }));
  EXPECT_EQ(count("SELECT count(*) FROM events WHERE kind = 'unfit' AND block_id = 7"), 1);
  EXPECT_EQ(certificate_in_the_ledger(), before);
  const auto status = robin({"status", "-o", "json"});
  const auto shown = nlohmann::json::parse(status.output)["searches"][0];
  EXPECT_EQ(shown["audited"], "5000000");
  EXPECT_TRUE(shown["objection"].is_null());
}

TEST_F(Auditing, AnAuditorKilledAtAnyTimeIsFollowedByOneThatGoesOn) {
  start("producer");
  start("saver");
  start("consumer", {"--threads", "2"});
  SearchArguments search{"2", "exact", "colossally-abundant"};
  std::int64_t audited = 0;
  for (int death = 0; death < 5; ++death) {
    grow(search, 15);
    Process& victim = start_auditor();
    ASSERT_TRUE(wait_until([&] { return count("SELECT count(*) FROM audits") > audited; }));
    kill(victim);
    audited = count("SELECT count(*) FROM audits");
  }
  const SearchId id = grow(search, 15);
  start_auditor();
  expect_finished_like_embedded(search);
  EXPECT_EQ(count("SELECT count(*) FROM audits"), count("SELECT count(*) FROM blocks"));
  EXPECT_EQ(strategies_.find(search.strategy)->text(store_->reader().audited(id).end), search.end);
}

TEST_F(Auditing, AFrozenAuditorThatWakesLateChangesNothing) {
  start("producer");
  start("saver");
  start("consumer", {"--threads", "2"});
  Process& frozen = start_auditor();
  SearchArguments search{"2", "exact", "colossally-abundant"};
  grow(search, 40);
  ASSERT_TRUE(wait_until([&] { return count("SELECT count(*) FROM audits") > 3; }));
  frozen.signal(SIGSTOP);
  query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'robin-auditor'"
      " AND datname = current_database()");
  const auto audited = count("SELECT count(*) FROM audits");
  grow(search, 40);
  start_auditor();
  ASSERT_TRUE(wait_until([&] { return count("SELECT count(*) FROM audits") > audited; }));
  frozen.signal(SIGCONT);
  expect_finished_like_embedded(search);
  EXPECT_EQ(count("SELECT count(*) FROM audits"), count("SELECT count(*) FROM blocks"));
}

TEST_F(Auditing, ANumberThatViolatesAPlantedBarIsNamedByTheBlockTheAuditorAndTheExitStatus) {
  environment_["ROBIN_TEST_GAMMA"] = "0.577185";
  const SearchArguments search{"4e6", "exact", "colossally-abundant"};
  const auto embedded = robin({"run", "--store", ":memory:", "--no-progress", "--strategy", search.strategy, "--begin",
                               "2", "--end", search.end, "-o", "json"});
  ASSERT_EQ(embedded.status, 10) << embedded.error;
  const auto result = nlohmann::json::parse(embedded.output);
  ASSERT_EQ(result["violations"].size(), 9);
  const auto violation = result["violations"][8];
  EXPECT_EQ(violation["known_exception"], false);
  EXPECT_EQ(result["certificate"]["holds"], false);
  // Certified from its factors alone, too.
  const auto checked = robin({"check", violation["factorization"], "-o", "json"});
  EXPECT_EQ(nlohmann::json::parse(checked.output)["verdict"], "violates") << checked.error;
  environment_.erase("ROBIN_TEST_GAMMA");
  EXPECT_EQ(nlohmann::json::parse(robin({"check", violation["factorization"], "-o", "json"}).output)["verdict"],
            "holds")
      << "by the real one it holds";
  environment_["ROBIN_TEST_GAMMA"] = "0.577185";

  start("producer");
  start("saver");
  start("consumer", {"--threads", "2"});
  start_auditor();
  auto wait = search.flags();
  wait.insert(wait.begin(), {"submit", "--wait", "--no-progress"});
  const auto waited = robin(wait);
  EXPECT_EQ(waited.status, 10) << waited.error;
  EXPECT_EQ(nlohmann::json::parse(waited.output)["violations"][8], violation);
  const auto status = robin({"status"});
  EXPECT_THAT(status.output, HasSubstr("ALARM"));
  EXPECT_THAT(status.output, HasSubstr("COUNTEREXAMPLE: n = " + violation["factorization"].get<std::string>()));
  EXPECT_THAT(status.output, HasSubstr("AUDIT      stops at"));
}

}  // namespace
}  // namespace robin
