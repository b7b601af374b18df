// What takes its time: ./ops/test --long.

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>

#include "flow/loops/inbox.hpp"
#include "flow/wire/message.hpp"
#include "integration/cluster_fixture.hpp"
#include "support/parsed.hpp"
#include "support/random.hpp"
#include "support/tcp_proxy.hpp"

namespace robin {
namespace {

using namespace std::chrono_literals;

TEST_F(Cluster, AMinuteOfComputingOnAllCoresWithAHeartbeatOfTenSecondsDisconnectsNobody) {
  // About two minutes of one core each.
  block_size_ = 10'000'000'000;
  start("producer", {"--block-size", std::to_string(block_size_), "--in-flight", "2"});
  start("saver");
  const Process& consumer = start("consumer", {"--threads", "2", "--heartbeat-seconds", "10"});
  const auto id = submit({"20000000002"});
  ASSERT_TRUE(wait_until([&] { return store_->reader().counts(id).running == 2; }));
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(wait_until([&] { return std::chrono::steady_clock::now() - begin > 61s; }));
  EXPECT_EQ(store_->reader().counts(id).running, 2U) << "the blocks took less than a minute: they should be larger";
  EXPECT_THAT(consumer.standard_error(), testing::Not(testing::HasSubstr("out of reach")));
  const auto blocks = depth(flow::Queue::Blocks);
  EXPECT_TRUE(blocks.known && blocks.unacked == 2 && blocks.ready == 0) << "still held by the same connection";
}

/// Of the servers that are started while it lives.
struct ServerSetting {
  // NOLINTBEGIN(concurrency-mt-unsafe): the test has one thread here
  ServerSetting(const char* variable, const char* value) : name(variable) { setenv(name, value, 1); }
  ~ServerSetting() { unsetenv(name); }
  // NOLINTEND(concurrency-mt-unsafe)
  ServerSetting(const ServerSetting&) = delete;
  ServerSetting& operator=(const ServerSetting&) = delete;

  const char* name;
};

// A broker that takes a block back from whoever holds it for a minute.

class ClusterOfShortPatience : private ServerSetting, public ClusterOnItsOwnServers {
 protected:
  ClusterOfShortPatience() : ServerSetting("ROBIN_RABBITMQ_CONSUMER_TIMEOUT", "60000") {}
};

TEST_F(ClusterOfShortPatience, ABlockLongerThanTheAckTimeoutIsSavedOnceWithoutAHotLoop) {
  // More than three minutes each, however fast the machine: the broker looks once a minute.
  start("producer", {"--in-flight", "2"});
  start("saver");
  const Process& consumer = start("consumer", {"--threads", "2"});
  const auto id = store_->search_ledger().add_search(
      {flow::synthetic_strategy,
       {{0}, {2 * flow::synthetic_block_positions}},
       {search::Mode::Complete, *core::accepted(math::Decimal::parse("200000")), search::DigestKind::Exact}});
  ASSERT_TRUE(wait_until([&] { return store_->reader().counts(id).running == 2; }));
  EXPECT_TRUE(
      testing_support::wait_until([&] { return store_->reader().counts(id).finished == 2; }, core::Deadline::in(600s)));
  expect_each_block_finished_once();
  EXPECT_TRUE(wait_until([&] { return is_empty(flow::Queue::Blocks) && is_empty(flow::Queue::Results); }));
  const std::string log = consumer.standard_error();
  std::size_t lost = 0;
  for (std::size_t at = log.find("out of reach"); at != std::string::npos; at = log.find("out of reach", at + 1)) {
    ++lost;
  }
  std::cout << "the broker took the blocks back " << lost << " times\n";
  EXPECT_GE(lost, 1U) << "the blocks were too short";
  EXPECT_LE(lost, 8U);
}

// RabbitMQ keeps the log of its queues in memory. At its own limit of 512 MiB, not at that of our files, results that
// nobody saves are felt in it.

class ClusterShortOfMemory : private ServerSetting, public ClusterOnItsOwnServers {
 protected:
  ClusterShortOfMemory() : ServerSetting("ROBIN_RABBITMQ_WAL_BYTES", "536870912") {}

