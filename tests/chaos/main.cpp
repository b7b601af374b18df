// robin_chaos: a real cluster on loopback, a search, faults by a seeded plan, and then an audit of everything. The seed
// is printed; --seed repeats the plan. Exit status 0 only if nothing is found.

#include <csignal>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <thread>

#include <CLI/CLI.hpp>

#include "adapters/postgres/store.hpp"
#include "adapters/rabbitmq/broker.hpp"
#include "chaos/audit.hpp"
#include "chaos/fleet.hpp"
#include "chaos/interruption.hpp"
#include "chaos/plan.hpp"
#include "flow/ports/store.hpp"
#include "runtime/error.hpp"
#include "search/examine.hpp"
#include "support/private_servers.hpp"

namespace robin::chaos {
namespace {

using Clock = std::chrono::steady_clock;

using testing_support::TcpProxy;

struct Options {
  std::uint64_t seed = 0;
  unsigned seconds = 20;
  unsigned every_ms = 2000;
  unsigned span_min_ms = 500;
  unsigned span_max_ms = 8000;
  unsigned grace_seconds = 20;
  bool exactly = false;
  std::string faults = "all";
  /// 0: the search grows as long as the plan goes on.
  std::uint64_t blocks = 0;
  /// How many of those lie ahead of what is finished.
  std::uint64_t ahead = 300;
  std::uint64_t block_size = 2'000'000;
  /// Not 0: the size is that of blocks that take so long on this machine.
  unsigned block_ms = 0;
  unsigned settle_seconds = 120;
  unsigned recovery_seconds = 15;
  bool shares_servers = false;
  std::string log_folder;
  std::string bin = ROBIN_BIN;
};

/// More than twice a private server's collect_statistics_interval.
constexpr std::chrono::milliseconds broker_counts_every{1200};

class Chaos {
 public:
  explicit Chaos(const Options& options) : options_(options) {
    fleet_ = std::make_unique<Fleet>(database_, rabbitmq_,
                                     FleetOptions{.block_size = options.block_size,
                                                  .grace_seconds = options.grace_seconds,
                                                  .bin = options.bin,
                                                  .log_folder = options.log_folder});
  }

  int run() {
    begin_ = Clock::now();
    search_ = look([this](flow::ClusterStore& store) {
      return store.search_ledger().add_search(
          {"exhaustive",
           {{2}, end_after(options_.blocks > 0 ? options_.blocks : options_.ahead)},
           {search::Mode::Complete, *core::accepted(math::Decimal::parse("1.767")), search::DigestKind::Exact}});
    });
    if (!wait_for([this] { return finished() >= 5; }, std::chrono::seconds(60))) {
      for (const auto& finding : fleet_->findings()) {
        say("FOUND: " + finding);
      }
      throw std::runtime_error("no work flows, before any fault");
    }
    inject();
    calm();
    const auto last_fault = Clock::now();
    const auto broker = adapters::open_rabbitmq_broker(rabbitmq_.options("operator"));
    // Copies of finished blocks, of whom was killed or cut off, are taken by consumers, which must still be there.
    if (!wait_for([&] { return is_done() && are_empty(*broker); }, std::chrono::seconds(options_.settle_seconds))) {
      findings_.push_back("not done " + std::to_string(options_.settle_seconds) + " s after the last fault");
    }
    say("done " + seconds_since(last_fault) + " s after the last fault: " + std::to_string(finished()) +
        " blocks finished, " + std::to_string(fleet_->restarts()) + " processes started again");
    fleet_->stop();
    for (auto& finding : fleet_->findings()) {
      findings_.push_back(std::move(finding));
    }
    for (auto& finding : audit_everything(database_.options(), *broker, strategies_, 2)) {
      findings_.push_back(std::move(finding));
    }
    for (const auto& finding : findings_) {
      say("FOUND: " + finding);
    }
    say(findings_.empty() ? "audit clean" : "audit failed, seed " + std::to_string(options_.seed));
    return findings_.empty() ? 0 : 1;
  }

 private:
  [[nodiscard]] search::Position end_after(std::uint64_t blocks) const { return {2 + blocks * options_.block_size}; }

  static std::string seconds_since(Clock::time_point then) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", std::chrono::duration<double>(Clock::now() - then).count());
    return text;
  }
  void say(const std::string& line) const {
    std::printf("%8s s  %s\n", seconds_since(begin_).c_str(), line.c_str());
    std::fflush(stdout);
  }

