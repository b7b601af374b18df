// The services on real servers: the same search as in one process, whatever dies or is sent to them.

#include "integration/cluster_fixture.hpp"
#include "support/http_get.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "flow/loops/compute.hpp"
#include "flow/loops/inbox.hpp"
#include "flow/wire/message.hpp"
#include "runtime/log.hpp"
#include "search/sha256.hpp"
#include "support/parsed.hpp"
#include "support/wrapped_strategy.hpp"

namespace robin {
namespace {

using namespace std::chrono_literals;
using flow::SearchId;
using testing_support::run_process;

TEST_F(Cluster, ASearchGivesTheSameDigestAndRowsAsInOneProcessWithOneAndTwoConsumers) {
  start("producer");
  start("saver");
  start("consumer", {"--threads", "1"});
  expect_finished_like_embedded({"3e6"});
  start("consumer", {"--threads", "2"});
  expect_finished_like_embedded({"2e6", "original"});
}

TEST_F(Cluster, NothingInTheLedgerTellsATerminalOrASpreadsheetWhatToDo) {
  // As a version before may have stored it, which took every text of a consumer.
  const std::string hostile =
      "=cmd('x')\x1b[2J\xc2\x9b"
      "2J\x7f\n\r";
  submit({"1000"});
  adapters::PostgresConnection owner(database_.options());
  owner.query("INSERT INTO workers (name) VALUES ($1)", {hostile});
  owner.query(
      "INSERT INTO blocks (id, search_id, begin_at, end_at, state, attempt, worker, error) OVERRIDING SYSTEM VALUE"
      " VALUES (1, 1, 2, 1000, 'QUARANTINED', 5, $1, $1)",
      {hostile});
  owner.query(
      "INSERT INTO failures (block_id, purpose, run, attempt, worker, error_class, message)"
      " VALUES (1, 'search', 1, 1, $1, $1, $1)",
      {hostile});
  owner.query("INSERT INTO events (kind, block_id, message) VALUES ('alarm', 1, $1)", {hostile});
  const std::vector<std::vector<std::string>> commands = {
      {"workers"}, {"blocks", "list"}, {"blocks", "list", "--group-by", "error"}, {"events"}};
  const auto expect_plain = [](const std::string& text) {
    EXPECT_THAT(text, testing::HasSubstr("=cmd('x')?[2J?2J???"));
    EXPECT_EQ(text.find_first_of("\x1b\x7f\r"), std::string::npos) << text;
    EXPECT_EQ(text.find("\xc2\x9b"), std::string::npos) << text;
  };
  for (const auto& command : commands) {
    for (const std::string output : {"table", "csv", "json"}) {
      auto words = command;
      words.insert(words.end(), {"-o", output});
      const auto shown = robin(words);
      ASSERT_EQ(shown.status, 0) << shown.error;
      expect_plain(shown.output);
      if (output == "csv") {
        EXPECT_THAT(shown.output, testing::HasSubstr("'=cmd")) << "a spreadsheet would compute it";
      }
    }
  }
  expect_plain(robin({"blocks", "show", "1"}).output);
  expect_plain(robin({"status"}).output);
  expect_plain(robin({"export", "blocks"}).output);
}

class FourConsumers : public Cluster {
 protected:
  FourConsumers() {
    start("producer");
    start("saver");
    for (int i = 0; i < 4; ++i) {
      start("consumer", {"--threads", "1"});
    }
  }
};

TEST_F(FourConsumers, GiveASearchOfNumbersTheDigestAndRowsOfOneProcess) {
  expect_finished_like_embedded({"2e6"});
  expect_finished_like_embedded({"5e7", "exact", "exhaustive", "1.76"});  // another threshold: another search
}

TEST_F(FourConsumers, GiveASearchOfPatternsTheDigestAndRowsOfOneProcess) {
  expect_finished_like_embedded({"41:0", "exact", "superabundant", "1.75"});
  expect_finished_like_embedded({"43:0", "original", "superabundant"});
}

TEST_F(FourConsumers, GiveASearchOfPrimesTheDigestAndRowsOfOneProcess) {
  expect_finished_like_embedded({"3e8", "exact", "colossally-abundant"});
  expect_finished_like_embedded({"1e8", "exact", "primorial"});
}

class LargeBlock : public Cluster {
 protected:
  /// All numbers up to there, in one slice.
  void travels_in_parts_through_two_savers(std::uint64_t witnesses) {
    block_size_ = witnesses + 1000;
    start("producer", {"--block-size", std::to_string(block_size_)});
    start("saver");
    start("saver");
    start("consumer", {"--threads", "1"});
    // Every ratio of so small a number reaches the threshold.
    const SearchArguments search{std::to_string(2 + block_size_), "exact", "exhaustive", "0.4"};
    expect_finished_like_embedded(search);
    EXPECT_EQ(store_->reader().counts({1}).finished, 1U) << "one block";
    EXPECT_GE(store_->reader().count_findings({1}, flow::Finding::Witness), witnesses);
  }
  /// Two slices, which end at multiples of 2^15, with more than a thousand witnesses each, and two numbers.
  void is_finished_in_three_pieces(const std::string& threshold) {
    block_size_ = 1U << 16U;
    start("producer", {"--block-size", std::to_string(block_size_)});
    start("saver");
    start("consumer", {"--threads", "1", "--witnesses-a-result", "1000"});
    start("consumer", {"--threads", "1", "--witnesses-a-result", "1000"});
    expect_finished_like_embedded({std::to_string(2 + block_size_), "exact", "exhaustive", threshold}, Tiling::Split);
    EXPECT_EQ(store_->reader().counts({1}).finished, 3U);
  }
};

// About 80 bytes each, and 100,000 in a part.
TEST_F(LargeBlock, Of15000WitnessesTravelsInPartsThroughTwoSavers) { travels_in_parts_through_two_savers(15'000); }

TEST_F(LargeBlock, OfSomeWitnessesInEachSliceIsFinishedInPieces) { is_finished_in_three_pieces("1.2"); }

using LongLargeBlock = LargeBlock;
TEST_F(LongLargeBlock, Of65000WitnessesIsFinishedInPieces) { is_finished_in_three_pieces("0.4"); }

/// The two halves of an encoded result as messages (WIRE.md).
std::vector<flow::Message> in_two_parts(const std::string& whole) {
  const auto object = nlohmann::json::parse(whole);
  const std::size_t half = whole.size() / 2;
  std::vector<flow::Message> messages;
  for (const int part : {0, 1}) {
    nlohmann::json message = {{"type", "part"},
                              {"digest_of_whole", search::Sha256::hex_of(whole)},
                              {"part", part},
                              {"parts", 2},
                              {"text", part == 0 ? whole.substr(0, half) : whole.substr(half)}};
    for (const char* field : {"v", "block", "purpose", "run", "attempt", "worker", "strategy", "begin", "end"}) {
      message[field] = object[field];
    }
    messages.push_back({"part/" + std::to_string(part), message.dump(), {}});
  }
  return messages;
}

TEST_F(Cluster, TheLastTwoPartsReleasedToTwoSaversAtTheSameInstantNeverLeaveASetUnfinished) {
  constexpr std::size_t rounds = 200;
  const std::array<Process*, 2> savers = {&start("saver"), &start("saver")};
  const SearchId id =
      store_->search_ledger().add_search({"exhaustive", {{2}, {2 + 10 * rounds}}, testing_support::parameters()});
  const auto epoch = *store_->leadership().lead(flow::Role::Producer);
  std::vector<search::Block> blocks;
  for (std::uint64_t i = 0; i < rounds; ++i) {
    blocks.push_back({{2 + 10 * i}, {12 + 10 * i}});
  }
  ASSERT_EQ(store_->plan_ledger().plan(epoch, id, blocks), flow::PlanOutcome::Planned);
  const auto broker = adapters::open_rabbitmq_broker(rabbitmq_.options("consumer"));
  const auto link = broker->connect({}, [](const flow::BrokerEvents&) {});
  std::uint64_t finished = 0;
  for (const auto& work : store_->plan_ledger().pending(id, rounds)) {
    const auto result = search::examine(*strategies_.find("exhaustive"), work.block, work.parameters, {});
    const flow::Report whole{work.key, work.attempt, "worker", work.block, flow::WorkResult{result, 0.1}};
    const std::string text = flow::encode(whole, work, strategies_, {}).front().body;
    for (const auto* saver : savers) {
      saver->signal(SIGSTOP);
    }
    for (auto& part : in_two_parts(text)) {
      link->publish(flow::Exchange::Results, std::move(part));
    }
    for (const auto* saver : savers) {
      saver->signal(SIGCONT);
    }
    ++finished;
    ASSERT_TRUE(wait_until([&] { return store_->reader().counts(id).finished == finished; })) << "round " << finished;
  }
  expect_each_block_finished_once();
}

TEST_F(Cluster, AConsumerKilledInMidBlockLosesNothing) {
  block_size_ = 1'000'000;
  start("producer", {"--in-flight", "8", "--block-size", std::to_string(block_size_)});
  start("saver");
  Process& victim = start_slow_consumer(30ms, {"--threads", "2"});
  const SearchArguments search{"12000002"};
  const SearchId id = submit(search);
  ASSERT_TRUE(wait_until([&] { return store_->reader().counts(id).finished >= 3; }));
  kill(victim);
  start("consumer", {"--threads", "2"});
  expect_finished_like_embedded(search);
}

TEST_F(Cluster, ACertificateSurvivesTheDeathOfAConsumer) {
  start("producer", {"--in-flight", "8"});
  start("saver");
  Process& victim = start("consumer", {"--threads", "1"});
  start("consumer", {"--threads", "1"});
  const SearchArguments search{"1e8", "exact", "colossally-abundant"};
  const SearchId id = submit(search);
  ASSERT_TRUE(wait_until([&] { return store_->reader().counts(id).finished >= 10; }));
  kill(victim);
  expect_finished_like_embedded(search);
  const auto certificate = robin({"certificate", "-o", "json"});
  ASSERT_EQ(certificate.status, 0) << certificate.error;
  EXPECT_EQ(nlohmann::json::parse(certificate.output)["holds"], true);
  EXPECT_EQ(nlohmann::json::parse(certificate.output)["prime_count"], 5'761'455);
}

TEST_F(Cluster, ASaverKilledAtAnyTimeLosesAndDoublesNothing) {
  start("producer");
  start("consumer", {"--threads", "2", "--answer-timeout-seconds", "1"});
  const SearchArguments search{"1e8"};
  const SearchId id = submit(search);
  for (std::uint64_t finished = 2; finished <= 14; finished += 4) {
    Process& victim = start("saver");
    ASSERT_TRUE(wait_until([&] { return store_->reader().counts(id).finished >= finished; }));
    kill(victim);
  }
  start("saver");
  expect_finished_like_embedded(search);
}

TEST_F(Cluster, AProducerKilledIsFollowedByTheNextUnderAYoungerEpoch) {
  block_size_ = 100'000;
  const std::vector<std::string> flags = {"--in-flight", "4", "--block-size", std::to_string(block_size_)};
  Process& first = start("producer", flags);
  start("saver");
  start_slow_consumer(30ms, {"--threads", "2"});
  const SearchArguments search{"4000002"};
  const SearchId id = submit(search);
  ASSERT_TRUE(wait_until([&] { return store_->reader().counts(id).finished >= 2; }));
  const auto epoch = store_->monitor_ledger().control().epoch;
  start("producer", flags);
  kill(first);
  expect_finished_like_embedded(search);
  EXPECT_GT(store_->monitor_ledger().control().epoch, epoch);
}

TEST_F(Cluster, AProducerThatHasNothingToDoAsksForNothingAndBeginsAtOnce) {
  start("producer", {"--poll-ms", "10", "--idle-poll-ms", "60000"});
  start("saver");
  start("consumer");
  adapters::PostgresConnection owner(database_.options());
  const auto is_silent = [&] {
    return owner
               .query(
                   "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                   " AND application_name = 'robin-producer' AND state = 'idle' AND clock_timestamp() - state_change > "
                   "interval '1 s'")
               .integer(0, 0) == 1;
  };
  const auto is_finished = [&](SearchId search) { return store_->reader().counts(search).finished == 1; };
  EXPECT_TRUE(wait_until(is_silent)) << "a hundred looks are due in a second";
  const SearchId first =
      store_->search_ledger().add_search({"exhaustive", {{2}, {402}}, testing_support::parameters()});
  EXPECT_TRUE(wait_until([&] { return is_finished(first); })) << "no look is due for a minute";

  EXPECT_TRUE(wait_until(is_silent)) << "as before";
  owner.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'listener of robin-producer'"
      " AND datname = current_database()");
  const SearchId second =
      store_->search_ledger().add_search({"exhaustive", {{402}, {802}}, testing_support::parameters()});
  EXPECT_TRUE(wait_until([&] { return is_finished(second); })) << "whoever hears nothing looks";
  EXPECT_TRUE(wait_until(is_silent)) << "and listens again";
}

TEST_F(Cluster, AFrozenProducerThatWakesLateAddsNothing) {
  block_size_ = 100'000;
  const std::vector<std::string> flags = {"--in-flight", "4", "--block-size", std::to_string(block_size_)};
  Process& frozen = start("producer", flags);
  start("saver");
  start_slow_consumer(30ms, {"--threads", "2"});
  const SearchArguments search{"4000002"};
  const SearchId id = submit(search);
  ASSERT_TRUE(wait_until([&] { return store_->reader().counts(id).finished >= 2; }));
  frozen.signal(SIGSTOP);
  // Its session ends, as it does when the server loses a machine; the next producer takes a younger epoch.
  adapters::PostgresConnection admin(database_.options());
  admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'robin-producer'"
      " AND datname = current_database()");
  start("producer", flags);
  ASSERT_TRUE(wait_until([&] { return store_->reader().counts(id).finished >= 8; }));
  frozen.signal(SIGCONT);
  expect_finished_like_embedded(search);
}

TEST_F(Cluster, AStrategyThatThrowsLeavesItsBlockFailedWithTheMessage) {
  start("producer", {"--block-size", "1000000"});
  start("saver");
  const search::Strategies poisoned = testing_support::poisoned_strategies(strategies_, 2'500'000);
  const auto broker = adapters::open_rabbitmq_broker(rabbitmq_.options("consumer"));
  std::jthread consumer([&](const std::stop_token& stop) {
    runtime::Log log({"consumer", runtime::LogFormat::Text, runtime::LogLevel::Error, "/dev/null"});
    flow::ComputeOptions options;
    options.worker = "a poisoned worker";
    static_cast<void>(flow::compute(*broker, poisoned, options, log, stop, stop));
  });
  const SearchId id = submit({"4e6"});
  EXPECT_TRUE(wait_until([&] {
    const auto counts = store_->reader().counts(id);
    return counts.finished == 3 && counts.failed == 1;
  }));
  consumer.request_stop();
  consumer.join();
  const auto listed = robin({"blocks", "list", "--state", "failed", "-o", "json"});
  ASSERT_EQ(listed.status, 0) << listed.error;
  const auto failed = nlohmann::json::parse(listed.output);
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0]["begin"], "2000002");
  EXPECT_EQ(failed[0]["state"], "FAILED");
  const auto shown = robin({"blocks", "show", std::to_string(failed[0]["id"].get<int>())});
  EXPECT_EQ(shown.status, 0) << shown.error;
  EXPECT_THAT(shown.output, testing::HasSubstr("poisoned at 2500000"));
  EXPECT_THAT(shown.output, testing::HasSubstr("a poisoned worker"));
  const auto status = nlohmann::json::parse(robin({"status", "-o", "json"}).output);
  EXPECT_EQ(status["searches"][0]["state"], "failed");
  EXPECT_EQ(status["searches"][0]["frontier"], "2000002");
  EXPECT_EQ(status["searches"][0]["blocks"]["failed"], 1);
  EXPECT_EQ(status["drain"]["state"], "WRITABLE");
  EXPECT_TRUE(wait_until([&] {
    const auto queues = nlohmann::json::parse(robin({"status", "-o", "json"}).output)["queues"];
    return std::all_of(queues.begin(), queues.end(), [](const auto& queue) {
      return queue["known"] == true && queue["ready"] == 0 && queue["unacked"] == 0;
    });
  }));
}