  void watermark(const std::string& absolute) const {
    servers.rabbitmqctl({"set_vm_memory_high_watermark", "absolute", absolute});
  }
};

TEST_F(ClusterShortOfMemory, AnAlarmRaisedAndLoweredTenTimesUnderLoadLeavesNothingHanging) {
  block_size_ = 5'000'000;
  start("producer", {"--in-flight", "16", "--block-size", std::to_string(block_size_)});
  start("saver");
  const Process& consumer = start("consumer", {"--threads", "2"});
  const SearchArguments search{"2000000000"};
  const auto id = submit(search);
  for (std::uint64_t round = 1; round <= 10; ++round) {
    ASSERT_TRUE(wait_until([&] { return store_->reader().counts(id).finished >= 10 * round; }))
        << "work flows, round " << round;
    watermark("1MB");
    std::this_thread::sleep_for(2s);  // the alarm itself, no wait for anything
    watermark("4GB");
  }
  EXPECT_TRUE(says(consumer, "the broker blocks publishes"));
  expect_finished_like_embedded(search);
}

TEST_F(ClusterShortOfMemory, AnAlarmRaisedByResultsClearsByItselfOnceTheyAreSaved) {
  // Every number is a witness: a result of 5,000 numbers is some 300 kB, and nobody saves them.
  block_size_ = 5'000;
  start("producer", {"--in-flight", "1000", "--block-size", std::to_string(block_size_)});
  const Process& consumer =
      start("consumer", {"--threads", "2", "--awaiting", "1000", "--answer-timeout-seconds", "600"});
  const SearchArguments search{"4000002", "exact", "exhaustive", "0.01"};
  submit(search);
  ASSERT_TRUE(wait_until([&] { return depth(flow::Queue::Results).ready >= 100; }));
  watermark("300MB");
  ASSERT_TRUE(says(consumer, "the broker blocks publishes")) << depth(flow::Queue::Results).ready;
  start("saver");
  ASSERT_TRUE(says(consumer, "the broker takes publishes again"));
  has_auditor_ = true;
  start("auditor", {"--poll-ms", "50", "--double-check", "0%"});
  // Four million witnesses take their time: as long as it goes on.
  adapters::PostgresConnection owner(database_.options());
  const auto unfinished = [&owner] {
    return owner.query("SELECT count(*) FROM blocks WHERE state <> 'FINISHED'").integer(0, 0);
  };
  for (auto left = unfinished(); left > 0; left = unfinished()) {
    ASSERT_TRUE(wait_until([&] { return unfinished() < left; })) << left << " are not finished";
  }
  EXPECT_EQ(owner.query("SELECT count(*) FROM blocks").integer(0, 0), 800);
  expect_each_block_finished_once();
}

// A block with as many witnesses as one process may keep, beside reports that hold next to nothing. The test is the
// producer, and the worker of the small blocks; the large one is computed and all is saved by services.

class ClusterWithAGreatBlock : public Cluster {
 protected:
  using Clock = std::chrono::steady_clock;

  static constexpr std::uint64_t great = testing_support::extent(4'000'000, 400'000);
  static constexpr std::uint64_t small = 10;
  static constexpr std::size_t small_blocks = 20'000;

  flow::SearchId planned(std::uint64_t begin, std::uint64_t length, std::uint64_t count, std::string_view threshold) {
    const auto id = store_->search_ledger().add_search(
        {"exhaustive", {{begin}, {begin + length * count}}, testing_support::parameters(threshold)});
    std::vector<search::Block> blocks;
    for (std::uint64_t i = 0; i < count; ++i) {
      blocks.push_back({{begin + length * i}, {begin + length * (i + 1)}});
    }
    EXPECT_EQ(store_->plan_ledger().plan(epoch_, id, blocks), flow::PlanOutcome::Planned);
    return id;
  }

  void publish_what_is_pending(flow::Link& ingress, flow::SearchId id) {
    const auto works = store_->plan_ledger().pending(id, 10);
    for (const flow::Work& work : works) {
      ingress.publish(flow::Exchange::Ingress, flow::encode(work, strategies_));
    }
    store_->plan_ledger().mark_queued(epoch_, works);
  }

  /// Reports the next small block, and takes the answers that came.
  void report_a_small_block(flow::Link& results) {
    if (next_ < small_.size()) {
      const flow::Work& work = small_[next_++];
      const auto result = search::examine(*strategies_.find("exhaustive"), work.block, work.parameters, {});
      const flow::Report report{work.key,       work.attempt, "of-small/1", work.block, flow::WorkResult{result, 0.1},
                                work.provenance};
      auto message = flow::encode(report, work, strategies_, reply_address_).front();
      sent_[work.key.block] = Clock::now();
      results.publish(flow::Exchange::Results, std::move(message));
    }
    take_answers(core::Deadline::in(50ms));
  }
  template <class Condition>
  void take_answers_until(Condition condition) {
    for (const auto deadline = testing_support::patience(); !condition() && !deadline.has_passed();) {
      take_answers(core::Deadline::in(50ms));
    }
  }
  void take_answers(core::Deadline deadline) {
    while (auto event = events_.take(deadline, {})) {
      if (const auto* connected = std::get_if<flow::Connected>(&*event)) {
        reply_address_ = connected->reply_address;
      } else if (const auto* replied = std::get_if<flow::Replied>(&*event)) {
        const auto reply = testing_support::required(flow::decode_reply(replied->message.body));
        if (const auto sent = sent_.find(reply.key.block); sent != sent_.end()) {
          waits_.push_back(Clock::now() - sent->second);
          sent_.erase(sent);
        }
      }
    }
  }

  std::uint64_t saved_beside_small_ones(std::uint64_t begin, std::uint64_t length);

  /// The most memory that it had, in MiB.
  static std::uint64_t peak_of(const Process& process) {
    std::ifstream status("/proc/" + std::to_string(process.id()) + "/status");
    const std::string mark = "VmHWM:";
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with(mark)) {
        return std::stoull(line.substr(mark.size())) / 1024;
      }
    }
    ADD_FAILURE() << "no VmHWM";
    return 0;
  }

