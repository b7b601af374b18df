// robin_recovery: how fast work flows in the while after each kind of fault, beside the while before it, and when it is
// as fast again. Blocks that wait, so that the machine does not decide; services with the patience that they are
// shipped with; every connection by way of a proxy. A measurement: it judges no figure, but ends with status 1 where a
// service ended by itself, or where work did not come back.

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>

#include "adapters/postgres/store.hpp"
#include "chaos/fleet.hpp"
#include "chaos/interruption.hpp"
#include "flow/loops/synthetic.hpp"
#include "flow/ports/store.hpp"
#include "runtime/error.hpp"
#include "support/private_servers.hpp"

namespace robin::chaos {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;
using testing_support::TcpProxy;

struct Options {
  unsigned seconds = 60;
  unsigned outage_seconds = 10;
  unsigned consumers = 8;
  std::string work_ms = "100";
  std::string only;
  std::string bin = ROBIN_BIN;
};

constexpr std::uint64_t blocks_max = 100'000'000;
constexpr unsigned awaiting_of_each = 16;
/// A rate is that of so many seconds, and as before from this share of it on.
constexpr double window_seconds = 5;
constexpr double recovered_share = 0.9;
/// How long work may take to begin, and to come back before the next fault.
constexpr std::chrono::seconds patience{180};

/// How many blocks were finished when, as a thread of its own sees it. A database that is away says nothing; what is
/// between two looks is taken to lie on a line.
class Progress {
 public:
  Progress(adapters::PostgresOptions database, const search::Strategies& strategies, flow::SearchId search)
      : database_(std::move(database)), strategies_(strategies), search_(search) {
    // A look that hangs tells less than one that fails.
    database_.statement_timeout_ms = 2000;
    thread_ = std::jthread([this](const std::stop_token& stop) { look_on(stop); });
  }

  [[nodiscard]] double finished_at(Clock::time_point at) const {
    const std::scoped_lock lock(mutex_);
    const auto after = std::ranges::lower_bound(looks_, at, {}, &Look::at);
    if (after == looks_.begin() || after == looks_.end()) {
      return looks_.empty() ? 0 : static_cast<double>((after == looks_.end() ? looks_.back() : *after).finished);
    }
    const Look& before = *std::prev(after);
    return static_cast<double>(before.finished) +
           static_cast<double>(after->finished - before.finished) * ((at - before.at) / Seconds(after->at - before.at));
  }
  /// Blocks a second.
  [[nodiscard]] double rate(Clock::time_point begin, Seconds span) const {
    const auto end = begin + std::chrono::duration_cast<Clock::duration>(span);
    return (finished_at(end) - finished_at(begin)) / span.count();
  }
  /// The longest time from then on in which no block finished, as far as it was seen.
  [[nodiscard]] Seconds standstill_since(Clock::time_point begin) const {
    const std::scoped_lock lock(mutex_);
    Seconds longest{0};
    Clock::time_point rose = begin;
    std::uint64_t finished = 0;
    for (const Look& look : looks_) {
      if (look.finished > finished) {
        longest = look.at > begin ? std::max(longest, Seconds(look.at - rose)) : longest;
        rose = std::max(begin, look.at);
        finished = look.finished;
      }
    }
    return std::max(longest, Seconds(Clock::now() - rose));
  }

 private:
  struct Look {
    Clock::time_point at;
    std::uint64_t finished;
  };

  void look_on(const std::stop_token& stop) {
    std::unique_ptr<flow::ClusterStore> store;
    while (!stop.stop_requested()) {
      try {
        if (!store) {
          store = adapters::open_postgres_store(database_, strategies_);
        }
        const auto finished = store->reader().counts(search_).finished;
        const std::scoped_lock lock(mutex_);
        looks_.push_back({Clock::now(), finished});
      } catch (const runtime::Error&) {
        store.reset();
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(100));  // between two looks
    }
  }

