#include "cluster/server_set.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <map>
#include <thread>
#include <utility>

#include "cluster/certificates.hpp"
#include "cluster/files.hpp"
#include "cluster/logins.hpp"
#include "cluster/topology.hpp"
#include "core/deadline.hpp"
#include "runtime/error.hpp"

namespace robin::cluster {
namespace {

namespace fs = std::filesystem;
using core::Deadline;
using runtime::Error;

/// Of a machine that is busy with more than this; one that has died is noticed at once.
constexpr std::chrono::seconds start_patience{150};
constexpr std::chrono::seconds end_patience{30};
/// A server that is just starting may lose a signal.
constexpr std::chrono::seconds between_signals{3};

constexpr const char* rabbitmq_programs = "/usr/lib/rabbitmq/bin";

/// The newest there is. Throws Error if there is none.
fs::path postgres_programs() {
  fs::path newest;
  int newest_version = 0;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    const std::string name = entry.path().filename();
    int version = 0;
    std::from_chars(name.data(), name.data() + name.size(), version);
    if (version > newest_version && fs::exists(entry.path() / "bin/postgres")) {
      newest_version = version;
      newest = entry.path() / "bin";
    }
  }
  if (newest.empty()) {
    throw Error("there is no PostgreSQL below /usr/lib/postgresql (apt-get install postgresql)");
  }
  return newest;
}

struct TlsPorts {
  std::uint16_t amqps;
  std::uint16_t https;
};

/// What RabbitMQ reads. What its releases want differently is decided here and in rabbitmq_environment().
std::string rabbitmq_configuration(const ServerSet& set, TlsPorts tls, const ServerOptions& options) {
  const std::string home = set.folder() / "rabbitmq";
  const std::string listen = " = 127.0.0.1:";
  const auto certificate = [&home](const std::string& listener) {
    return "\n" + listener + ".cacertfile = " + home + "/ca.pem" +    //
           "\n" + listener + ".certfile = " + home + "/server.pem" +  //
           "\n" + listener + ".keyfile = " + home + "/server.key";
  };
  return "listeners.tcp.1" + listen + std::to_string(set.port("rabbitmq")) +    //
         "\nlisteners.ssl.1" + listen + std::to_string(tls.amqps) +             //
         certificate("ssl_options") +                                           //
         "\nmanagement.ssl.ip = 127.0.0.1" +                                    //
         "\nmanagement.ssl.port = " + std::to_string(tls.https) +               //
         certificate("management.ssl") +                                        //
         "\nmanagement.tcp.ip = 127.0.0.1" +                                    //
         "\nmanagement.tcp.port = " + std::to_string(set.port("management")) +  //
         "\nload_definitions = " + home + "/definitions.json" +                 //
         "\nconsumer_timeout = " + options.rabbitmq_consumer_timeout +          //
         // Queues' counts half a second old, where five is usual.
         "\ncollect_statistics_interval = 500" +                       //
         "\nmanagement.sample_retention_policies.global.minute = 1" +  //
         "\nmanagement.sample_retention_policies.basic.minute = 1" +   //
         "\nmanagement.sample_retention_policies.detailed.10 = 1" +    //
         "\nraft.wal_max_size_bytes = " + options.rabbitmq_wal_bytes + "\n";
}

std::map<std::string, std::string> rabbitmqctl_environment(const ServerSet& set) {
  return {{"HOME", set.folder() / "rabbitmq"},
          {"ERL_EPMD_ADDRESS", "127.0.0.1"},
          {"ERL_EPMD_PORT", std::to_string(set.port("epmd"))},
          {"RABBITMQ_NODENAME", "robin" + std::to_string(set.port("rabbitmq")) + "@localhost"}};
}

std::map<std::string, std::string> rabbitmq_environment(const ServerSet& set) {
  const fs::path home = set.folder() / "rabbitmq";
  auto environment = rabbitmqctl_environment(set);
  environment.insert({{"RABBITMQ_DIST_PORT", std::to_string(set.port("distribution"))},
                      {"RABBITMQ_MNESIA_BASE", home / "mnesia"},
                      {"RABBITMQ_LOG_BASE", home / "log"},
                      {"RABBITMQ_CONFIG_FILE", home / "rabbitmq.conf"},
                      {"RABBITMQ_ENABLED_PLUGINS_FILE", home / "enabled_plugins"},
                      {"RABBITMQ_PID_FILE", home / "pid"},
                      {"RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                       "+sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}"
                       " -rabbit quorum_tick_interval 500"}});
  return environment;
}

