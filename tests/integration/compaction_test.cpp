// Old blocks that are compacted, on the real servers: all that people see stays to the letter, in this ledger and in
// one that was restored from its backup, and the searches go on.

#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <sstream>

#include "integration/cluster_fixture.hpp"
#include "support/temporary_folder.hpp"

namespace robin {
namespace {

using flow::SearchId;
using testing::HasSubstr;
using Texts = std::vector<std::string>;

class Compactions : public Cluster {
 protected:
  /// What each command of those that read a finished search prints, and the certificate file that it writes.
  std::map<std::string, std::string> all_that_is_shown(const std::vector<SearchId>& searches,
                                                       const std::string& database_url = {}) {
    std::map<std::string, std::string> shown;
    std::vector<Texts> commands = {{"records", "-o", "json", "--top", "1000"},
                                   {"records", "--kind", "best", "-o", "json"},
                                   {"blocks", "list", "-o", "json"},
                                   {"blocks", "list", "--state", "finished", "-o", "json"},
                                   {"export", "blocks"},
                                   {"export", "records", "--format", "json"},
                                   {"events", "-o", "json"}};
    for (const SearchId search : searches) {
      const std::string id = std::to_string(search.value);
      commands.insert(commands.end(), {{"export", "witnesses", "--search", id},
                                       {"export", "witnesses", "--search", id, "--kind", "best"},
                                       {"records", "--search", id, "-o", "json"},
                                       {"blocks", "list", "--search", id, "-o", "json"}});
    }
    const std::string of_proof = std::to_string(searches.front().value);
    commands.insert(commands.end(), {{"certificate", "--search", of_proof, "--out", "-"},
                                     {"plot", "margin", "--search", of_proof},
                                     {"plot", "margin", "--detrended", "--search", of_proof},
                                     {"plot", "witnesses", "--search", std::to_string(searches.back().value)},
                                     {"blocks", "show", "1", "-o", "json"},
                                     {"blocks", "show", "7", "-o", "json"}});
    for (const Texts& command : commands) {
      std::string words;
      for (const std::string& word : command) {
        words += word + " ";
      }
      const auto result = robin(command, database_url);
      EXPECT_EQ(result.status, 0) << words << result.error;
      shown[words] = result.output;
    }
    return shown;
  }
  void finish(const SearchArguments& search) {
    auto wait = search.flags();
    wait.insert(wait.begin(), {"submit", "--wait", "--no-progress"});
    const auto waited = robin(wait);
    ASSERT_EQ(waited.status, 0) << waited.error;
  }
  std::int64_t rows_of_blocks(const adapters::PostgresOptions& options) {
    adapters::PostgresConnection owner(options);
    return owner.query("SELECT count(*) FROM blocks").integer(0, 0);
  }
  /// A search of each kind, finished, audited, and with all checks done.
  void finish_searches() {
    const SearchArguments patterns{"25:0", "exact", "superabundant"};
    const SearchArguments each{"1e6"};
    start("producer");
    start("saver");
    start("janitor", {"--period-ms", "100"});
    // A share is computed twice: what agrees is compacted with the block.
    start_auditor("20%");
    start("consumer", {"--threads", "1"});
    start("consumer", {"--threads", "1"});
    searches_ = {submit(proof_), submit(patterns), submit(each)};
    for (const auto& search : {proof_, patterns, each}) {
      finish(search);
    }
    ASSERT_TRUE(wait_until([&] {
      return std::all_of(searches_.begin(), searches_.end(), [&](SearchId search) {
        const auto counts = store_->reader().counts(search);
        return counts.open_orders() + counts.orders_unsettled == 0;
      });
    })) << "the checks are done";
  }
  void compact_all() {
    const auto blocks = rows_of_blocks(database_.options());
    const auto done = robin({"compact", "--older-than", "0s", "--reason", "to see", "--wait", "-o", "json"});
    ASSERT_EQ(done.status, 0) << done.error;
    EXPECT_EQ(nlohmann::json::parse(done.output)["blocks"], blocks);
    EXPECT_EQ(rows_of_blocks(database_.options()), 0);
  }

  const SearchArguments proof_{"1e8", "exact", "colossally-abundant"};
  std::vector<SearchId> searches_;
  testing_support::TemporaryFolder folder_;
};

TEST_F(Compactions, WhatPeopleSeeStaysAndTheSearchesGoOn) {
  ASSERT_NO_FATAL_FAILURE(finish_searches());
  const auto before = all_that_is_shown(searches_);

  EXPECT_THAT(robin({"compact", "--dry-run"}).output, HasSubstr("would be   0 blocks")) << "none is a day old";
  const auto blocks = rows_of_blocks(database_.options());
  const auto would_be =
      nlohmann::json::parse(robin({"compact", "--older-than", "0s", "--dry-run", "-o", "json"}).output);
  EXPECT_EQ(would_be["compactable"], blocks);
  EXPECT_EQ(rows_of_blocks(database_.options()), blocks) << "nothing was done";
  ASSERT_NO_FATAL_FAILURE(compact_all());

  auto after = all_that_is_shown(searches_);
  // But for the two events that say so.
  EXPECT_THAT(after["events -o json "], HasSubstr("to see"));
  after["events -o json "] = before.at("events -o json ");
  EXPECT_EQ(after, before);
  const std::string file = folder_.file("certificate.json");
  std::ofstream(file) << after.at("certificate --search " + std::to_string(searches_[0].value) + " --out - ");
  const auto verified = robin({"verify", file, "-o", "json", "--slices", "3", "--primes", "1"});
  EXPECT_EQ(verified.status, 0) << verified.error << verified.output;

  // And on: as the same search in one process, which was extended as well.
  const SearchArguments longer{"120000000", "exact", "colossally-abundant"};
  finish(longer);
  const std::string id = std::to_string(searches_[0].value);
  auto extended = nlohmann::json::parse(robin({"certificate", "--search", id, "-o", "json"}).output);
  nlohmann::json expected;
  for (const SearchArguments& one : {proof_, longer}) {
    auto run = one.flags();
    run.insert(run.begin(), {"run", "--store", folder_.file("robin.db"), "--no-progress"});
    expected = nlohmann::json::parse(robin(run).output)["certificate"];
  }
  EXPECT_EQ(extended, expected);
}

TEST_F(Compactions, ARestoredBackupShowsWhatTheLedgerShowed) {
  ASSERT_NO_FATAL_FAILURE(finish_searches());
  const auto before = all_that_is_shown(searches_);
  ASSERT_NO_FATAL_FAILURE(compact_all());
  const auto saved = backup({"save", folder_.path()}, database_.options().url);
  ASSERT_EQ(saved.status, 0) << saved.error;
  testing_support::PostgresDatabase elsewhere(testing_support::Schema::None);
  const auto restored = backup({"restore", saved.output.substr(0, saved.output.find('\n'))}, elsewhere.options().url);
  ASSERT_EQ(restored.status, 0) << restored.error;
  auto there = all_that_is_shown(searches_, elsewhere.options_as("operator").url);
  there["events -o json "] = before.at("events -o json ");
  EXPECT_EQ(there, before);
}

}  // namespace
}  // namespace robin