/// Where a process answers for itself, from its log.
std::string health_of(const testing_support::Process& process, const std::string& path) {
  const std::string log = process.standard_error();
  const std::size_t line = log.find(R"("msg":"health","port":)");
  const std::size_t port = log.find_first_of("0123456789", line + 22);
  return line == std::string::npos
             ? std::string()
             : "http://127.0.0.1:" + log.substr(port, log.find_first_not_of("0123456789", port) - port) + path;
}

TEST_F(Cluster, EachServiceAnswersForItselfAndLivesOnWhenItsServersAreGone) {
  std::map<std::string, Process*> all;
  for (const char* service : {"producer", "consumer", "saver", "janitor"}) {
    all[service] = &start(service);
  }
  all["auditor"] = &start_auditor();
  submit({"3e6", "exact", "exhaustive", "1.7"});
  const auto answers = [this](const Process& process, const char* path, long status) {
    return wait_until([&] { return testing_support::http_get(health_of(process, path)).status == status; });
  };
  for (const auto& [service, process] : all) {
    EXPECT_TRUE(answers(*process, "/readyz", 200)) << service;
    EXPECT_TRUE(answers(*process, "/livez", 200)) << service;
    EXPECT_THAT(testing_support::http_get(health_of(*process, "/metrics")).body,
                testing::HasSubstr("robin_build_info{"))
        << service;
  }
  const auto shows = [&](const char* service, const char* series) {
    return wait_until([&] {
      return testing_support::http_get(health_of(*all.at(service), "/metrics")).body.find(series) != std::string::npos;
    });
  };
  EXPECT_TRUE(shows("consumer", R"(robin_blocks_total{result="finished",strategy="exhaustive"} )"));
  EXPECT_TRUE(shows("consumer", R"(robin_numbers_checked_total{strategy="exhaustive"} 2999998)"));
  EXPECT_TRUE(shows("consumer", R"(robin_block_duration_seconds_count{strategy="exhaustive"})"));
  EXPECT_TRUE(shows("consumer", "robin_amqp_reconnects_total 0"));
  EXPECT_TRUE(shows("saver", "robin_last_block_saved_timestamp_seconds "));
  EXPECT_TRUE(shows("saver", "robin_save_duration_seconds_count "));
  EXPECT_TRUE(shows("saver", "robin_verification_mismatches_total 0"));
  EXPECT_TRUE(shows("saver", "robin_db_errors_total 0"));
  EXPECT_TRUE(shows("producer", "robin_blocks_published_total "));
  EXPECT_TRUE(shows("auditor", R"(robin_best_witness_value{strategy="exhaustive"} 1.7)"));
  EXPECT_TRUE(shows("auditor", "robin_counterexample_candidates_total 0"));
  EXPECT_TRUE(shows("janitor", "robin_draining 0"));
  // Addresses where nobody answers: not ready, but alive, or an outage would restart every process.
  Process& alone = start("consumer", {}, "amqp://consumer:x@127.0.0.1:1/robin");
  EXPECT_TRUE(answers(alone, "/readyz", 503));
  EXPECT_TRUE(answers(alone, "/livez", 200));
}