std::string postgres_configuration(const ServerSet& set, const ServerOptions& options) {
  const std::string home = set.folder() / "postgres";
  return "listen_addresses = '127.0.0.1'\nport = " + std::to_string(set.port("postgres")) +
         "\nunix_socket_directories = ''\nmax_connections = 200\nssl = on\nssl_cert_file = '" + home +
         "/server.pem'\nssl_key_file = '" + home + "/server.key'\n" +
         (options.durability == Durability::Kernel ? "fsync = off\n" : "");
}

/// The user of a server's package where we are root: neither server works as root.
std::string user_for(const std::string& user) { return getuid() == 0 ? user : ""; }

void give_to(const std::string& user, const fs::path& home) {
  if (getuid() == 0) {
    ProcessOptions options;
    const auto result = run_process({"chown", "-R", user + ":", home}, options);
    if (result.status != 0) {
      throw Error("cannot give " + home.string() + " to " + user + ": " + result.error);
    }
  }
  fs::permissions(home, fs::perms::owner_all);
}

}  // namespace

ServerOptions ServerOptions::from_environment() {
  ServerOptions options;
  // NOLINTBEGIN(concurrency-mt-unsafe): nobody changes the environment meanwhile
  if (const char* timeout = std::getenv("ROBIN_RABBITMQ_CONSUMER_TIMEOUT"); timeout != nullptr && *timeout != 0) {
    options.rabbitmq_consumer_timeout = timeout;
  }
  if (const char* bytes = std::getenv("ROBIN_RABBITMQ_WAL_BYTES"); bytes != nullptr && *bytes != 0) {
    options.rabbitmq_wal_bytes = bytes;
  }
  // NOLINTEND(concurrency-mt-unsafe)
  return options;
}

ServerSet::ServerSet(fs::path folder, Lifetime lifetime, BetweenLooks between_looks)
    : folder_(std::move(folder)), lifetime_(lifetime), between_looks_(std::move(between_looks)) {}

ServerSet::~ServerSet() = default;

void ServerSet::demand_free() const {
  if (fs::exists(folder_ / "env")) {
    throw Error(folder_.string() + " is in use: name another folder, or stop what was started there");
  }
}

void ServerSet::launch(const ServerOptions& options) {
  demand_free();
  fs::create_directories(folder_);
  // The servers run as users of their own and must get through to their folders.
  fs::permissions(folder_, fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);
  write_file(folder_ / "env", "", Readers::Owner);
  const fs::path tls = folder_ / "tls";
  make_certificates(tls);
  append_to(folder_ / "env", "ROBIN_RABBITMQ_CA_FILE=" + (tls / "ca.pem").string() + "\n");
  for (const char* name : {"postgres", "rabbitmq", "management", "distribution", "epmd"}) {
    write_file(folder_ / (std::string(name) + ".port"), std::to_string(reserve()) + "\n");
  }
  make_postgres();
  make_rabbitmq(options);
  launch_epmd();
  launch_rabbitmq();
  await_initdb();
  configure_postgres(options);
  launch_postgres();
}

void ServerSet::await(Server server) {
  if (server == Server::Rabbitmq) {
    await_port("rabbitmq", "rabbitmq", "RabbitMQ");
    await_port("management", "rabbitmq", "RabbitMQ's management API");
    return;
  }
  await_port("postgres", "postgres", "PostgreSQL");
  // The port answers while it still recovers from a crash.
  await_condition("postgres", "PostgreSQL does not become ready", [this] {
    return run_process(
               {postgres_programs() / "pg_isready", "-q", "-h", "127.0.0.1", "-p", std::to_string(port("postgres"))})
               .status == 0;
  });
}

