// ops/backup: a ledger that is saved while the cluster works on it and restored elsewhere goes on and ends with the
// same certificate, though RabbitMQ still holds what came after the backup.

#include <gmock/gmock.h>

#include <filesystem>

#include "integration/cluster_fixture.hpp"
#include "support/tcp_proxy.hpp"
#include "support/temporary_folder.hpp"

namespace robin {
namespace {

using testing::HasSubstr;

class Backup : public Cluster {
 protected:
  static std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

  testing_support::TemporaryFolder folder_;
};

TEST_F(Backup, ALedgerSavedUnderLoadAndRestoredElsewhereEndsWithTheSameCertificate) {
  const SearchArguments search{"2e10", "exact", "colossally-abundant"};
  start("producer");
  start("saver");
  start("consumer", {"--threads", "2"});
  start_auditor();
  const auto id = submit(search);
  ASSERT_TRUE(wait_until([&] { return store_->reader().counts(id).finished > 60; }));
  const auto saved = backup({"save", folder_.path()}, database_.options().url);
  ASSERT_EQ(saved.status, 0) << saved.error;
  const std::string file = first_line(saved.output);
  ASSERT_TRUE(std::filesystem::exists(file));
  const auto finished = store_->reader().counts(id).finished;
  ASSERT_TRUE(wait_until([&] { return store_->reader().counts(id).finished > finished + 20; })) << "life goes on";
  // The disaster: everything ends, and the database is lost. RabbitMQ keeps its messages.
  while (!services_.empty()) {
    kill(*services_.front());
  }
  testing_support::PostgresDatabase elsewhere(testing_support::Schema::None);
  const auto restored = backup({"restore", file}, elsewhere.options().url);
  ASSERT_EQ(restored.status, 0) << restored.error;
  EXPECT_THAT(backup({"restore", file}, elsewhere.options().url).error, HasSubstr("is not empty"));

  const auto store = adapters::open_postgres_store(elsewhere.options(), strategies_);
  EXPECT_LT(store->reader().counts(id).finished, 1'000'000U);
  EXPECT_GT(store->reader().counts(id).finished, 60U);
  for (const char* service : {"producer", "saver", "janitor", "auditor"}) {
    environment_["ROBIN_DATABASE_URL"] = elsewhere.options_as(service).url;
    start(service, std::string(service) == "janitor"
                       ? std::vector<std::string>{"--period-ms", "300", "--lease-seconds", "3"}
                       : std::vector<std::string>{});
  }
  environment_.erase("ROBIN_DATABASE_URL");
  start("consumer", {"--threads", "2"});
  auto wait = search.flags();
  wait.insert(wait.begin(), {"submit", "--wait", "--no-progress"});
  const auto waited = robin(wait, elsewhere.options_as("operator").url);
  ASSERT_EQ(waited.status, 0) << waited.error;
  auto run = search.flags();
  run.insert(run.begin(), {"run", "--store", ":memory:", "--no-progress"});
  const auto embedded = nlohmann::json::parse(robin(run).output);
  const auto certificate = nlohmann::json::parse(waited.output)["certificate"];
  EXPECT_EQ(certificate, embedded["certificate"]);
}

/// The ids of what was lost are given again, to another question; RabbitMQ and a consumer still hold blocks and results
/// of the first one.
TEST_F(Backup, NothingOfWhatWasLostIsTakenForWhatIsSubmittedAfterARestore) {
  const auto saved = backup({"save", folder_.path()}, database_.options().url);
  ASSERT_EQ(saved.status, 0) << saved.error;
  start("producer", {"--block-size", "20000"});
  Process& consumer = start("consumer", {"--threads", "2"});
  const auto lost = submit({"160000", "exact", "exhaustive", "1.75"});
  // No saver: results wait, and so do blocks, in the queue and in the consumer's hands.
  ASSERT_TRUE(
      wait_until([&] { return depth(flow::Queue::Results).ready > 0 && depth(flow::Queue::Blocks).ready > 0; }));
  ASSERT_TRUE(wait_until([&] { return store_->reader().counts(lost).queued == 8; }));
  const auto old = store_->reader().blocks({lost, {}, {}}, 30);
  kill(*services_.front());
  testing_support::PostgresDatabase elsewhere(testing_support::Schema::None);
  const auto restored = backup({"restore", first_line(saved.output)}, elsewhere.options().url);
  ASSERT_EQ(restored.status, 0) << restored.error;

  const SearchArguments search{"160000", "exact", "exhaustive", "1.6"};
  auto submitted = search.flags();
  submitted.insert(submitted.begin(), "submit");
  ASSERT_EQ(robin(submitted, elsewhere.options_as("operator").url).status, 0);
  const auto start_there = [&](const std::string& service, const std::vector<std::string>& flags = {}) -> Process& {
    environment_["ROBIN_DATABASE_URL"] = elsewhere.options_as(service).url;
    Process& started = start(service, flags);
    environment_.erase("ROBIN_DATABASE_URL");
    return started;
  };
  start_there("producer", {"--block-size", "20000"});
  const auto store = adapters::open_postgres_store(elsewhere.options(), strategies_);
  const auto all = store->reader().searches();
  ASSERT_EQ(all.size(), 1U);
  ASSERT_EQ(all[0].id, lost) << "the id is given again";
  ASSERT_TRUE(wait_until([&] { return store->reader().counts(lost).queued == 8; })) << "and so are those of blocks";
  const Process& saver = start_there("saver");
  const Process& janitor = start_there("janitor");
  ASSERT_TRUE(wait_until([&] { return store->reader().counts(lost).finished == 8; }));

  const auto blocks = store->reader().blocks({lost, {}, {}}, 30);
  ASSERT_EQ(blocks.size(), old.size());
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    EXPECT_EQ(blocks[i].id, old[i].id);
    EXPECT_EQ(blocks[i].block, old[i].block) << "the same range";
    EXPECT_EQ(blocks[i].attempt, flow::Attempt{1}) << "what was refused costs no attempt";
  }
  EXPECT_TRUE(says(saver, "about another ledger"));
  EXPECT_TRUE(says(janitor, "a block of another ledger"));
  EXPECT_FALSE(consumer.has_ended());
  flow::Fold fold(all[0]);
  fold.advance(store->reader());
  auto run = search.flags();
  run.insert(run.begin(), {"run", "--store", ":memory:", "--no-progress", "--block-size", "20000"});
  const auto embedded = nlohmann::json::parse(robin(run).output);
  EXPECT_EQ(fold.digest(), embedded["digest"].get<std::string>());
}

/// As every service takes the address apart, so does the backup: libpq does it for both.
TEST_F(Backup, APasswordAndAHostAreWhatLibpqSaysTheyAre) {
  adapters::PostgresConnection owner(database_.options());
  const std::string user = "strange_" + database_.name();
  owner.execute_script(("CREATE ROLE " + user + " LOGIN SUPERUSER PASSWORD 'p@s/s%w:rd'").c_str());
  const std::string url = "postgresql://" + user + ":p%40s%2Fs%25w%3Ard@/" + database_.name() +
                          "?host=127.0.0.1&port=" + std::to_string(testing_support::port_of(database_.options().url));
  const auto saved = backup({"save", folder_.path()}, url);
  EXPECT_EQ(saved.status, 0) << saved.error;
  owner.execute_script(("DROP ROLE " + user).c_str());
}

TEST_F(Backup, OldOnesAreRemovedAndWhatIsWrongIsNamed) {
  for (int i = 0; i < 4; ++i) {
    const std::string old = folder_.file("robin-2020010" + std::to_string(i) + "T000000Z.dump");
    std::filesystem::copy_file("/etc/hostname", old);
  }
  ASSERT_EQ(backup({"save", folder_.path()}, database_.options().url).status, 0);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), 2);
  EXPECT_TRUE(std::filesystem::exists(folder_.file("robin-20200103T000000Z.dump")));
  const auto unset = backup({"save", folder_.path()}, "");
  EXPECT_EQ(unset.status, 1);
  EXPECT_THAT(unset.error, HasSubstr("ROBIN_DATABASE_URL"));
  EXPECT_THAT(backup({"save", "/nowhere"}, database_.options().url).error, HasSubstr("/nowhere is no folder"));
  EXPECT_THAT(backup({"save", folder_.path()}, "postgresql://a:b@127.0.0.1:1/x").error, HasSubstr("pg_dump failed"));
  EXPECT_THAT(backup({"save", folder_.path()}, "postgresql://a@b/c?gssencmode=disable&keepalives=1").error,
              HasSubstr("keepalives"));
  EXPECT_EQ(backup({}, "").status, 2);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), 2) << "no half of one is left";
}

}  // namespace
}  // namespace robin
