// ops/backup: a ledger that is saved while the cluster works on it and restored elsewhere goes on and ends with the
// same certificate, though RabbitMQ still holds what came after the backup.

#include <gmock/gmock.h>

#include <filesystem>

#include "integration/cluster_fixture.hpp"
#include "support/temporary_folder.hpp"

namespace robin {
namespace {

using testing::HasSubstr;

class Backup : public Cluster {
 protected:
  testing_support::ProcessResult backup(const std::vector<std::string>& arguments, const std::string& url) {
    std::vector<std::string> all = {std::string(ROBIN_SOURCE_DIR) + "/ops/backup"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    ProcessOptions options;
    options.environment = {{"ROBIN_DATABASE_URL", url}, {"ROBIN_BACKUPS_KEPT", "2"}};
    options.patience = patience();
    return run_process(all, options);
  }
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
  ASSERT_TRUE(wait_until([&] { return store_->counts(id).finished > 60; }));
  const auto saved = backup({"save", folder_.path()}, database_.options().url);
  ASSERT_EQ(saved.status, 0) << saved.error;
  const std::string file = first_line(saved.output);
  ASSERT_TRUE(std::filesystem::exists(file));
  const auto finished = store_->counts(id).finished;
  ASSERT_TRUE(wait_until([&] { return store_->counts(id).finished > finished + 20; })) << "life goes on";
  // The disaster: everything ends, and the database is lost. RabbitMQ keeps its messages.
  while (!services_.empty()) {
    kill(*services_.front());
  }
  testing_support::PostgresDatabase elsewhere(testing_support::Schema::None);
  const auto restored = backup({"restore", file}, elsewhere.options().url);
  ASSERT_EQ(restored.status, 0) << restored.error;
  EXPECT_THAT(backup({"restore", file}, elsewhere.options().url).error, HasSubstr("is not empty"));

  const auto store = adapters::open_postgres_store(elsewhere.options(), strategies_);
  EXPECT_LT(store->counts(id).finished, 1'000'000U);
  EXPECT_GT(store->counts(id).finished, 60U);
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
  EXPECT_EQ(backup({}, "").status, 2);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), 2) << "no half of one is left";
}

}  // namespace
}  // namespace robin