void ServerSet::start(const ServerOptions& options) {
  demand_free();
  try {
    launch(options);
    await(Server::Postgres);
    await(Server::Rabbitmq);
  } catch (...) {
    stop();
    throw;
  }
}

void ServerSet::restart(Server server, int signal) {
  if (server == Server::Rabbitmq) {
    end_rabbitmq(signal == 0 ? SIGTERM : signal);
    launch_rabbitmq();
  } else {
    end_postgres(signal == 0 ? SIGINT : signal);
    launch_postgres();
  }
  await(server);
}

void ServerSet::expire() {
  sign_certificate(folder_ / "tls", "server", 0);
  const std::string certificate = text_of(folder_ / "tls/server.pem");
  for (const char* server : {"postgres", "rabbitmq"}) {
    // Into the file that is there, so that its owner stays.
    const auto file = folder_ / server / "server.pem";
    fs::resize_file(file, 0);
    append_to(file, certificate);
  }
  end_postgres(SIGINT);
  launch_postgres();
  end_rabbitmq(SIGTERM);
  launch_rabbitmq();
  await(Server::Postgres);
  await(Server::Rabbitmq);
}

ProcessResult ServerSet::rabbitmqctl(const std::vector<std::string>& arguments) const {
  ProcessOptions options;
  options.working_directory = "/";
  options.user = user_for("rabbitmq");
  options.environment = rabbitmqctl_environment(*this);
  options.patience = std::chrono::seconds(150);
  std::vector<std::string> command = {std::string(rabbitmq_programs) + "/rabbitmqctl", "-n",
                                      options.environment.at("RABBITMQ_NODENAME")};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run_process(command, options);
}

void ServerSet::stop() {
  if (!fs::exists(folder_)) {
    return;
  }
  if (!fs::exists(folder_ / "env")) {
    throw Error("no servers were started in " + folder_.string() + " (is it the right folder?)");
  }
  // What was asked to end must be waited for, whoever is impatient.
  between_looks_ = {};
  initdb_.reset();
  end_postgres(SIGQUIT);
  end_rabbitmq(SIGKILL);
  if (const auto leader = leader_of("epmd")) {
    end_family(*leader, *leader, SIGTERM);
  }
  reservations_.clear();
  fs::remove_all(folder_);
}

std::string ServerSet::variable(const std::string& name) const {
  const auto value = variable_in(folder_ / "env", name);
  if (!value) {
    throw Error("no " + name + " in " + (folder_ / "env").string());
  }
  return *value;
}

std::uint16_t ServerSet::port(const std::string& name) const {
  const std::string text = line_of(folder_ / (name + ".port"));
  std::uint16_t port = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), port).ec != std::errc()) {
    throw Error("no servers were started in " + folder_.string() + " (is it the right folder?)");
  }
  return port;
}

std::uint16_t ServerSet::reserve() { return reservations_.emplace_back(std::make_unique<PortReservation>())->port(); }

void ServerSet::give_certificate(const fs::path& home) const {
  for (const char* file : {"server.pem", "server.key", "ca.pem"}) {
    fs::copy_file(folder_ / "tls" / file, home / file);
  }
  fs::permissions(home / "server.key", fs::perms::owner_read | fs::perms::owner_write);
}

// PostgreSQL.

/// Whose initdb goes on when it returns.
void ServerSet::make_postgres() {
  const fs::path home = folder_ / "postgres";
  fs::create_directories(home);
  const std::string password = random_text(16);
  const std::string port = std::to_string(this->port("postgres"));
  write_file(home / "password", password + "\n", Readers::Owner);
  write_file(folder_ / "pgpass", "127.0.0.1:" + port + ":*:robin:" + password + "\n", Readers::Owner);
  append_to(folder_ / "env",
            "ROBIN_DATABASE_URL=postgresql://robin:" + password + "@127.0.0.1:" + port + "/postgres\n");
  give_certificate(home);
  give_to("postgres", home);
  ProcessOptions options = options_as("postgres");
  options.environment = {{"LC_ALL", "C.UTF-8"}};
  options.log_path = folder_ / "postgres.log";
  options.group = Group::Own;
  options.signal_when_we_die = SIGKILL;
  initdb_ = std::make_unique<Process>(
      std::vector<std::string>{postgres_programs() / "initdb", "-D", home / "data", "-U", "robin", "-A",
                               "scram-sha-256", "--pwfile=" + (home / "password").string(), "-E", "UTF8", "--no-sync"},
      options);
}