  /// The chaos's own look at the ledger, past the proxies; a restart of the database makes it fail, then it looks
  /// again.
  template <class Look>
  auto look(Look look) -> decltype(look(std::declval<flow::ClusterStore&>())) {
    const auto deadline = core::Deadline::in(std::chrono::seconds(90));
    while (true) {
      try {
        if (!store_) {
          store_ = adapters::open_postgres_store(database_.options(), strategies_);
        }
        return look(*store_);
      } catch (const runtime::Error&) {
        store_.reset();
        if (deadline.has_passed()) {
          throw;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(200));  // between two looks at a condition
      }
    }
  }
  std::uint64_t finished() {
    return look([this](flow::ClusterStore& store) { return store.reader().counts(search_).finished; });
  }
  bool is_done() {
    return look([this](flow::ClusterStore& store) {
      const auto record = flow::record_of(store.reader(), search_);
      const auto counts = store.reader().counts(search_);
      const auto open = counts.pending + counts.queued + counts.running + counts.failed + counts.disputed +
                        counts.quarantined + counts.orders_pending + counts.orders_in_flight + counts.orders_unsettled;
      return record.planned_end == record.spec.range.end && open == 0 && are_ended_others(store) &&
             store.reader().audited(search_).end == record.spec.range.end;
    });
  }

  /// Nothing of what was cancelled is open.
  bool are_ended_others(flow::ClusterStore& store) const {
    const auto all = store.reader().searches();
    return std::ranges::all_of(all, [&](const flow::SearchRecord& record) {
      const auto counts = store.reader().counts(record.id);
      return record.id == search_ || counts.pending + counts.in_flight() + counts.failed + counts.quarantined == 0;
    });
  }

  /// Twice, so far apart that the broker counted between the two.
  bool are_empty(flow::Broker& broker) {
    for (const flow::Queue queue : {flow::Queue::Blocks, flow::Queue::Results, flow::Queue::Dead}) {
      const auto depth = broker.depth(queue, core::Deadline::in(std::chrono::seconds(5)));
      if (!depth.known || depth.ready + depth.unacked != 0) {
        empty_since_.reset();
        return false;
      }
    }
    empty_since_ = empty_since_.value_or(Clock::now());
    return Clock::now() - *empty_since_ >= broker_counts_every;
  }

  template <class Condition>
  static bool wait_for(Condition condition, std::chrono::seconds patience) {
    const auto deadline = core::Deadline::in(patience);
    while (!condition()) {
      check_interrupted();
      if (deadline.has_passed()) {
        return false;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(100));  // between two looks at a condition
    }
    return true;
  }

