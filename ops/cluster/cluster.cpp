#include "cluster/cluster.hpp"

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cctype>
#include <charconv>
#include <cstdlib>
#include <map>
#include <thread>
#include <utility>

#include "cluster/files.hpp"
#include "cluster/logins.hpp"
#include "cluster/orders.hpp"
#include "cluster/topology.hpp"
#include "core/deadline.hpp"
#include "runtime/error.hpp"

namespace robin::cluster {
namespace {

namespace fs = std::filesystem;
using core::Deadline;
using runtime::Error;

/// Longer than one service may take to stop, each of the six at its turn.
constexpr std::chrono::seconds stop_patience{400};
constexpr std::chrono::seconds scale_patience{90};

std::string environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody changes the environment
  return value == nullptr ? "" : value;
}

/// The variables that are set, as NAME=VALUE.
std::vector<std::string> passed_on(const std::vector<const char*>& names) {
  std::vector<std::string> all;
  for (const char* name : names) {
    if (const auto value = environment(name); !value.empty()) {
      all.push_back(std::string(name) + "=" + value);
    }
  }
  return all;
}

unsigned processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof set, &set) == 0 ? static_cast<unsigned>(CPU_COUNT(&set)) : 1;
}

std::string between(const std::string& text, const std::string& before, char after) {
  const std::size_t begin = text.find(before);
  if (begin == std::string::npos) {
    return "";
  }
  return text.substr(begin + before.size(), text.find(after, begin + before.size()) - begin - before.size());
}

/// USER:PASSWORD of an address.
std::string login_of(const std::string& url) { return between(url, "://", '@'); }

}  // namespace

ClusterSettings ClusterSettings::from_environment() {
  ClusterSettings settings;
  settings.program = fs::read_symlink("/proc/self/exe");
  const std::string bin = environment("ROBIN_BIN");
  settings.bin = bin.empty() ? settings.program.parent_path() : fs::weakly_canonical(bin);
  if (const std::string savers = environment("ROBIN_SAVERS"); !savers.empty()) {
    const auto [end, error] = std::from_chars(savers.data(), savers.data() + savers.size(), settings.savers);
    if (error != std::errc() || end != savers.data() + savers.size()) {
      throw Error("ROBIN_SAVERS '" + savers + "' is no number of processes, such as 2");
    }
  }
  settings.without = environment("ROBIN_WITHOUT");
  settings.for_producer = passed_on({"ROBIN_IN_FLIGHT", "ROBIN_POLL_MS"});
  const std::string size = environment("ROBIN_BLOCK_SIZE");
  settings.for_producer.push_back("ROBIN_BLOCK_SIZE=" + (size.empty() ? "grows" : size));
  settings.for_consumer = passed_on({"ROBIN_AWAITING"});
  settings.for_saver = passed_on({"ROBIN_BATCH"});
  return settings;
}

Cluster::Cluster(fs::path folder, ClusterSettings settings, Lifetime lifetime, ServerSet::BetweenLooks between_looks)
    : settings_(std::move(settings)),
      lifetime_(lifetime),
      between_looks_(between_looks),
      servers_(std::move(folder), lifetime, std::move(between_looks)) {}

void Cluster::start(unsigned consumers) {
  servers_.demand_free();
  try {
    start_unguarded(consumers);
  } catch (...) {
    stop();
    throw;
  }
}

void Cluster::start_unguarded(unsigned consumers) {
  servers_.launch(ServerOptions::from_environment());
  servers_.await(Server::Postgres);
  // RabbitMQ goes on starting meanwhile.
  migrate();
  make_database_users();
  configure(consumers);
  servers_.await(Server::Rabbitmq);
  launch_supervisor();
  const std::map<std::string, unsigned> counts = {{"saver", settings_.savers}, {"consumer", consumers}};
  const auto& order = services_by_stop();
  // NOLINTNEXTLINE(modernize-loop-convert): clang 14 cannot compile GCC's views
  for (auto service = order.rbegin(); service != order.rend(); ++service) {
    if (has(*service)) {
      const auto count = counts.find(*service);
      scale(*service, count == counts.end() ? 1 : count->second);
    }
  }
  if (has("gateway")) {
    settle_gateway();
  }
}