void ServerSet::await_initdb() {
  const auto deadline = Deadline::in(start_patience);
  std::optional<int> status;
  while (!(status = initdb_->status_if_ended()) && !deadline.has_passed()) {
    look_again();
  }
  initdb_.reset();
  if (status != 0) {
    throw Error("initdb fails; its log ends with:\n" + end_of(folder_ / "postgres.log", 20));
  }
}

void ServerSet::configure_postgres(const ServerOptions& options) const {
  append_to(folder_ / "postgres/data/postgresql.conf", postgres_configuration(*this, options));
}

void ServerSet::launch_postgres() const {
  ProcessOptions options = options_as("postgres");
  options.environment = {{"LC_ALL", "C.UTF-8"}};
  // Its immediate shutdown.
  options.signal_when_we_die = lifetime_ == Lifetime::Ours ? SIGQUIT : 0;
  launch_server("postgres", {postgres_programs() / "postgres", "-D", folder_ / "postgres/data"}, options);
}

void ServerSet::end_postgres(int signal) const {
  const auto leader = leader_of("postgres");
  if (!leader) {
    return;
  }
  if (signal == SIGKILL) {
    // As when the power is cut: all of its processes at once. Whoever stands still starts no more of them.
    send_signal(*leader, SIGSTOP);
  }
  end_family(*leader, *leader, signal);
  fs::remove(folder_ / "postgres/data/postmaster.pid");
}

// RabbitMQ.

void ServerSet::make_rabbitmq(const ServerOptions& options) {
  const fs::path home = folder_ / "rabbitmq";
  for (const char* part : {"mnesia", "log"}) {
    fs::create_directories(home / part);
  }
  give_certificate(home);
  const std::string address = "127.0.0.1:" + std::to_string(port("rabbitmq"));
  const std::string management = "127.0.0.1:" + std::to_string(port("management"));
  const TlsPorts tls{.amqps = reserve(), .https = reserve()};
  std::string env = "ROBIN_RABBITMQ_TLS_PORT=" + std::to_string(tls.amqps) +
                    "\nROBIN_RABBITMQ_MANAGEMENT_TLS_PORT=" + std::to_string(tls.https) + "\n";
  const Passwords passwords = Passwords::fresh();
  for (const auto& [name, password] : passwords.rabbitmq) {
    const auto add = [&, &name = name, &password = password](const std::string& variable, const char* scheme,
                                                             const std::string& place) {
      env.append(variable).append(scheme).append(name).append(":").append(password).append("@").append(place).append(
          "\n");
    };
    add(variable_of("rabbitmq-" + name + "-url"), "=amqp://", address + "/robin");
    if (name == "operator") {
      add("ROBIN_RABBITMQ_MANAGEMENT_URL", "=http://", management);
    }
  }
  append_to(folder_ / "env", env);
  write_file(home / "definitions.json", rabbitmq_definitions(passwords), Readers::Owner);
  write_file(home / "rabbitmq.conf", rabbitmq_configuration(*this, tls, options));
  write_file(home / "enabled_plugins", "[rabbitmq_management].\n");
  give_to("rabbitmq", home);
}

void ServerSet::launch_epmd() const {
  // Our own port mapper on loopback, so that none is left behind that listens everywhere.
  ProcessOptions options = options_as("rabbitmq");
  options.signal_when_we_die = lifetime_ == Lifetime::Ours ? SIGTERM : 0;
  launch_server("epmd", {"epmd", "-address", "127.0.0.1", "-port", std::to_string(port("epmd"))}, options);
  await_port("epmd", "epmd", "epmd");
}