TEST_F(Cluster, SigtermEndsAConsumerWithinItsGraceAndLeavesWhatItFoundAndTheRest) {
  block_size_ = 4'000'000;
  start("producer", {"--block-size", std::to_string(block_size_)});
  start("saver");
  Process& consumer = start_slow_consumer(200ms, {"--threads", "2", "--grace-seconds", "1"});
  const SearchArguments search{"8000002"};
  const SearchId id = submit(search);
  ASSERT_TRUE(wait_until([&] { return store_->reader().counts(id).running == 2; }))
      << "computing is reported after a second";
  consumer.signal(SIGTERM);
  EXPECT_EQ(consumer.wait(patience()), 0) << consumer.standard_error();
  EXPECT_THAT(consumer.standard_error(), testing::HasSubstr(R"("split":2,"handed_back":0)"));
  forget(consumer);
  EXPECT_EQ(store_->reader().counts(id).finished, 2U);
  EXPECT_TRUE(wait_until([&] {
    const auto blocks = depth(flow::Queue::Blocks);
    return store_->reader().counts(id).queued == 2 && blocks.known && blocks.ready == 2 && blocks.unacked == 0;
  })) << "the rests are published";
  start("consumer", {"--threads", "2"});
  expect_finished_like_embedded(search, Tiling::Split);
}

