#pragma once

// Cluster: a fixture for tests of the real services as processes, on a real RabbitMQ and PostgreSQL. Each service has
// the RabbitMQ user and the database role of its name. When it ends, every service is told to stop and must do so with
// status 0 within its grace; one that ends before is a failure at once.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <list>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "adapters/postgres/store.hpp"
#include "adapters/rabbitmq/broker.hpp"
#include "core/deadline.hpp"
#include "flow/loops/synthetic.hpp"
#include "flow/rules/fold.hpp"
#include "support/patience.hpp"
#include "support/postgres_server.hpp"
#include "support/private_servers.hpp"
#include "support/process.hpp"
#include "support/rabbitmq_server.hpp"
#include "support/service_addresses.hpp"
#include "support/tcp_proxy.hpp"

namespace robin {

/// What to search for: the flags of `submit` and `run`.
struct SearchArguments {
  std::string end;
  std::string digest = "exact";
  std::string strategy = "exhaustive";
  std::string threshold = "1.767";
  std::string begin = strategy == "superabundant" ? "1:0" : "2";

  [[nodiscard]] std::vector<std::string> flags() const {
    return {"--strategy", strategy, "--begin",     begin,     "--end",    end,
            "--digest",   digest,   "--threshold", threshold, "--output", "json"};
  }
};

/// Whether blocks stayed as they were planned. Where some were split, blocks and digest are other ones; everything else
/// is the same.
enum class Tiling { Planned, Split };

class Cluster : public testing::Test {
 public:
  ~Cluster() override {
    for (const auto& process : services_) {
      // Before its first line a process is still being loaded, and any signal ends it as the kernel does.
      static_cast<void>(
          testing_support::wait_until([&] { return process->has_ended() || !process->standard_error().empty(); }));
      process->signal(SIGTERM);
    }
    // The grace of a consumer and what follows it; of services that a failed test left in some state nothing is asked.
    const auto grace = HasFailure() ? patience() : std::chrono::seconds(40);
    for (const auto& process : services_) {
      EXPECT_EQ(process->wait(grace), 0) << process->standard_error();
    }
  }
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

 protected:
  using Process = testing_support::Process;
  using ProcessOptions = testing_support::ProcessOptions;

  /// For what must come.
  static std::chrono::seconds patience() { return testing_support::patience_left(); }

  explicit Cluster(testing_support::VirtualHost virtual_host = testing_support::VirtualHost::OfThisTest)
      : rabbitmq_(virtual_host) {
    store_ = adapters::open_postgres_store(database_.options(), strategies_);
  }

  /// A consumer that waits so long before each slice of 2^15 numbers: a block that takes long is little work.
  Process& start_slow_consumer(std::chrono::milliseconds of_slice, const std::vector<std::string>& arguments) {
    environment_["ROBIN_TEST_SLICE_MS"] = std::to_string(of_slice.count());
    Process& consumer = start("consumer", arguments);
    environment_.erase("ROBIN_TEST_SLICE_MS");
    return consumer;
  }

  /// The command line, as the operator unless another database user is named.
  testing_support::ProcessResult robin(std::vector<std::string> arguments, const std::string& database_url = {}) {
    arguments.insert(arguments.begin(), std::string(ROBIN_BIN) + "/robin");
    ProcessOptions options;
    options.environment = testing_support::addresses_of("operator", rabbitmq_, database_);
    if (!database_url.empty()) {
      options.environment["ROBIN_DATABASE_URL"] = database_url;
    }
    set_looks(options);
    for (const auto& [name, value] : environment_) {
      options.environment[name] = value;
    }
    // A command may have a whole search to wait for.
    options.patience = std::min(5 * patience(), std::chrono::seconds(3 * ROBIN_TEST_PATIENCE_SECONDS / 2));
    return run_process(arguments, options);
  }