bool Cluster::has(const std::string& service) const {
  return (" " + settings_.without + " ").find(" " + service + " ") == std::string::npos;
}

void Cluster::scale(const std::string& service, unsigned count) {
  const auto remarks = give_order(servers_.folder(), "scale " + service + " " + std::to_string(count), scale_patience);
  if (!remarks) {
    throw Error("no cluster runs in " + servers_.folder().string() + " (robin-cluster start begins one)");
  }
  std::fputs(remarks->c_str(), stderr);
}

void Cluster::stop() {
  // Without a supervisor, or with one that had to be killed, there are no services: the kernel killed them when it
  // died.
  try {
    if (const auto remarks = give_order(servers_.folder(), "stop", stop_patience)) {
      std::fputs(remarks->c_str(), stderr);
    }
  } catch (const Error&) {
    servers_.stop();
    throw;
  }
  servers_.stop();
}

void Cluster::migrate() const {
  ProcessOptions options;
  options.forget_prefix = "ROBIN_";
  options.environment = {{"ROBIN_DATABASE_URL", servers_.variable("ROBIN_DATABASE_URL")}};
  const auto result = run_process({settings_.bin / "robin", "migrate"}, options);
  std::fputs((result.output + result.error).c_str(), stderr);
  if (result.status != 0) {
    throw Error((settings_.bin / "robin").string() + " migrate fails with status " + std::to_string(result.status) +
                "; what it said is above");
  }
}

void Cluster::make_database_users() const {
  const std::string port = std::to_string(servers_.port("postgres"));
  ProcessOptions options;
  options.environment = {{"PGPASSFILE", servers_.folder() / "pgpass"}};
  const Passwords passwords = Passwords::fresh();
  const Places places = {{"database-url", {"postgresql://", "@127.0.0.1:" + port + "/postgres"}}};
  for (const auto& [role, user] : topology().roles) {
    if (!user.empty()) {
      options.input.append("CREATE USER ").append(user).append(" PASSWORD '").append(passwords.postgres.at(user));
      options.input.append("' IN ROLE ").append(role).append(";\n");
      write_env(user + ".database", {address(places, passwords, "database-url", user)});
    }
  }
  // By a file and by stdin: a process list shows arguments.
  const auto result = run_process(
      {"psql", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", port, "-U", "robin", "-d", "postgres"}, options);
  if (result.status != 0) {
    throw Error("psql cannot make the services' users: " + result.error);
  }
}

std::string Cluster::address_of(const std::string& setting, const std::string& user) const {
  if (setting == "database-url") {
    return line_of(servers_.folder() / (user + ".database.env"));
  }
  const std::string broker = servers_.variable(variable_of("rabbitmq-" + user + "-url"));
  return setting == "amqp-url"
             ? broker
             : "http://" + login_of(broker) + "@127.0.0.1:" + std::to_string(servers_.port("management"));
}

void Cluster::write_env(const std::string& name, const std::vector<std::string>& lines) const {
  std::string text;
  for (const auto& line : lines) {
    text += line + "\n";
  }
  write_file(servers_.folder() / (name + ".env"), text, Readers::Owner);
}

void Cluster::configure(unsigned consumers) const {
  const unsigned threads = consumers == 0 ? 1 : (processors() + consumers - 1) / consumers;
  const std::string health = "127.0.0.1:" + std::to_string(PortReservation().port());
  const std::string management = "127.0.0.1:" + std::to_string(servers_.port("management"));
  std::map<std::string, std::vector<std::string>> own = {
      {"producer", settings_.for_producer},
      {"consumer", settings_.for_consumer},
      {"saver", settings_.for_saver},
      {"gateway",
       {"ROBIN_LISTEN_ADDRESS=127.0.0.1:0", "ROBIN_SAMPLE_SECONDS=10", "ROBIN_HEALTH_ADDRESS=" + health,
        "ROBIN_LINKS=RabbitMQ=http://" + management + "/#/queues metrics=http://" + health + "/metrics"}}};
  own["consumer"].push_back("ROBIN_THREADS=" + std::to_string(threads));
  for (const Client& client : topology().clients()) {
    auto& lines = own[client.name];
    for (const auto& [setting, user] : client.addresses) {
      lines.push_back(variable_of(setting) + "=" + address_of(setting, user));
    }
    for (const auto& token : client.tokens) {
      const fs::path file = servers_.folder() / token;
      write_file(file, random_text(24), Readers::Owner);
      lines.push_back(variable_of(token) + "_FILE=" + file.string());
    }
    write_env(client.name, lines);
  }
}

void Cluster::launch_supervisor() const {
  ProcessOptions options;
  options.working_directory = "/";
  options.streams = Streams::Logged;
  options.log_path = servers_.folder() / "supervisor.log";
  options.group = Group::Session;
  // It stops the services in order, then.
  options.signal_when_we_die = lifetime_ == Lifetime::Ours ? SIGTERM : 0;
  const pid_t id = launch({settings_.program, "supervise", servers_.folder(), settings_.bin}, options);
  write_file(servers_.folder() / "supervisor.pid", std::to_string(id) + "\n");
  const auto deadline = Deadline::in(std::chrono::seconds(20));
  while (!fs::exists(servers_.folder() / "supervisor.socket")) {
    if (deadline.has_passed() || waitpid(id, nullptr, WNOHANG) != 0) {
      throw Error("the supervisor does not start: " + text_of(options.log_path));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));  // between two looks at a condition
  }
}

/// The gateway took any free port; when it is started again, it takes the same.
void Cluster::settle_gateway() const {
  const fs::path log = servers_.folder() / "log/gateway-1.log";
  const auto deadline = Deadline::in(std::chrono::seconds(20));
  std::string port;
  while (port.empty()) {
    const std::string text = text_of(log);
    if (const std::size_t at = text.rfind(R"("msg":"listening","port":)"); at != std::string::npos) {
      for (std::size_t i = text.find_last_of(':', text.find_first_of(",}", text.find("port", at))) + 1;
           i < text.size() && std::isdigit(static_cast<unsigned char>(text[i])) != 0; ++i) {
        port += text[i];
      }
    }
    if (port.empty()) {
      if (deadline.has_passed()) {
        throw Error("the gateway does not listen (log " + log.string() + ")");
      }
      if (between_looks_) {
        between_looks_();
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));  // between two looks at a condition
    }
  }
  write_file(servers_.folder() / "gateway.url", "http://127.0.0.1:" + port + "\n");
  std::string env = text_of(servers_.folder() / "gateway.env");
  const std::string any = "ROBIN_LISTEN_ADDRESS=127.0.0.1:0";
  if (const std::size_t at = env.find(any); at != std::string::npos) {
    env.replace(at, any.size(), "ROBIN_LISTEN_ADDRESS=127.0.0.1:" + port);
  }
  write_file(servers_.folder() / "gateway.env", env, Readers::Owner);
}