/// Messages that no service may choke on: what is no JSON, no message, or no work that is wanted.
std::vector<std::string> hostile_bodies() {
  const std::string head =
      R"({"v":1,"type":"block","purpose":"search","run":1,"attempt":1,"search":1,"strategy":"exhaustive",)"
      R"("mode":"complete","threshold":"1.767","digest_kind":"exact",)";
  const std::string report =
      R"({"v":1,"type":"failed","block":1,"purpose":"search","run":1,"attempt":1,"worker":"w","strategy":"exhaustive",)"
      R"("begin":"2","end":"3002","error_class":"a",)";
  return {"not JSON",
          "\xff\xfe",
          R"({"v":2})",
          "[]",
          R"({"v":1,"type":"block"})",
          std::string(5000, '['),
          report + R"("message":"\u0000"})",
          head + R"("block":1,"begin":"10","end":"5"})",
          head + R"("block":1,"begin":"2","end":"9223372036854775808"})",
          head + R"("block":1,"begin":"2","end":"1e400"})",
          head + R"("block":999999999,"begin":"2","end":"100"})"};
}

/// Whether a signal was sent to the process and not taken yet.
bool is_pending(const testing_support::Process& process, int signal) {
  std::ifstream status("/proc/" + std::to_string(process.id()) + "/status");
  const std::string mark = "ShdPnd:";
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(mark)) {
      return ((std::stoull(line.substr(mark.size()), nullptr, 16) >> static_cast<unsigned>(signal - 1)) & 1U) != 0;
    }
  }
  return false;
}