  /// ops/backup with these arguments, of the ledger at that address.
  testing_support::ProcessResult backup(const std::vector<std::string>& arguments, const std::string& url) {
    std::vector<std::string> all = {std::string(ROBIN_SOURCE_DIR) + "/ops/backup"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    ProcessOptions options;
    // The script asks robin for the address.
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing changes the environment
    const std::string path = std::string(ROBIN_BIN) + ":" + std::getenv("PATH");
    options.environment = {{"ROBIN_DATABASE_URL", url}, {"ROBIN_BACKUPS_KEPT", "2"}, {"PATH", path}};
    options.patience = patience();
    return run_process(all, options);
  }

  /// Starts a service as the user of its name; `amqp_url` replaces the broker's address.
  Process& start(const std::string& service, std::vector<std::string> flags = {}, const std::string& amqp_url = {}) {
    if (service == "producer" && std::find(flags.begin(), flags.end(), "--poll-ms") == flags.end()) {
      // Several fleets share two processors, and each look is a query.
      flags.insert(flags.end(), {"--poll-ms", "50"});
    }
    flags.insert(flags.begin(), std::string(ROBIN_BIN) + "/robin-" + service);
    ProcessOptions options;
    options.environment = testing_support::addresses_of(service, rabbitmq_, database_);
    if (!amqp_url.empty()) {
      options.environment["ROBIN_AMQP_URL"] = amqp_url;
    }
    set_looks(options);
    // Each on a machine of its own: one does not check what another one of its machine computed.
    options.environment["ROBIN_TEST_HOST"] = "host-" + std::to_string(services_.size());
    for (const auto& [name, value] : environment_) {
      options.environment[name] = value;
    }
    services_.push_back(std::make_unique<Process>(flags, options));
    return *services_.back();
  }
  /// An auditor that looks often, and has a share of all blocks computed again.
  Process& start_auditor(const std::string& double_check = "0%") {
    has_auditor_ = true;
    return start("auditor", {"--poll-ms", "50", "--double-check", double_check, "--other-worker-wait-seconds", "60"});
  }
  struct StartedGateway {
    Process& process;
    std::uint16_t port;
    /// http://127.0.0.1:PORT
    std::string url;
  };
  /// A gateway on a free port, once it listens; orders need "the-token".
  StartedGateway start_gateway(std::vector<std::string> flags) {
    flags.insert(flags.begin(), {"--listen-address", "127.0.0.1:0"});
    environment_["ROBIN_ADMIN_TOKEN"] = "the-token";
    Process& gateway = start("gateway", flags);
    environment_.erase("ROBIN_ADMIN_TOKEN");
    const std::string mark = "\"msg\":\"listening\",\"port\":";
    EXPECT_TRUE(says(gateway, mark));
    const std::string log = gateway.standard_error();
    const auto port = static_cast<std::uint16_t>(std::stoi(log.substr(log.find(mark) + mark.size())));
    return {gateway, port, "http://127.0.0.1:" + std::to_string(port)};
  }
  /// The broker's address as a user, by way of another port.
  std::string amqp_url_by(std::uint16_t port, const std::string& user) const {
    return testing_support::by_port(rabbitmq_.options(user).url, port);
  }
  std::uint16_t amqp_port() const { return testing_support::port_of(rabbitmq_.options("operator").url); }

  /// Ends one without ceremony and forgets it.
  void kill(Process& victim) {
    victim.signal(SIGKILL);
    EXPECT_EQ(victim.wait(), 128 + SIGKILL);
    forget(victim);
  }
  void forget(const Process& gone) {
    std::erase_if(services_, [&gone](const auto& service) { return service.get() == &gone; });
  }

  flow::SearchId submit(const SearchArguments& search) {
    auto arguments = search.flags();
    arguments.insert(arguments.begin(), "submit");
    const auto result = robin(arguments);
    EXPECT_EQ(result.status, 0) << result.error;
    return {nlohmann::json::parse(result.output)["search"].get<std::int64_t>()};
  }

  /// Whether the condition came true; not if a service ends meanwhile that nobody ended.
  template <class Condition>
  [[nodiscard]] bool wait_until(Condition condition) const {
    bool came = false;
    const Process* gone = nullptr;
    static_cast<void>(testing_support::wait_until([&] {
      came = condition();
      const auto ended =
          std::find_if(services_.begin(), services_.end(), [](const auto& one) { return one->has_ended(); });
      gone = ended == services_.end() ? nullptr : ended->get();
      return came || gone != nullptr;
    }));
    if (!came && gone != nullptr) {
      ADD_FAILURE() << "a service has ended by itself:\n" << gone->standard_error();
    }
    return came;
  }
  /// Whether a process writes this to its stderr before it ends.
  [[nodiscard]] static testing::AssertionResult says(const Process& process, const std::string& text) {
    const auto has_said = [&] { return process.standard_error().find(text) != std::string::npos; };
    static_cast<void>(testing_support::wait_until([&] { return has_said() || process.has_ended(); }));
    return has_said() ? testing::AssertionSuccess()
                      : testing::AssertionFailure() << "no '" << text << "' in:\n"
                                                    << process.standard_error();
  }

  flow::QueueDepth depth(flow::Queue queue) {
    return adapters::open_rabbitmq_broker(rabbitmq_.options("operator"))
        ->depth(queue, core::Deadline::in(std::chrono::seconds(5)));
  }
  bool is_empty(flow::Queue queue) {
    const auto now = depth(queue);
    return now.known && now.ready + now.unacked == 0;
  }

  /// Waits for the end and checks everything that must be true then: each block FINISHED once, no row doubled, queues
  /// empty, and candidates, findings and digest those of the same search in one process, to the last character.
  void expect_finished_like_embedded(const SearchArguments& search, Tiling tiling = Tiling::Planned) {
    if (!has_auditor_) {
      start_auditor();
    }
    auto wait = search.flags();
    wait.insert(wait.begin(), {"submit", "--wait", "--no-progress", "--top", "all"});
    const auto waited = robin(wait);
    ASSERT_EQ(waited.status, 0) << waited.error;
    auto run = search.flags();
    run.insert(run.begin(), {"run", "--store", ":memory:", "--no-progress", "--top", "all"});
    if (block_size_ > 0) {
      run.insert(run.end(), {"--block-size", std::to_string(block_size_)});
    }
    const auto embedded = robin(run);
    ASSERT_EQ(embedded.status, 0) << embedded.error;
    auto expected = nlohmann::json::parse(embedded.output);
    auto got = nlohmann::json::parse(waited.output);
    EXPECT_GT(expected["blocks_finished"], 0);
    for (auto* object : {&expected, &got}) {
      object->erase("elapsed_seconds");
      if (tiling == Tiling::Split) {
        for (const char* key : {"blocks_finished", "digest"}) {
          object->erase(key);
        }
      }
    }
    EXPECT_TRUE(got == expected) << "through the cluster the result differs: "
                                 << nlohmann::json::diff(expected, got).dump().substr(0, 1000);
    expect_each_block_finished_once();
    for (const auto queue : {flow::Queue::Blocks, flow::Queue::Results}) {
      EXPECT_TRUE(wait_until([&] { return is_empty(queue); })) << "a queue does not empty";
    }
  }

  void expect_each_block_finished_once() {
    adapters::PostgresConnection database(database_.options());
    const auto count = [&database](const char* what) { return database.query(what).integer(0, 0); };
    EXPECT_EQ(count("SELECT count(*) FROM blocks WHERE state <> 'FINISHED'"), 0);
    EXPECT_EQ(count("SELECT count(*) FROM results"), count("SELECT count(*) FROM blocks"));
    EXPECT_EQ(count("SELECT count(*) FROM conflicts"), 0);
    EXPECT_EQ(count("SELECT count(*) FROM parts"), 0);
    EXPECT_EQ(count("SELECT count(*) FROM (SELECT begin_at, lag(end_at, 1, (SELECT s.begin_at FROM searches s WHERE"
                    " s.id = search_id)) OVER (PARTITION BY search_id ORDER BY begin_at) AS before FROM blocks) b"
                    " WHERE begin_at <> before"),
              0)
        << "a gap or an overlap";
    EXPECT_EQ(
        count("SELECT count(*) FROM (SELECT search_id, state, count(*) AS blocks, sum(end_at - begin_at) AS positions"
              " FROM blocks GROUP BY 1, 2) b FULL JOIN (SELECT search_id, state, sum(blocks) AS blocks,"
              " sum(positions) AS positions FROM tallies GROUP BY 1, 2 HAVING sum(blocks) <> 0) t"
              " USING (search_id, state) WHERE (b.blocks, b.positions) IS DISTINCT FROM (t.blocks, t.positions)"),
        0)
        << "the tallies are not what the blocks add up to";
    EXPECT_EQ(
        count("SELECT count(*) FROM (SELECT b.search_id, sum(r.candidates) AS candidates FROM blocks b JOIN results r"
              " ON r.block_id = b.id AND r.purpose = b.accepted_purpose AND r.run = b.accepted_run GROUP BY 1) b"
              " FULL JOIN (SELECT search_id, sum(candidates) AS candidates FROM tallies GROUP BY 1) t"
              " USING (search_id) WHERE b.candidates IS DISTINCT FROM t.candidates"),
        0)
        << "the tallies of candidates are wrong";
    EXPECT_LT(count("SELECT count(*) FROM tallies"), 2000) << "nobody adds them up";
    EXPECT_EQ(count("SELECT count(*) FROM searches s WHERE end_at <> (SELECT max(end_at) FROM blocks WHERE search_id ="
                    " s.id)"),
              0);
  }

  void set_looks(ProcessOptions& options) const {
    if (!looks_ms_.empty()) {
      options.environment["ROBIN_TEST_LOOKS_MS"] = looks_ms_;
    }
  }

  bool has_auditor_ = false;
  /// Of servers that count and sample twice a second, and not every five seconds as others do (ops/cluster). Empty: as
  /// shipped.
  std::string looks_ms_ = "1200";
  /// For every process.
  std::map<std::string, std::string> environment_;
  /// Only sizes other than the automatic ones are named.
  std::uint64_t block_size_ = 0;
  testing_support::RabbitmqServer rabbitmq_;
  testing_support::PostgresDatabase database_;
  search::Strategies strategies_ = flow::fleet_strategies();
  std::unique_ptr<flow::Store> store_;
  std::list<std::unique_ptr<Process>> services_;
};

/// A base that comes first, so that it sets the environment first.
struct OwnServers {
  testing_support::PrivateServers servers;
};

/// The fixture on servers that other tests do not use, and that may be restarted.
class ClusterOnItsOwnServers : private OwnServers, public Cluster {
 protected:
  ClusterOnItsOwnServers() : Cluster(testing_support::VirtualHost::OfTheServer) {}
  using OwnServers::servers;
};

}  // namespace robin