void ServerSet::launch_rabbitmq() const {
  ProcessOptions options = options_as("rabbitmq");
  options.environment = rabbitmq_environment(*this);
  options.signal_when_we_die = lifetime_ == Lifetime::Ours ? SIGTERM : 0;
  launch_server("rabbitmq", {std::string(rabbitmq_programs) + "/rabbitmq-server"}, options);
}

void ServerSet::end_rabbitmq(int signal) const {
  const auto leader = leader_of("rabbitmq");
  if (!leader) {
    return;
  }
  // The server itself rather than the script that started it, once its own file says who that is.
  ProcessIdentity told = *leader;
  const std::string said = line_of(folder_ / "rabbitmq/pid");
  pid_t server = 0;  // nobody's, as long as it says nothing
  std::from_chars(said.data(), said.data() + said.size(), server);
  for (const auto& identity : family(process_table(), {*leader})) {
    if (identity.id == server) {
      told = identity;
    }
  }
  end_family(*leader, told, signal);
  fs::remove(folder_ / "rabbitmq/pid");
}

// Processes.

ProcessOptions ServerSet::options_as(const std::string& user) const {
  ProcessOptions options;
  options.working_directory = "/";
  options.user = user_for(user);
  options.streams = Streams::Logged;
  options.group = Group::Session;
  options.signal_when_we_die = 0;
  return options;
}

void ServerSet::launch_server(const std::string& name, const std::vector<std::string>& command,
                              ProcessOptions options) const {
  options.log_path = folder_ / (name + ".log");
  const pid_t id = cluster::launch(command, options);
  // It is ours to reap, so its id is its own still.
  const auto entry = process_entry(id);
  write_file(folder_ / (name + ".pid"), to_text(entry ? entry->identity : ProcessIdentity{id, 0}) + "\n");
}

std::optional<ProcessIdentity> ServerSet::leader_of(const std::string& name) const {
  return identity_from(line_of(folder_ / (name + ".pid")));
}

void ServerSet::end_family(const ProcessIdentity& leader, const ProcessIdentity& told, int signal) {
  std::set<ProcessIdentity> known = {leader};
  const auto deadline = Deadline::in(end_patience);
  auto again = Deadline::in({});
  while (true) {
    const auto alive = family(process_table(), known);
    // Whoever was seen once is known from then on, whatever becomes of its parent.
    known.insert(alive.begin(), alive.end());
    if (const auto entry = process_entry(leader.id); entry && entry->identity == leader && entry->has_ended) {
      waitpid(leader.id, nullptr, WNOHANG);  // where it is a child of this very process
    }
    if (alive.empty()) {
      return;
    }
    if (signal == SIGKILL || deadline.has_passed() || !alive.contains(told)) {
      // Those that the one we told leaves behind serve nobody any more.
      for (const auto& identity : alive) {
        send_signal(identity, SIGKILL);
      }
    } else if (again.has_passed()) {
      send_signal(told, signal);
      again = Deadline::in(between_signals);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));  // between two looks at a condition
  }
}

void ServerSet::await_port(const std::string& port_name, const std::string& server, const std::string& title) const {
  const std::uint16_t number = port(port_name);
  await_condition(server, title + " does not answer on port " + std::to_string(number),
                  [number] { return answers(number); });
}

void ServerSet::await_condition(const std::string& server, const std::string& what,
                                const std::function<bool()>& condition) const {
  const auto leader = leader_of(server);
  const auto deadline = Deadline::in(start_patience);
  while (!condition()) {
    const auto entry = leader ? process_entry(leader->id) : std::nullopt;
    const bool lives = entry && entry->identity == *leader && !entry->has_ended;
    if (!lives || deadline.has_passed()) {
      throw Error(what + "; its log ends with:\n" + end_of(folder_ / (server + ".log"), 20));
    }
    look_again();
  }
}

void ServerSet::look_again() const {
  if (between_looks_) {
    between_looks_();
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(20));  // between two looks at a condition
}

}  // namespace robin::cluster