TEST_F(Cluster, AnUrgentStopLeavesWhatWasFoundAtOnceWhateverTheGrace) {
  start("producer", {"--in-flight", "2", "--block-size", "100000000"});
  start("saver");
  const SearchId id = submit({"200000002"});
  for (const bool quit : {false, true}) {
    Process& consumer = start_slow_consumer(100ms, {"--threads", "2", "--grace-seconds", "600"});
    ASSERT_TRUE(wait_until([&] {
      const auto blocks = depth(flow::Queue::Blocks);
      return store_->reader().counts(id).running == 2 && blocks.known && blocks.unacked == 2;
    }));
    consumer.signal(quit ? SIGQUIT : SIGTERM);
    if (!quit) {
      // Two at once would be one.
      ASSERT_TRUE(wait_until([&] { return !is_pending(consumer, SIGTERM); }));
      consumer.signal(SIGTERM);
    }
    ASSERT_LT(patience(), std::chrono::seconds(600)) << "the grace";
    EXPECT_EQ(consumer.wait(patience()), 0) << consumer.standard_error();
    EXPECT_THAT(consumer.standard_error(), testing::HasSubstr(R"("split":2,"handed_back":0)"));
    forget(consumer);
    EXPECT_EQ(store_->reader().counts(id).running, 0U);
    EXPECT_TRUE(wait_until([&] { return depth(flow::Queue::Blocks).ready == 2; }));
  }
}