  void inject() {
    PlanOptions options;
    options.seed = options_.seed;
    options.length = std::chrono::seconds(options_.seconds);
    options.every = Milliseconds(options_.every_ms);
    options.span_min = Milliseconds(options_.span_min_ms);
    options.span_max = Milliseconds(options_.span_max_ms);
    options.exactly = options_.exactly;
    options.faults = faults_from(options_.faults);
    auto begin = Clock::now();
    for (const PlannedFault& planned : plan(options)) {
      do {
        calm_when_due();
        keep_busy();
        check_interrupted();
        std::this_thread::sleep_for(std::chrono::milliseconds(20));  // until the planned time
      } while (Clock::now() < begin + planned.at);
      inject(planned);
      // The plan stands still while a server restarts: else all that follows would come at once, with no work between.
      begin = std::max(begin, Clock::now() - planned.at);
    }
    while (!calms_.empty() || (!options.exactly && Clock::now() < begin + options.length)) {
      calm_when_due();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));  // until the planned end
    }
  }

  void keep_busy() {
    if (options_.blocks == 0 && Clock::now() >= busy_until_) {
      busy_until_ = Clock::now() + std::chrono::milliseconds(500);
      look([this](flow::ClusterStore& store) {
        store.search_ledger().extend_search(search_,
                                            end_after(store.reader().counts(search_).finished + options_.ahead));
        return 0;
      });
    }
  }

  void inject(const PlannedFault& planned) {
    std::string victim;
    const auto later = [this, &planned](std::function<void()> end) {
      calms_.push_back({Clock::now() + planned.span, std::move(end)});
    };
    const auto silence = [&later](TcpProxy& proxy) {
      proxy.hold(TcpProxy::Direction::ToServer);
      proxy.hold(TcpProxy::Direction::ToClient);
      later([&proxy] {
        proxy.hold(TcpProxy::Direction::ToServer, false);
        proxy.hold(TcpProxy::Direction::ToClient, false);
      });
    };
    say(std::string(text(planned.fault)) + " (for " + std::to_string(planned.span.count()) + " ms), " +
        std::to_string(finished()) + " blocks finished");
    switch (planned.fault) {
      case Fault::Kill:
        victim = fleet_->signal(planned.victim, SIGKILL);
        break;
      case Fault::Terminate:
        victim = fleet_->signal(planned.victim, SIGTERM);
        break;
      case Fault::Evict:
        victim = fleet_->signal(planned.victim, SIGQUIT, true);
        break;
      case Fault::Freeze:
        victim = fleet_->freeze(planned.victim, planned.span);
        break;
      case Fault::RestartRabbitmq:
        servers_->restart(cluster::Server::Rabbitmq, SIGTERM);
        break;
      case Fault::KillRabbitmq:
        servers_->restart(cluster::Server::Rabbitmq, SIGKILL);
        break;
      case Fault::RestartPostgres:
        servers_->restart(cluster::Server::Postgres, SIGQUIT);
        break;
      case Fault::KillPostgres:
        servers_->restart(cluster::Server::Postgres, SIGKILL);
        break;
      case Fault::SilentBroker:
        silence(fleet_->to_broker());
        break;
      case Fault::SilentDatabase:
        silence(fleet_->to_database());
        break;
      case Fault::CutBroker:
        fleet_->to_broker().cut();
        break;
      case Fault::CutDatabase:
        fleet_->to_database().cut();
        break;
      case Fault::Drain:
        order_drain(true);
        later([this] { order_drain(false); });
        break;
      case Fault::Pause:
        control(search_, {.state = flow::RunState::Paused});
        later([this] { control(search_, {.state = flow::RunState::Active}); });
        break;
      case Fault::Share:
        control(search_, {.share = 1 + static_cast<std::uint32_t>(planned.victim % flow::share_max)});
        break;
      case Fault::Compact:
        look([](flow::ClusterStore& store) {
          store.operator_ledger().order_compaction(std::chrono::seconds(0), "chaos", "planned");
          return 0;
        });
        break;
      case Fault::Cancel: {
        const flow::SearchId other = submit_another();
        later([this, other] { control(other, {.state = flow::RunState::Cancelled}); });
        break;
      }
    }
    if (!victim.empty()) {
      say("  " + victim);
    }
    const bool was_restart = planned.fault == Fault::RestartRabbitmq || planned.fault == Fault::KillRabbitmq ||
                             planned.fault == Fault::RestartPostgres || planned.fault == Fault::KillPostgres;
    if (was_restart && calms_.empty()) {
      measure_recovery();
    }
  }

  /// After a restart of a server work must flow again within a while.
  void measure_recovery() {
    const auto begin = Clock::now();
    const auto before = finished();
    keep_busy();
    if (!wait_for([&] { return finished() > before; }, std::chrono::seconds(options_.recovery_seconds))) {
      findings_.push_back("no work flowed within " + std::to_string(options_.recovery_seconds) + " s of a restart");
    }
    say("  work flows again after " + seconds_since(begin) + " s");
  }

  void order_drain(bool drain) {
    look([drain](flow::ClusterStore& store) {
      static_cast<void>(store.operator_ledger().order_drain(drain, "chaos", "planned"));
      return 0;
    });
  }

  void control(flow::SearchId search, const flow::SearchControlOrder& order) {
    look([&](flow::ClusterStore& store) {
      static_cast<void>(store.operator_ledger().control_search(search, order, "chaos", "planned"));
      return 0;
    });
  }
  /// One of the same blocks, which will not be done in time.
  flow::SearchId submit_another() {
    return look([this](flow::ClusterStore& store) {
      flow::SearchSpec spec = flow::record_of(store.reader(), search_).spec;
      spec.range.end = end_after(1'000'000);
      return store.search_ledger().add_search(spec);
    });
  }

  struct Calm {
    Clock::time_point at;
    std::function<void()> end;
  };
  void calm_when_due() {
    std::erase_if(calms_, [](const Calm& calm) {
      const bool due = Clock::now() >= calm.at;
      if (due) {
        calm.end();
      }
      return due;
    });
  }
  void calm() {
    for (const Calm& calm : calms_) {
      calm.end();
    }
    calms_.clear();
  }

  Options options_;
  /// Unless it shares those that the environment names.
  std::unique_ptr<testing_support::PrivateServers> servers_ =
      options_.shares_servers ? nullptr : std::make_unique<testing_support::PrivateServers>();
  testing_support::RabbitmqServer rabbitmq_{options_.shares_servers ? testing_support::VirtualHost::OfThisTest
                                                                    : testing_support::VirtualHost::OfTheServer};
  testing_support::PostgresDatabase database_;
  search::Strategies strategies_;
  std::unique_ptr<flow::ClusterStore> store_;
  std::unique_ptr<Fleet> fleet_;
  Clock::time_point begin_;
  Clock::time_point busy_until_;
  flow::SearchId search_{0};
  std::vector<Calm> calms_;
  /// Since when the queues were seen to be empty, each time.
  std::optional<Clock::time_point> empty_since_;
  std::vector<std::string> findings_;
};