  flow::Epoch epoch_ = store_->leadership().lead(flow::Role::Producer).value();
  flow::Inbox<flow::BrokerEvent> events_;
  std::unique_ptr<flow::Broker> broker_ = adapters::open_rabbitmq_broker(rabbitmq_.options("consumer"));
  std::unique_ptr<flow::Broker> ingress_ = adapters::open_rabbitmq_broker(rabbitmq_.options("producer"));
  std::string reply_address_;
  std::vector<flow::Work> small_;
  std::size_t next_ = 0;
  std::map<flow::BlockId, Clock::time_point> sent_;
  std::vector<Clock::duration> waits_;
};

/// All numbers of the block are witnesses. How many pieces it was finished in.
std::uint64_t ClusterWithAGreatBlock::saved_beside_small_ones(std::uint64_t begin, std::uint64_t length) {
  const Process& saver = start("saver");
  const auto id = planned(begin, length, 1, "0.01");
  const auto of_small = planned(2, small, small_blocks, "1.767");
  small_ = store_->plan_ledger().pending(of_small, small_blocks);
  const auto reports =
      broker_->connect({{}, 1, true}, [this](flow::BrokerEvents told) { events_.put_all(std::move(told)); });
  const auto blocks = ingress_->connect({}, [](const flow::BrokerEvents&) {});
  take_answers_until([this] { return !reply_address_.empty(); });
  start("consumer", {"--threads", "2"});

  auto counts = store_->reader().counts(id);
  auto progress = testing_support::patience();
  while (counts.pending + counts.in_flight() > 0) {
    publish_what_is_pending(*blocks, id);
    report_a_small_block(*reports);
    const auto now = store_->reader().counts(id);
    if (now.finished > counts.finished) {
      progress = testing_support::patience();
    }
    counts = now;
    if (progress.has_passed()) {
      ADD_FAILURE() << counts.finished << " pieces are finished, and no other one";
      return counts.finished;
    }
  }
  take_answers_until([this] { return sent_.empty(); });
  EXPECT_TRUE(sent_.empty());
  EXPECT_FALSE(waits_.empty());
  waits_.push_back({});

  EXPECT_GE(store_->reader().count_findings(id, flow::Finding::Witness), length - 10);
  std::sort(waits_.begin(), waits_.end());
  const auto seconds = [](Clock::duration wait) { return std::chrono::duration<double>(wait).count(); };
  const std::uint64_t peak = peak_of(saver);
  std::cout << length << " witnesses in " << counts.finished << " pieces; " << waits_.size() - 1
            << " small reports waited for " << seconds(waits_[waits_.size() / 2]) << " s (median), "
            << seconds(waits_.back()) << " s at most; the saver took " << peak << " MiB at most\n";
  // Sanitizers take their own.
  if (!testing_support::is_sanitized) {
    EXPECT_LT(peak, 256U);
  }
  return counts.finished;
}

TEST_F(ClusterWithAGreatBlock, SmallReportsAreCommittedBetweenItsPiecesAndTheSaverStaysSmall) {
  EXPECT_GE(saved_beside_small_ones(2, great), great / 100'000);
}

TEST_F(ClusterWithAGreatBlock, AResultAsLargeAsOneMayBeIsSavedInOneTransaction) {
  // Within one slice: here they end at multiples of 2^17 or more.
  EXPECT_EQ(saved_beside_small_ones(std::uint64_t{2384} << 22U, flow::bounds::of_a_fleet.witnesses), 1U);
}

/// Both networks silent for half a minute: every service notices within that time, and goes on afterwards.
TEST_F(Cluster, ASilentNetworkIsNoticedWithinHalfAMinuteByEveryService) {
  testing_support::TcpProxy broker(amqp_port());
  const std::string any = database_.options().url;
  const auto port_in = [](const std::string& url) { return url.find(':', url.find('@')) + 1; };
  testing_support::TcpProxy database(static_cast<std::uint16_t>(std::stoi(any.substr(port_in(any)))));
  std::map<std::string, Process*> services;
  block_size_ = 5'000'000;
  for (const std::string service : {"producer", "saver", "consumer", "janitor", "auditor"}) {
    if (service != "consumer") {
      std::string url = database_.options_as(service).url;
      const std::size_t port = port_in(url);
      environment_["ROBIN_DATABASE_URL"] =
          url.replace(port, url.find('/', port) - port, std::to_string(database.port()));
    }
    std::vector<std::string> flags;
    if (service == "producer") {
      flags = {"--block-size", std::to_string(block_size_)};
    } else if (service == "auditor") {
      flags = {"--double-check", "0%"};
    }
    services[service] = &start(service, flags, service == "auditor" ? "" : amqp_url_by(broker.port(), service));
    environment_.erase("ROBIN_DATABASE_URL");
  }
  has_auditor_ = true;
  const SearchArguments search{"2000000000"};
  const auto id = submit(search);
  ASSERT_TRUE(wait_until([&] { return store_->reader().counts(id).finished >= 20; }));
  const auto hold = [&](bool held) {
    for (auto* proxy : {&broker, &database}) {
      proxy->hold(testing_support::TcpProxy::Direction::ToServer, held);
      proxy->hold(testing_support::TcpProxy::Direction::ToClient, held);
    }
  };
  const auto begin = std::chrono::steady_clock::now();
  hold(true);
  constexpr std::array words = {"out of reach", "tried again", "cannot be looked at"};
  std::map<std::string, std::chrono::steady_clock::duration> noticed;
  EXPECT_TRUE(wait_until([&] {
    for (const auto& [name, process] : services) {
      const std::string log = process->standard_error();
      if (!noticed.contains(name) && std::any_of(words.begin(), words.end(), [&log](const char* word) {
            return log.find(word) != std::string::npos;
          })) {
        noticed[name] = std::chrono::steady_clock::now() - begin;
        std::cout << name << " noticed after "
                  << std::chrono::duration_cast<std::chrono::seconds>(noticed[name]).count() << " s\n";
        EXPECT_LT(noticed[name], 31s) << name;
      }
    }
    return noticed.size() == services.size();
  }));
  ASSERT_TRUE(wait_until([&] { return std::chrono::steady_clock::now() - begin > 31s; }));
  hold(false);
  const auto finished = store_->reader().counts(id).finished;
  EXPECT_TRUE(wait_until([&] { return store_->reader().counts(id).finished > finished; })) << "work flows again";
  expect_finished_like_embedded(search);
}

/// Twenty drains with three producers, one of which is frozen in the midst of publishing and wakes after DRAINED.
TEST_F(ClusterOnItsOwnServers, TwentyDrainsLetNoLateBlockEnter) {
  looks_ms_.clear();
  block_size_ = 2'000'000;
  std::vector<Process*> producers;
  for (int i = 0; i < 3; ++i) {
    producers.push_back(&start("producer", {"--in-flight", "16", "--block-size", std::to_string(block_size_)}));
  }
  start("saver");
  start("consumer", {"--threads", "2"});
  start("janitor", {"--period-ms", "300"});
  SearchArguments search{"2"};
  const auto drain = [this](const std::vector<std::string>& arguments) {
    auto command = arguments;
    command.insert(command.begin(), "drain");
    command.insert(command.end(), {"-o", "json"});
    auto result = robin(command);
    // UNKNOWN while a server that was restarted is not back: ask again, as the exit status says.
    for (const auto deadline = core::Deadline::in(30s); result.status == 3 && !deadline.has_passed();) {
      result = robin(command);
    }
    EXPECT_EQ(result.status, 0) << result.error << result.output;
    return result.status == 0 ? nlohmann::json::parse(result.output)["state"].get<std::string>() : "no answer";
  };
  flow::SearchId id{0};
  for (std::uint64_t cycle = 1; cycle <= 20; ++cycle) {
    search.end = std::to_string(2 + cycle * 400'000'000);
    id = submit(search);
    const auto before = store_->reader().counts(id).finished;
    ASSERT_TRUE(wait_until([&] { return store_->reader().counts(id).finished > before + 3; })) << cycle;
    // Whoever leads may be in the midst of a publish.
    Process& frozen = *producers[cycle % 3];
    frozen.signal(SIGSTOP);
    ASSERT_EQ(drain({"start", "--reason", "cycle"}), "DRAINING");
    if (cycle == 7) {
      servers.restart(cluster::Server::Rabbitmq, SIGTERM);  // while DRAINING
    }
    ASSERT_EQ(drain({"start", "--wait", "--timeout", "80"}), "DRAINED") << cycle;
    const auto at_drained = store_->reader().counts(id);
    if (cycle == 14) {
      servers.restart(cluster::Server::Rabbitmq, SIGTERM);  // while DRAINED: the binding must not come back
    }
    frozen.signal(SIGCONT);
    const auto begin = std::chrono::steady_clock::now();
    ASSERT_TRUE(wait_until([&] { return std::chrono::steady_clock::now() - begin > 1500ms; }));
    const auto later = store_->reader().counts(id);
    EXPECT_EQ(later.finished, at_drained.finished) << cycle;
    EXPECT_EQ(later.pending, at_drained.pending) << cycle;
    EXPECT_EQ(later.in_flight(), 0U) << cycle;
    EXPECT_TRUE(wait_until([&] { return is_empty(flow::Queue::Blocks) && is_empty(flow::Queue::Results); })) << cycle;
    ASSERT_EQ(drain({"stop"}), "WRITABLE");
  }
  expect_finished_like_embedded(search);
}

/// A certificate to 3e11, through SIGTERM and SIGKILL of everything at once, servers too.
TEST_F(ClusterOnItsOwnServers, ACertificateTo3e11SurvivesTheEndOfEverythingTwice) {
  const SearchArguments search{"300000000000", "exact", "colossally-abundant"};
  const auto begin = [this] {
    start("producer", {"--in-flight", "16"});
    start("saver");
    start("consumer", {"--threads", "1"});
    start("consumer", {"--threads", "1"});
    start_auditor("1%");
  };
  const auto signal_all = [this](int signal) {
    for (const auto& service : services_) {
      service->signal(signal);
    }
    for (const auto& service : services_) {
      EXPECT_EQ(service->wait(40s), signal == SIGKILL ? 128 + SIGKILL : 0) << service->standard_error();
    }
    services_.clear();
  };
  const auto finished_at_least = [this](flow::SearchId id, std::uint64_t count) {
    return wait_until([&] { return store_->reader().counts(id).finished >= count; });
  };
  begin();
  const auto id = submit(search);
  ASSERT_TRUE(finished_at_least(id, 150));
  signal_all(SIGTERM);
  begin();
  ASSERT_TRUE(finished_at_least(id, 250));
  signal_all(SIGKILL);
  store_.reset();
  servers.restart(cluster::Server::Rabbitmq, SIGKILL);
  servers.restart(cluster::Server::Postgres, SIGKILL);
  store_ = adapters::open_postgres_store(database_.options(), strategies_);
  begin();
  const auto certificate_of = [this](std::vector<std::string> command) {
    const auto result = robin(std::move(command));
    EXPECT_EQ(result.status, 0) << result.error;
    auto certificate = nlohmann::json::parse(result.output)["certificate"];
    EXPECT_EQ(certificate["holds"], true);
    certificate.erase("versions");
    return certificate;
  };
  auto wait = search.flags();
  wait.insert(wait.begin(), {"submit", "--wait", "--no-progress"});
  const auto interrupted = certificate_of(wait);
  auto run = search.flags();
  run.insert(run.begin(), {"run", "--store", ":memory:", "--no-progress"});
  EXPECT_EQ(interrupted, certificate_of(run));
  EXPECT_EQ(interrupted["prime_count"], 11'818'439'135);
  std::cout << interrupted.dump(2) << "\n";
}

}  // namespace
}  // namespace robin