TEST_F(Cluster, HostileMessagesAreDeadLetteredAfterOneDeliveryAndAThousandGoodBlocksAroundThemUnharmed) {
  block_size_ = 3000;
  start("saver");
  start("consumer", {"--threads", "2"});
  start("producer", {"--block-size", std::to_string(block_size_)});
  const SearchArguments search{"3e6"};
  const SearchId id = submit(search);
  ASSERT_TRUE(wait_until([&] { return store_->reader().counts(id).finished >= 10; }));
  const auto broker = adapters::open_rabbitmq_broker(rabbitmq_.options("operator"));
  flow::Inbox<flow::BrokerEvent> inbox;
  const auto link = broker->connect({}, [&inbox](flow::BrokerEvents events) { inbox.put_all(std::move(events)); });
  const auto bodies = hostile_bodies();
  constexpr std::size_t hostile = 200;
  for (std::size_t i = 0; i < hostile; ++i) {
    link->publish(flow::Exchange::Ingress, {"hostile", bodies[i % bodies.size()], {}});
    link->publish(flow::Exchange::Results, {"hostile", bodies[i % bodies.size()], {}});
  }
  expect_finished_like_embedded(search);
  EXPECT_EQ(store_->reader().counts(id).finished, 1000U);
  // Of the blocks all are dead-lettered, the one of an unknown id after the saver said so; of the reports all.
  EXPECT_TRUE(wait_until([&] { return depth(flow::Queue::Dead).ready == 2 * hostile; }));
}

// Servers and addresses that are not what they should be.

TEST_F(Cluster, ServicesWaitForServersAndSaySoWithoutSecrets) {
  ProcessOptions options;
  options.environment = {{"ROBIN_DATABASE_URL", "postgresql://robin:s3cret@127.0.0.1:1/robin"},
                         {"ROBIN_AMQP_URL", "amqp://saver:s3cret@127.0.0.1:1/robin"},
                         {"ROBIN_MISSPELT", "x"}};
  Process saver({std::string(ROBIN_BIN) + "/robin-saver"}, options);
  ASSERT_TRUE(says(saver, "the work failed and is tried again"));
  saver.signal(SIGTERM);
  EXPECT_EQ(saver.wait(), 0);
  const std::string log = saver.standard_error();
  EXPECT_THAT(log, testing::HasSubstr("PostgreSQL at 127.0.0.1:1: cannot connect"));
  EXPECT_THAT(log, testing::HasSubstr("ROBIN_MISSPELT"));
  EXPECT_EQ(log.find("s3cret"), std::string::npos);
}

TEST_F(Cluster, AWrongPasswordIsNamedByServicesAndIsStatus3ForTheCommandLine) {
  std::string database_url = database_.options_as("operator").url;
  database_url.replace(database_url.find("secret_of"), 6, "s3cret");
  const auto status = robin({"status"}, database_url);
  EXPECT_EQ(status.status, 3);
  EXPECT_EQ(std::count(status.error.begin(), status.error.end(), '\n'), 1) << status.error;
  EXPECT_THAT(status.error, testing::HasSubstr("password authentication failed"));
  EXPECT_EQ(status.error.find("s3cret"), std::string::npos);

  std::string amqp_url = rabbitmq_.options("consumer").url;
  amqp_url.replace(amqp_url.find(':', 8) + 1, 6, "s3cret");
  const Process& consumer = start("consumer", {}, amqp_url);
  EXPECT_TRUE(says(consumer, "ACCESS_REFUSED"));
  EXPECT_EQ(consumer.standard_error().find("s3cret"), std::string::npos);
}

TEST_F(Cluster, AMissingQueueIsNamedAndAwaited) {
  rabbitmq_.request("DELETE", "/api/queues/{v}/robin.results", "");
  const Process& saver = start("saver");
  EXPECT_TRUE(wait_until([&] {
    const std::string log = saver.standard_error();
    return log.find("robin.results") != std::string::npos && log.find("NOT_FOUND") != std::string::npos;
  })) << saver.standard_error();
  rabbitmq_.restore_results();
  start("producer");
  start("consumer");
  expect_finished_like_embedded({"1e6"});
}

