// robin-gateway: the HTTP front end: what can be known of a cluster and ordered of it under /api/v1, and the dashboard
// at /. Reading is open; every order needs the token. Any number of gateways may run.

#include <array>
#include <filesystem>
#include <mutex>

#include "adapters/postgres/store.hpp"
#include "adapters/rabbitmq/management.hpp"
#include "adapters/server_settings.hpp"
#include "adapters/versions.hpp"
#include "api/api.hpp"
#include "flow/loops/metrics.hpp"
#include "flow/loops/synthetic.hpp"
#include "gateway/front.hpp"
#include "gateway/host_names.hpp"
#include "gateway/http_server.hpp"
#include "gateway/links.hpp"
#include "gateway/tokens.hpp"
#include "runtime/error.hpp"
#include "runtime/listen_address.hpp"
#include "runtime/pause.hpp"
#include "runtime/plain_text.hpp"
#include "runtime/service.hpp"
#include "runtime/text_file.hpp"

namespace {

using robin::core::Milliseconds;
using robin::runtime::Config;
using robin::runtime::integer_from;
using robin::runtime::Log;

constexpr std::array queues = {robin::flow::Queue::Blocks, robin::flow::Queue::Results, robin::flow::Queue::Dead};
constexpr std::chrono::milliseconds tick{1000};
constexpr std::chrono::seconds queue_patience{5};

std::optional<std::string> refuse_listen_address(const std::string& value) {
  return robin::runtime::is_listen_address(value)
             ? std::nullopt
             : std::optional(robin::runtime::in_quotes(value) + " is not HOST:PORT, such as 127.0.0.1:8080");
}

std::optional<std::string> refuse_names(const std::string& value) {
  try {
    static_cast<void>(robin::gateway::HostNames("127.0.0.1:0", value));
    return std::nullopt;
  } catch (const Config::Refused& refused) {
    return refused.reason;
  }
}

std::optional<std::string> refuse_links(const std::string& value) {
  try {
    static_cast<void>(robin::gateway::links_from(value));
    return std::nullopt;
  } catch (const Config::Refused& refused) {
    return refused.reason;
  }
}

std::vector<robin::gateway::NamedToken> tokens_of_file(const std::string& path) {
  return robin::gateway::tokens_from(robin::runtime::read_text_file(path, robin::gateway::tokens_file_bytes_max));
}

std::optional<std::string> refuse_tokens_file(const std::string& path) {
  try {
    static_cast<void>(tokens_of_file(path));
    return std::nullopt;
  } catch (const Config::Refused& refused) {
    return robin::runtime::in_quotes(path) + ", " + refused.reason;
  } catch (const robin::runtime::Error& error) {
    return error.what();
  }
}

/// The one that has no name of its own is the administrator's.
std::vector<robin::gateway::NamedToken> tokens_of(const Config& config) {
  auto all = config.text("admin-tokens-file").empty() ? std::vector<robin::gateway::NamedToken>()
                                                      : tokens_of_file(config.text("admin-tokens-file"));
  if (!config.text("admin-token").empty()) {
    all.push_back({"the administrator", config.text("admin-token")});
  }
  return all;
}

std::optional<std::string> refuse_folder(const std::string& value) {
  std::error_code ignored;
  return std::filesystem::is_directory(value, ignored)
             ? std::nullopt
             : std::optional(robin::runtime::in_quotes(value) + " is no directory");
}

/// The ledger, once it was reached: until then, and whenever it is not, requests are answered with 503.
class Ledger {
 public:
  explicit Ledger(const Config& config) : queues_({config.text("management-url"), config.text("amqp-ca-file")}) {
    surroundings_.queues = &queues_;
    surroundings_.versions = robin::adapters::all_versions();
    for (auto& [title, url] : robin::gateway::links_from(config.text("links"))) {
      surroundings_.links.push_back({std::move(title), std::move(url)});
    }
    options_ = {.url = config.text("database-url"), .name = "robin-gateway"};
  }

  /// Throws runtime::Error while the database is out of reach.
  robin::flow::ClusterStore& open() {
    const std::scoped_lock lock(mutex_);
    if (!store_) {
      store_ = robin::adapters::open_postgres_store(options_, strategies_);
      api_ = std::make_unique<robin::api::Api>(*store_, strategies_, surroundings_);
    }
    return *store_;
  }
  robin::api::Response handle(const robin::api::Request& request) {
    {
      const std::scoped_lock lock(mutex_);
      if (!api_) {
        throw robin::runtime::Error("the gateway does not reach the database and tries again; its log says why",
                                    robin::runtime::Retry::Yes, robin::runtime::Cause::Unreachable);
      }
    }
    return api_->handle(request);
  }
  [[nodiscard]] robin::flow::QueueWatch& queues() { return queues_; }