/// How many numbers around 1e10 take so long while all cores compute.
std::uint64_t size_of_blocks(std::chrono::milliseconds wanted) {
  constexpr std::uint64_t sample = 10'000'000;
  constexpr std::uint64_t begin = 10'000'000'000;
  const search::Strategies strategies;
  const search::Parameters parameters{search::Mode::Complete, *core::accepted(math::Decimal::parse("1.767")),
                                      search::DigestKind::Exact};
  const auto compute = [&] {
    static_cast<void>(search::examine(*strategies.find("exhaustive"), {{begin}, {begin + sample}}, parameters, {}));
  };
  compute();
  constexpr int rounds = 5;
  const auto start = Clock::now();
  {
    std::vector<std::jthread> cores;
    for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i) {
      cores.emplace_back([&] {
        for (int round = 0; round < rounds; ++round) {
          compute();
        }
      });
    }
  }
  const std::chrono::duration<double> elapsed = Clock::now() - start;
  return static_cast<std::uint64_t>(sample * rounds * std::chrono::duration<double>(wanted).count() / elapsed.count());
}

void refuse_restarts_of_shared_servers(const Options& options) {
  for (const Fault fault : faults_from(options.faults)) {
    const bool restarts = fault == Fault::RestartRabbitmq || fault == Fault::KillRabbitmq ||
                          fault == Fault::RestartPostgres || fault == Fault::KillPostgres;
    if (restarts && options.shares_servers) {
      throw CLI::ValidationError("--shared-servers", "others use them: name --faults that restart none");
    }
  }
}

int run(int argc, char** argv) {
  CLI::App app{"Faults by a seeded plan on a real cluster, and then an audit of everything"};
  Options options;
  options.seed = std::random_device{}();
  app.add_option("--seed", options.seed, "repeats a plan");
  app.add_option("--seconds", options.seconds, "how long faults go on (20)");
  app.add_option("--every", options.every_ms, "mean distance of faults in ms (2000)");
  app.add_option("--span-min", options.span_min_ms, "the shortest freeze, silence and drain in ms (500)");
  app.add_option("--grace-seconds", options.grace_seconds, "of consumers, after SIGTERM (20)");
  app.add_flag("--exactly", options.exactly, "each of --faults once (NAME*N: N times), in any order, and then the end");
  app.add_option("--span-max", options.span_max_ms, "the longest freeze, silence and drain in ms (8000)");
  app.add_option("--faults", options.faults, "which, separated by commas (all)");
  app.add_option("--blocks", options.blocks, "a search of so many blocks; without it, one that grows as time goes on");
  app.add_option("--ahead", options.ahead, "how many blocks that search is ahead of what is finished (300)");
  app.add_option("--block-size", options.block_size, "numbers in each block (2000000)");
  app.add_option("--block-ms", options.block_ms, "instead: so many numbers that a block takes so long here");
  app.add_option("--settle-seconds", options.settle_seconds, "how long after the last fault all may take (120)");
  app.add_option("--recovery-seconds", options.recovery_seconds,
                 "how long a restart of a server may stop all work (15)");
  app.add_flag("--shared-servers", options.shares_servers,
               "on the servers that the environment names: no fault may restart one");
  app.add_option("--bin", options.bin, "the folder of the services");
  app.add_option("--log-folder", options.log_folder, "keeps the logs of services that ended badly");
  try {
    app.parse(argc, argv);
    refuse_restarts_of_shared_servers(options);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (options.block_ms > 0) {
    options.block_size = size_of_blocks(std::chrono::milliseconds(options.block_ms));
    std::printf("blocks of %u ms have %llu numbers here\n", options.block_ms,
                static_cast<unsigned long long>(options.block_size));
  }
  std::printf("seed %llu (--seed repeats it), faults %s, every %u ms for %u s\n",
              static_cast<unsigned long long>(options.seed), options.faults.c_str(), options.every_ms, options.seconds);
  return Chaos(options).run();
}

}  // namespace
}  // namespace robin::chaos

int main(int argc, char** argv) {
  return robin::chaos::run_interruptibly("robin_chaos", robin::chaos::run, argc, argv);
}