  adapters::PostgresOptions database_;
  const search::Strategies& strategies_;
  flow::SearchId search_;
  mutable std::mutex mutex_;
  std::vector<Look> looks_;
  std::jthread thread_;
};

class Recovery {
 public:
  explicit Recovery(const Options& options)
      : options_(options), fleet_(database_, rabbitmq_, fleet_options(options)), search_(submit()) {}

  int run() {
    if (!wait_for([this] { return progress_.finished_at(Clock::now()) > 0; })) {
      throw std::runtime_error("no work flows, before any fault");
    }
    // What beginning costs is over.
    pass(Clock::now() + std::chrono::seconds(10));
    bool all_came_back = true;
    const Seconds span(options_.seconds);
    std::printf("%u consumers, blocks of %s ms, %u s before and after each fault\n\n", options_.consumers,
                options_.work_ms.c_str(), options_.seconds);
    std::printf("| fault | blocks/s before | after | after / before | stood still, s | at 90 %% again after, s |\n");
    std::printf("|---|---|---|---|---|---|\n");
    std::fflush(stdout);
    for (const auto& [name, inflict] : faults()) {
      if (name.find(options_.only) == std::string::npos) {
        continue;
      }
      const auto calm = Clock::now();
      pass(calm + std::chrono::duration_cast<Clock::duration>(span));
      const double before = progress_.rate(calm, span);
      const auto fault = Clock::now();
      inflict();
      pass(fault + std::chrono::duration_cast<Clock::duration>(span));
      const double after = progress_.rate(fault, span);
      // Where it is not back yet, the next fault waits for it.
      const bool came_back = wait_for([&] {
        const auto window = std::chrono::duration_cast<Clock::duration>(Seconds(window_seconds));
        return progress_.rate(Clock::now() - window, Seconds(window_seconds)) >= recovered_share * before;
      });
      all_came_back = all_came_back && came_back;
      std::printf("| %s | %.1f | %.1f | %.2f | %.1f | %s%.1f |\n", name.c_str(), before, after, after / before,
                  progress_.standstill_since(fault).count(), came_back ? "" : "not after ",
                  seconds_to_recover(fault, before));
      std::fflush(stdout);
    }
    fleet_.stop();
    const auto findings = fleet_.findings();
    for (const auto& finding : findings) {
      std::printf("FOUND: %s\n", finding.c_str());
    }
    return findings.empty() && all_came_back ? 0 : 1;
  }

 private:
  using NamedFault = std::pair<std::string, std::function<void()>>;

  static FleetOptions fleet_options(const Options& options) {
    FleetOptions fleet;
    fleet.block_size = flow::synthetic_block_positions;
    // A consumer seldom waits for the saver: what a block takes decides, not how busy the machine is.
    fleet.awaiting = awaiting_of_each;
    fleet.in_flight = 2 * awaiting_of_each * options.consumers;
    fleet.patience = Patience::AsShipped;
    fleet.producers = 1;
    fleet.savers = 1;
    fleet.consumers = options.consumers;
    fleet.bin = options.bin;
    return fleet;
  }

  flow::SearchId submit() {
    const auto store = adapters::open_postgres_store(database_.options(), strategies_);
    return store->search_ledger().add_search(
        {flow::synthetic_strategy,
         {{0}, {blocks_max * flow::synthetic_block_positions}},
         {search::Mode::Complete, *core::accepted(math::Decimal::parse(options_.work_ms)), search::DigestKind::Exact}});
  }

