// The real services as processes, on the real RabbitMQ and PostgreSQL: the same search as in one process, whatever
// dies.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <list>
#include <nlohmann/json.hpp>
#include <thread>

#include "adapters/postgres_store.hpp"
#include "adapters/rabbitmq_broker.hpp"
#include "flow/fold.hpp"
#include "flow/inbox.hpp"
#include "support/postgres_server.hpp"
#include "support/process.hpp"
#include "support/rabbitmq_server.hpp"

namespace robin {
namespace {

using namespace std::chrono_literals;
using flow::BlockCounts;
using flow::SearchId;
using runtime::Deadline;
using testing_support::Process;
using testing_support::ProcessOptions;
using testing_support::run_process;

constexpr auto patience = 60s;

class Cluster : public testing::Test {
 public:
  ~Cluster() override {
    for (const auto& process : services_) {
      process->signal(SIGTERM);
    }
    for (const auto& process : services_) {
      EXPECT_EQ(process->wait(40s), 0) << process->standard_error();
    }
  }
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

 protected:
  Cluster() {
    rabbitmq_.reset(20, 100'000);
    const auto migrated = robin({"migrate"});
    EXPECT_EQ(migrated.status, 0) << migrated.error;
    store_ = adapters::open_postgres_store(database_.options(), strategies_);
  }

  testing_support::ProcessResult robin(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), std::string(ROBIN_BIN) + "/robin");
    ProcessOptions options;
    options.environment = {{"ROBIN_DATABASE_URL", database_.options().url}};
    return run_process(arguments, options);
  }

  /// Starts a service as the RabbitMQ user of its name.
  Process& start(const std::string& service, std::vector<std::string> flags = {}) {
    flags.insert(flags.begin(), std::string(ROBIN_BIN) + "/robin-" + service);
    ProcessOptions options;
    options.environment = {{"ROBIN_DATABASE_URL", database_.options().url},
                           {"ROBIN_AMQP_URL", rabbitmq_.options(service).url}};
    services_.push_back(std::make_unique<Process>(flags, options));
    return *services_.back();
  }
  /// Ends one without ceremony and forgets it.
  void kill(Process& victim) {
    victim.signal(SIGKILL);
    EXPECT_EQ(victim.wait(), 128 + SIGKILL);
    std::erase_if(services_, [&victim](const auto& service) { return service.get() == &victim; });
  }

  SearchId submit(const std::string& end, const std::string& digest = "exact") {
    const auto result =
        robin({"submit", "--strategy", "exhaustive", "--begin", "2", "--end", end, "--digest", digest, "-o", "json"});
    EXPECT_EQ(result.status, 0) << result.error;
    return {nlohmann::json::parse(result.output)["search"].get<std::int64_t>()};
  }

  template <class Condition>
  bool wait_until(Condition condition) {
    const auto deadline = Deadline::in(patience);
    while (!condition()) {
      if (deadline.has_passed()) {
        return false;
      }
      std::this_thread::sleep_for(10ms);  // between two looks at a condition
    }
    return true;
  }

  flow::SearchRecord record(SearchId id) {
    for (const auto& record : store_->searches()) {
      if (record.id == id) {
        return record;
      }
    }
    throw std::runtime_error("no such search");
  }

  /// Waits for the end and checks everything that must be true then: each block FINISHED once, queues empty, the digest
  /// and the rows those of the same search in one process.
  void expect_finished_like_embedded(SearchId id, const std::string& end, const std::string& digest = "exact") {
    flow::Fold fold(record(id));
    ASSERT_TRUE(wait_until([&] {
      fold.advance(*store_);
      return fold.frontier() == record(id).spec.range.end;
    })) << "the search does not end";
    const auto embedded = robin({"run", "--strategy", "exhaustive", "--begin", "2", "--end", end, "--digest", digest,
                                 "--store", ":memory:", "-o", "json", "--top", "all"});
    ASSERT_EQ(embedded.status, 0) << embedded.error;
    const auto expected = nlohmann::json::parse(embedded.output);
    EXPECT_EQ(fold.digest(), expected["digest"]);
    EXPECT_EQ(fold.blocks(), expected["blocks_finished"]);
    const BlockCounts counts = store_->counts(id);
    EXPECT_EQ(counts, (BlockCounts{0, 0, 0, fold.blocks(), 0, 0, 0}));
    EXPECT_EQ(store_->count_findings(id, flow::Finding::Witness), expected["witness_count"]);
    const auto violations = store_->findings(id, flow::Finding::Violation, 1000);
    ASSERT_EQ(violations.size(), expected["violations"].size());
    for (std::size_t i = 0; i < violations.size(); ++i) {
      EXPECT_EQ(violations[i].factorization, expected["violations"][i]["factorization"]);
      EXPECT_EQ(violations[i].ratio_lo, expected["violations"][i]["ratio_lo"]);
    }
    const auto broker = adapters::open_rabbitmq_broker(rabbitmq_.options("operator"));
    for (const auto queue : {flow::Queue::Blocks, flow::Queue::Results}) {
      EXPECT_TRUE(wait_until([&] {
        const auto depth = broker->depth(queue, Deadline::in(5s));
        return depth.known && depth.ready + depth.unacked == 0;
      })) << "a queue does not empty";
    }
  }