TEST_F(Cluster, ADatabaseWithoutOrWithANewerSchemaIsOneLineAndStatus3) {
  const testing_support::PostgresDatabase empty(testing_support::Schema::None);
  const auto missing = robin({"status"}, empty.options().url);
  EXPECT_EQ(missing.status, 3);
  EXPECT_THAT(missing.error, testing::HasSubstr("the database has no schema (run: robin migrate)"));
  for (int time = 0; time < 2; ++time) {
    const auto migrated = robin({"migrate"}, empty.options().url);
    EXPECT_EQ(migrated.status, 0) << migrated.error;
    EXPECT_THAT(migrated.output, testing::HasSubstr("the database has schema version"));
  }
  EXPECT_EQ(robin({"status"}, empty.options().url).status, 0);
  adapters::PostgresConnection(database_.options())
      .query("INSERT INTO schema_migrations (version, name) VALUES (999, 'newer')");
  for (const char* command : {"status", "migrate"}) {
    const auto newer = robin({command}, database_.options().url);
    EXPECT_EQ(newer.status, 3);
    EXPECT_EQ(std::count(newer.error.begin(), newer.error.end(), '\n'), 1) << newer.error;
    EXPECT_THAT(newer.error, testing::HasSubstr("schema version 999"));
  }
  const Process& saver = start("saver");
  EXPECT_TRUE(says(saver, "schema version 999"));
}

TEST_F(Cluster, ServicesOfTheVersionBeforeGoOnWorkingThroughAnExpansion) {
  adapters::PostgresConnection owner(database_.options());
  start("producer");
  start("consumer");
  start("saver");
  owner.query("INSERT INTO schema_expansions (version, name) VALUES (999, 'what a newer version adds')");
  expect_finished_like_embedded({"300000"});
  // A start anew, and the migration of a version that one goes back to.
  for (const char* command : {"status", "migrate"}) {
    const auto result = robin({command}, database_.options().url);
    EXPECT_EQ(result.status, 0) << result.error;
  }
  owner.query("DROP TABLE schema_expansions");
  const auto older = robin({"status"}, database_.options().url);
  EXPECT_EQ(older.status, 3);
  EXPECT_THAT(older.error, testing::HasSubstr("the database has schema version 11 (run: robin migrate)"));
  EXPECT_EQ(robin({"migrate"}, database_.options().url).status, 0);
  EXPECT_EQ(robin({"status"}, database_.options().url).status, 0);
}

TEST_F(Cluster, AMigrationWaitsForItsDatabase) {
  const std::string later = database_.name() + "_later";
  ProcessOptions options;
  options.environment = {{"ROBIN_DATABASE_URL", database_.options().url}};
  auto& url = options.environment["ROBIN_DATABASE_URL"];
  url.replace(url.rfind('/') + 1, std::string::npos, later);
  const auto migrate = [&](const char* timeout) {
    return Process({std::string(ROBIN_BIN) + "/robin", "migrate", "--wait", "--timeout", timeout}, options);
  };
  Process in_vain = migrate("1");
  EXPECT_EQ(in_vain.wait(patience()), 3) << in_vain.standard_error();
  EXPECT_THAT(in_vain.standard_error(), testing::HasSubstr("does not exist"));
  Process waits = migrate("60");
  ASSERT_TRUE(says(waits, "tried again every second"));
  adapters::PostgresConnection administrator(database_.options());
  administrator.execute_script("CREATE DATABASE " + later);
  EXPECT_EQ(waits.wait(patience()), 0) << waits.standard_error();
  administrator.execute_script("DROP DATABASE " + later + " WITH (FORCE)");
  Process ended = migrate("60");
  ASSERT_TRUE(says(ended, "tried again every second"));
  ended.signal(SIGTERM);
  EXPECT_EQ(ended.wait(patience()), 128 + SIGTERM);
}

/// As beside an operator that makes the roles: the owner of the database may create none and grant none.
TEST_F(Cluster, AnOwnerWhoMayGrantNoRoleMigratesWhereTheyAreGranted) {
  const testing_support::PostgresDatabase prepared(testing_support::Schema::None);
  const std::string owner = prepared.name() + "_owner";
  adapters::PostgresConnection administrator(prepared.options());
  administrator.execute_script("CREATE EXTENSION btree_gist; CREATE USER " + owner +
                               " PASSWORD 'secret'; ALTER DATABASE " + prepared.name() + " OWNER TO " + owner);
  std::string url = prepared.options().url;
  const std::size_t begin = url.find("://") + 3;
  url.replace(begin, url.find('@') - begin, owner + ":secret");
  const auto migrated = robin({"migrate"}, url);
  EXPECT_EQ(migrated.status, 0) << migrated.error;
  administrator.execute_script("REASSIGN OWNED BY " + owner + " TO CURRENT_USER; DROP OWNED BY " + owner);
  administrator.execute_script("DROP USER " + owner);
}

TEST_F(Cluster, AnUnreachableDatabaseIsOneLineAndStatus3) {
  const auto unreachable = robin({"migrate"}, "postgresql://robin:s3cret@127.0.0.1:1/robin");
  EXPECT_EQ(unreachable.status, 3);
  EXPECT_EQ(unreachable.error.find("s3cret"), std::string::npos);
  EXPECT_EQ(std::count(unreachable.error.begin(), unreachable.error.end(), '\n'), 1);
}