  std::vector<NamedFault> faults() {
    std::vector<NamedFault> all;
    const auto add = [&all](const std::string& name, std::function<void()> inflict) {
      all.emplace_back(name, std::move(inflict));
    };
    add("a consumer killed", [this] { fleet_.kill("consumer", 1); });
    add("all consumers killed", [this] { fleet_.kill("consumer", options_.consumers); });
    add("producer killed", [this] { fleet_.kill("producer", 1); });
    add("saver killed", [this] { fleet_.kill("saver", 1); });
    add("janitor killed", [this] { fleet_.kill("janitor", 1); });
    add("auditor killed", [this] { fleet_.kill("auditor", 1); });
    add("RabbitMQ restarted", [this] { servers_.restart(cluster::Server::Rabbitmq, SIGTERM); });
    add("RabbitMQ killed and restarted", [this] { servers_.restart(cluster::Server::Rabbitmq, SIGKILL); });
    add("PostgreSQL restarted", [this] { servers_.restart(cluster::Server::Postgres, SIGINT); });
    add("PostgreSQL killed and restarted", [this] { servers_.restart(cluster::Server::Postgres, SIGKILL); });
    add("connections to RabbitMQ cut", [this] { fleet_.to_broker().cut(); });
    add("connections to PostgreSQL cut", [this] { fleet_.to_database().cut(); });
    add("network to RabbitMQ silent", [this] { silence({&fleet_.to_broker()}); });
    add("network to PostgreSQL silent", [this] { silence({&fleet_.to_database()}); });
    add("network gone", [this] { silence({&fleet_.to_broker(), &fleet_.to_database()}); });
    return all;
  }

  void silence(const std::vector<TcpProxy*>& proxies) const {
    for (const bool held : {true, false}) {
      for (TcpProxy* proxy : proxies) {
        proxy->hold(TcpProxy::Direction::ToServer, held);
        proxy->hold(TcpProxy::Direction::ToClient, held);
      }
      if (held) {
        pass(Clock::now() + std::chrono::seconds(options_.outage_seconds));
      }
    }
  }

  /// From the fault on: when the rate was as before again, once it had been at its lowest. 0 if it never was lower.
  [[nodiscard]] double seconds_to_recover(Clock::time_point fault, double before) const {
    constexpr Seconds step(0.25);
    double lowest = before;
    double lowest_at = 0;
    double recovered_at = 0;
    const auto at = [&](double seconds) {
      return progress_.rate(fault + std::chrono::duration_cast<Clock::duration>(Seconds(seconds)),
                            Seconds(window_seconds));
    };
    const double end = Seconds(Clock::now() - fault).count() - window_seconds;
    for (double seconds = 0; seconds <= end; seconds += step.count()) {
      if (const double rate = at(seconds); rate < lowest) {
        lowest = rate;
        lowest_at = seconds;
      }
    }
    if (lowest >= recovered_share * before) {
      return 0;
    }
    // The window's begin: what came before it was slower.
    for (recovered_at = lowest_at; recovered_at <= end && at(recovered_at) < recovered_share * before;
         recovered_at += step.count()) {
    }
    return recovered_at;
  }

  static void pass(Clock::time_point moment) {
    while (Clock::now() < moment) {
      check_interrupted();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));  // until the planned time
    }
  }
  template <class Condition>
  static bool wait_for(Condition condition) {
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

  Options options_;
  testing_support::PrivateServers servers_;
  testing_support::RabbitmqServer rabbitmq_{testing_support::VirtualHost::OfTheServer};
  testing_support::PostgresDatabase database_;
  search::Strategies strategies_ = flow::fleet_strategies();
  Fleet fleet_;
  flow::SearchId search_;
  Progress progress_{database_.options(), strategies_, search_};
};

int run(int argc, char** argv) {
  CLI::App app{"How fast work flows after each kind of fault, beside how fast it flowed before"};
  Options options;
  app.add_option("--seconds", options.seconds, "before and after each fault (60)")->check(CLI::Range(10, 3600));
  app.add_option("--outage-seconds", options.outage_seconds, "how long a network is silent (10)");
  app.add_option("--consumers", options.consumers, "each of one thread (8)")->check(CLI::Range(1, 100));
  app.add_option("--work-ms", options.work_ms, "how long each block waits (100)");
  app.add_option("--only", options.only, "faults whose names contain this");
  app.add_option("--bin", options.bin, "the folder of the services");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return Recovery(options).run();
}

}  // namespace
}  // namespace robin::chaos

int main(int argc, char** argv) {
  return robin::chaos::run_interruptibly("robin_recovery", robin::chaos::run, argc, argv);
}