  testing_support::RabbitmqServer rabbitmq_;
  testing_support::PostgresDatabase database_;
  search::Strategies strategies_;
  std::unique_ptr<flow::Store> store_;
  std::list<std::unique_ptr<Process>> services_;
};

TEST_F(Cluster, ASearchGivesTheSameDigestAndRowsAsInOneProcess) {
  start("producer");
  start("saver");
  start("consumer", {"--threads", "1"});
  const SearchId one = submit("3e6");
  expect_finished_like_embedded(one, "3e6");
  start("consumer", {"--threads", "2"});
  const SearchId two = submit("2e6", "original");
  expect_finished_like_embedded(two, "2e6", "original");
}

TEST_F(Cluster, AConsumerKilledInMidBlockLosesNothing) {
  start("producer", {"--in-flight", "8"});
  start("saver");
  Process& victim = start("consumer", {"--threads", "2"});
  const SearchId search = submit("6e8");
  ASSERT_TRUE(wait_until([&] { return store_->counts(search).finished >= 3; }));
  kill(victim);
  start("consumer", {"--threads", "2"});
  expect_finished_like_embedded(search, "6e8");
}

TEST_F(Cluster, ASaverKilledAtAnyTimeLosesAndDoublesNothing) {
  start("producer");
  start("consumer", {"--threads", "2", "--answer-timeout-seconds", "1"});
  const SearchId search = submit("1e8");
  for (std::uint64_t finished = 2; finished <= 14; finished += 4) {
    Process& victim = start("saver");
    ASSERT_TRUE(wait_until([&] { return store_->counts(search).finished >= finished; }));
    kill(victim);
  }
  start("saver");
  expect_finished_like_embedded(search, "1e8");
}

TEST_F(Cluster, AProducerKilledIsFollowedByTheNextUnderAYoungerEpoch) {
  Process& first = start("producer", {"--in-flight", "4"});
  start("saver");
  start("consumer", {"--threads", "2"});
  const SearchId search = submit("3e8");
  ASSERT_TRUE(wait_until([&] { return store_->counts(search).finished >= 2; }));
  start("producer");
  kill(first);
  expect_finished_like_embedded(search, "3e8");
}

TEST_F(Cluster, AFrozenProducerThatWakesLateAddsNothing) {
  Process& frozen = start("producer", {"--in-flight", "4"});
  start("saver");
  start("consumer", {"--threads", "2"});
  const SearchId search = submit("3e8");
  ASSERT_TRUE(wait_until([&] { return store_->counts(search).finished >= 2; }));
  frozen.signal(SIGSTOP);
  // Its session ends, as it does when the server loses a machine; the next producer takes a younger epoch.
  adapters::PostgresConnection admin(database_.options());
  admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'robin-producer'");
  start("producer");
  ASSERT_TRUE(wait_until([&] { return store_->counts(search).finished >= 8; }));
  frozen.signal(SIGCONT);
  expect_finished_like_embedded(search, "3e8");
}

TEST_F(Cluster, HostileMessagesAreDeadLetteredAndGoodBlocksUnharmed) {
  start("saver");
  start("consumer", {"--threads", "2"});
  {
    const auto broker = adapters::open_rabbitmq_broker(rabbitmq_.options("operator"));
    flow::Inbox<flow::BrokerEvent> inbox;
    const auto link = broker->connect({}, [&inbox](flow::BrokerEvent event) { inbox.put(std::move(event)); });
    const std::vector<std::string> hostile = {
        "not JSON",
        R"({"v":2})",
        "[]",
        R"({"v":1,"type":"block"})",
        std::string(5000, '['),
        R"({"v":1,"type":"block","block":1,"purpose":"search","run":1,"attempt":1,"search":1,"strategy":"exhaustive",)"
        R"("begin":"10","end":"5","mode":"complete","threshold":"1.767","digest_kind":"exact"})",
        R"({"v":1,"type":"block","block":1,"purpose":"search","run":1,"attempt":1,"search":1,"strategy":"exhaustive",)"
        R"("begin":"2","end":"9223372036854775808","mode":"complete","threshold":"1.767","digest_kind":"exact"})",
        R"({"v":1,"type":"block","block":999999,"purpose":"search","run":1,"attempt":1,"search":1,"strategy":"exhaustive",)"
        R"("begin":"2","end":"100","mode":"complete","threshold":"1.767","digest_kind":"exact"})"};
    for (const auto& body : hostile) {
      link->publish(flow::Exchange::Ingress, {"hostile", body, {}});
      link->publish(flow::Exchange::Results, {"hostile", body, {}});
    }
    // Of the blocks all are dead-lettered, the one of an unknown id after the saver said so; of the reports all.
    EXPECT_TRUE(wait_until([&] {
      const auto dead = broker->depth(flow::Queue::Dead, Deadline::in(5s));
      return dead.known && dead.ready == 2 * hostile.size();
    }));
  }
  start("producer");
  const SearchId search = submit("3e6");
  expect_finished_like_embedded(search, "3e6");
}

TEST_F(Cluster, ServicesWaitForServersAndSaySoWithoutSecrets) {
  ProcessOptions options;
  options.environment = {{"ROBIN_DATABASE_URL", "postgresql://robin:s3cret@127.0.0.1:1/robin"},
                         {"ROBIN_AMQP_URL", "amqp://saver:s3cret@127.0.0.1:1/robin"},
                         {"ROBIN_MISSPELT", "x"}};
  Process saver({std::string(ROBIN_BIN) + "/robin-saver"}, options);
  ASSERT_TRUE(wait_until([&] {
    const std::string log = saver.standard_error();
    return log.find("the work failed and is tried again") != std::string::npos;
  }));
  saver.signal(SIGTERM);
  EXPECT_EQ(saver.wait(), 0);
  const std::string log = saver.standard_error();
  EXPECT_THAT(log, testing::HasSubstr("PostgreSQL at 127.0.0.1:1: cannot connect"));
  EXPECT_THAT(log, testing::HasSubstr("ROBIN_MISSPELT"));
  EXPECT_EQ(log.find("s3cret"), std::string::npos);
}

TEST_F(Cluster, BadConfigurationIsAUsageErrorThatNamesTheVariable) {
  ProcessOptions options;
  const auto nothing = run_process({std::string(ROBIN_BIN) + "/robin-saver"}, options);
  EXPECT_EQ(nothing.status, 2);
  EXPECT_THAT(nothing.error, testing::HasSubstr("ROBIN_"));
  options.environment = {{"ROBIN_AMQP_URL", "amqp://a"}, {"ROBIN_AMQP_URL_FILE", "/dev/null"}};
  const auto both = run_process({std::string(ROBIN_BIN) + "/robin-consumer"}, options);
  EXPECT_EQ(both.status, 2);
  EXPECT_THAT(both.error, testing::HasSubstr("ROBIN_AMQP_URL and ROBIN_AMQP_URL_FILE are both set"));
}

TEST_F(Cluster, AnUnreachableOrForeignDatabaseIsOneLineAndStatus3Or1) {
  ProcessOptions options;
  options.environment = {{"ROBIN_DATABASE_URL", "postgresql://robin:s3cret@127.0.0.1:1/robin"}};
  const auto unreachable = run_process({std::string(ROBIN_BIN) + "/robin", "migrate"}, options);
  EXPECT_EQ(unreachable.status, 3);
  EXPECT_EQ(unreachable.error.find("s3cret"), std::string::npos);
  EXPECT_EQ(std::count(unreachable.error.begin(), unreachable.error.end(), '\n'), 1);
  adapters::PostgresConnection(database_.options()).query("UPDATE schema_migrations SET version = 99");
  const auto newer = robin({"submit", "--strategy", "exhaustive", "--begin", "2", "--end", "100"});
  EXPECT_EQ(newer.status, 1);
  EXPECT_THAT(newer.error, testing::HasSubstr("schema version 99"));
}

}  // namespace
}  // namespace robin