 private:
  robin::search::Strategies strategies_ = robin::flow::fleet_strategies();
  robin::adapters::PostgresOptions options_;
  robin::adapters::ManagementWatch queues_;
  robin::api::Surroundings surroundings_;
  std::mutex mutex_;
  std::unique_ptr<robin::flow::ClusterStore> store_;
  std::unique_ptr<robin::api::Api> api_;
};

/// As it was set; or `page` beside the program, as it is built; or where an installed one lies.
std::string page_folder(const Config& config) {
  if (!config.text("page-folder").empty()) {
    return config.text("page-folder");
  }
  std::error_code error;
  const auto beside = std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / "page";
  return std::filesystem::exists(beside, error) ? beside.string()
                                                : (beside.parent_path().parent_path() / "share/robin/page").string();
}

void sample_queues(Ledger& ledger, std::chrono::hours kept) {
  std::vector<robin::flow::QueueSample> samples;
  for (const auto queue : queues) {
    const auto depth = ledger.queues().look(queue, robin::core::Deadline::in(queue_patience)).depth;
    if (depth.known) {
      samples.push_back({robin::flow::name_of(queue), depth.ready, depth.unacked});
    }
  }
  if (!samples.empty()) {
    ledger.open().fleet_ledger().sample_queues(samples, kept);
  }
}

void count_blocks(Ledger& ledger, robin::runtime::Vitals& vitals) {
  robin::flow::BlockCounts sum = ledger.open().fleet_ledger().block_counts();
  for (const auto state : robin::flow::all_block_states) {
    vitals.set(robin::flow::metrics::blocks_in_state, static_cast<double>(sum.of(state)),
               {{"state", std::string(robin::flow::text(state))}});
  }
}

void work(const Config& config, Log& log, const robin::runtime::Stops& stops, robin::runtime::Vitals& vitals) {
  robin::runtime::Vitals::Loop loop(&vitals, "gateway");
  Ledger ledger(config);
  const auto sample_period = std::chrono::seconds(config.number("sample-seconds"));
  const auto kept = std::chrono::hours(24 * static_cast<std::int64_t>(config.number("sample-days")));
  robin::gateway::FrontOptions front_options;
  front_options.tokens = tokens_of(config);
  front_options.cache = Milliseconds(config.number("cache-ms"));
  front_options.reads_per_second = static_cast<double>(config.number("reads-per-second"));
  front_options.writes_per_second = static_cast<double>(config.number("writes-per-second"));
  robin::gateway::Front front(front_options,
                              [&ledger](const robin::api::Request& request) { return ledger.handle(request); });
  const robin::gateway::HttpServer server({.address = config.text("listen-address"),
                                           .names = config.text("names"),
                                           .page_folder = page_folder(config),
                                           .connections_max = config.number("connections"),
                                           .patience = std::chrono::seconds(config.number("patience-seconds"))},
                                          [&front](const robin::gateway::Call& call) { return front.answer(call); });
  log.info("listening", {{"port", std::int64_t{server.port()}},
                         {"page", std::string(server.has_page() ? "served" : "missing")},
                         {"orders", std::string(front_options.tokens.empty() ? "refused: no token" : "with token")}});
  vitals.set_ready("work", true);
  vitals.set_ready("database", false);
  auto next_sample = std::chrono::steady_clock::now();
  while (!stops.stop.stop_requested()) {
    loop.turned();
    try {
      ledger.open();
      vitals.set_ready("database", true);
      if (std::chrono::steady_clock::now() >= next_sample) {
        next_sample = std::chrono::steady_clock::now() + sample_period;
        sample_queues(ledger, kept);
        count_blocks(ledger, vitals);
      }
    } catch (const robin::runtime::Error& error) {
      vitals.set_ready("database", false);
      vitals.count(robin::flow::metrics::database_errors);
      log.warn("the database cannot be looked at and is asked again", {{"error", std::string(error.what())}});
    }
    robin::runtime::pause(tick, stops.stop);
  }
}

}  // namespace

int main(int argc, char** argv) {
  return robin::runtime::run_service(
      {"robin-gateway",
       "Shows the cluster by HTTP and takes orders: /api/v1, and the dashboard at /",
       {robin::adapters::database_url(),
        robin::adapters::management_url("", "; without it queues are not known"),
        robin::adapters::amqp_ca_file(),
        {"admin-token", "orders need it as Authorization: Bearer TOKEN; without it there are none", "", true,
         robin::runtime::visible_text()},
        {"admin-tokens-file", "tokens of several people, a line each: NAME TOKEN; events say the name", "", false,
         refuse_tokens_file},
        {"listen-address", "HOST:PORT; port 0 takes any that is free", "127.0.0.1:8080", false, refuse_listen_address},
        {"names",
         "names under which it answers, separated by spaces, beside localhost and numbers; beyond loopback any if "
         "empty",
         "", false, refuse_names},
        {"links", "pages that belong to this cluster, shown on the dashboard: NAME=URL, separated by spaces", "", false,
         refuse_links},
        {"page-folder", "where the built dashboard lies; page beside the program if it is not set", "", false,
         refuse_folder},
        {"connections", "how many clients may be connected at once", "512", false, integer_from(1, 10'000)},
        {"patience-seconds", "how long a client may be silent in the middle of a request", "3", false,
         integer_from(1, 3600)},
        {"cache-ms", "how long an answer serves others who ask the same", "1000", false, integer_from(0, 3'600'000)},
        {"reads-per-second", "requests answered, over all clients", "500", false, integer_from(1, 1'000'000)},
        {"writes-per-second", "orders taken, over all clients", "10", false, integer_from(1, 1'000'000)},
        {"sample-seconds", "how often the depth of the queues is kept", "60", false, integer_from(1, 86'400)},
        {"sample-days", "for how long, in days", "30", false, integer_from(1, 3650)}},
       robin::adapters::all_versions(),
       robin::adapters::check_authority},
      argc, argv, work);
}