std::string Cluster::explanation(unsigned consumers) const {
  const std::string folder = servers_.folder();
  const std::string gateway = line_of(servers_.folder() / "gateway.url");
  const std::string login = login_of(servers_.variable("ROBIN_RABBITMQ_MANAGEMENT_URL"));
  return "== cluster in " + folder + ": 1 producer, " + std::to_string(consumers) + " consumers, " +
         std::to_string(settings_.savers) + " saver" + (settings_.savers == 1 ? "" : "s") + "\n   gateway     " +
         (gateway.empty() ? "none" : gateway) + "   the dashboard; API under /api/v1; orders need the token in " +
         folder + "/admin-token\n   RabbitMQ    http://127.0.0.1:" + std::to_string(servers_.port("management")) +
         "/#/queues   login operator, password " + login.substr(login.find(':') + 1) +
         "\n               robin.blocks   ready: blocks that wait (up to 64 short ones are one message); unacked: "
         "blocks that "
         "consumers compute, or whose result waits to be saved"
         "\n               robin.results  near 0 as long as the saver keeps up"
         "\n               robin.dead     messages that nobody could use; 0 is right"
         "\n   logs        " +
         folder + "/log\n";
}

std::string Cluster::explanation_of_keeping() const {
  const std::string folder = servers_.folder();
  const std::string program = settings_.program;
  return "== everything is left running\n   watch       (set -a; . " + folder + "/operator.env; " +
         (settings_.bin / "robin").string() + " status)\n   scale       " + program + " scale " + folder +
         " 4\n   stop        " + program + " stop " + folder + "\n";
}

}  // namespace robin::cluster