TEST_F(Cluster, BadConfigurationIsAUsageErrorThatNamesTheVariable) {
  ProcessOptions options;
  const auto nothing = run_process({std::string(ROBIN_BIN) + "/robin-consumer"}, options);
  EXPECT_EQ(nothing.status, 2);
  EXPECT_THAT(nothing.error, testing::HasSubstr("ROBIN_AMQP_URL"));
  options.environment = {{"ROBIN_AMQP_URL", "amqp://a"}, {"ROBIN_AMQP_URL_FILE", "/dev/null"}};
  const auto both = run_process({std::string(ROBIN_BIN) + "/robin-consumer"}, options);
  EXPECT_EQ(both.status, 2);
  EXPECT_THAT(both.error, testing::HasSubstr("ROBIN_AMQP_URL and ROBIN_AMQP_URL_FILE are both set"));
}

TEST_F(Cluster, BadFlagsOfStatusAndBlocksAreUsageErrors) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"blocks"},
                                                    {"blocks", "list", "--state", "lost"},
                                                    {"blocks", "list", "--limit", "0"},
                                                    {"blocks", "show", "x"},
                                                    {"status", "-o", "yaml"}}) {
    const auto result = robin(arguments);
    EXPECT_EQ(result.status, 2) << testing::PrintToString(arguments);
    EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1) << result.error;
  }
  const auto unknown = robin({"blocks", "show", "12345"});
  EXPECT_EQ(unknown.status, 1);
  EXPECT_THAT(unknown.error, testing::HasSubstr("there is no block 12345"));
}

// Least privilege.

TEST_F(Cluster, DatabaseRolesMayDoTheirWorkAndNothingElse) {
  const auto refused = [this](const std::string& role, const char* sql) {
    adapters::PostgresConnection connection(database_.options_as(role));
    try {
      connection.query(sql);
    } catch (const runtime::Error& error) {
      return std::string(error.what()).find("permission denied") != std::string::npos;
    }
    return false;
  };
  const std::vector<const char*> nobody = {"DELETE FROM results",
                                           "UPDATE results SET digest = ''",
                                           "UPDATE findings SET ratio = 0",
                                           "DELETE FROM blocks",
                                           "TRUNCATE parts",
                                           "UPDATE schema_migrations SET version = 0",
                                           "CREATE TABLE extra (x integer)",
                                           "UPDATE blocks SET begin_at = 0"};
  for (const auto& [name, user] : cluster::topology().roles) {
    const std::string role = name.substr(std::string("robin_").size());
    for (const char* sql : nobody) {
      EXPECT_TRUE(refused(role, sql)) << role << ": " << sql;
    }
  }
  EXPECT_TRUE(refused("producer", "INSERT INTO failures VALUES (1, 1, '', '', '')"));
  EXPECT_TRUE(refused("producer", "SELECT * FROM results"));
  EXPECT_TRUE(refused("producer", "UPDATE searches SET threshold = '0'"));
  EXPECT_TRUE(refused("saver", "UPDATE control SET epoch = 99"));
  EXPECT_TRUE(refused("saver", "INSERT INTO blocks (search_id, begin_at, end_at) VALUES (1, 1, 2)"));
  EXPECT_TRUE(refused("saver", "UPDATE blocks SET end_at = 3"));
  EXPECT_TRUE(refused("operator", "SELECT split_block(1, 3)"));
  EXPECT_TRUE(refused("operator", "UPDATE blocks SET state = 'FINISHED'"));
  EXPECT_TRUE(refused("reader", "INSERT INTO searches (strategy) VALUES ('')"));
  EXPECT_TRUE(refused("auditor", "INSERT INTO results SELECT * FROM results"));
  EXPECT_TRUE(refused("janitor", "UPDATE blocks SET accepted_run = 2"));
  EXPECT_TRUE(refused("janitor", "UPDATE control SET epoch = 99"));
  EXPECT_TRUE(refused("janitor", "INSERT INTO results SELECT * FROM results"));
  EXPECT_TRUE(refused("gateway", "UPDATE blocks SET state = 'PENDING'"));
  EXPECT_TRUE(refused("gateway", "INSERT INTO results SELECT * FROM results"));
  EXPECT_TRUE(refused("auditor", "UPDATE blocks SET attempt = 9"));
  EXPECT_TRUE(refused("auditor", "DELETE FROM events"));
  EXPECT_TRUE(refused("saver", "UPDATE orders SET avoid = '[]'"));
  EXPECT_TRUE(refused("producer", "INSERT INTO orders (block_id, purpose, search_id) VALUES (1, 'check:1', 1)"));
  EXPECT_FALSE(refused("reader", "SELECT * FROM findings"));
  EXPECT_FALSE(refused("operator", "SELECT * FROM failures"));
}

}  // namespace
}  // namespace robin
