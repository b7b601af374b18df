#pragma once

// ServerSet: a private RabbitMQ and PostgreSQL on free ports of loopback, with certificates and users, all of it in one
// folder. The folder is the state: servers that one ServerSet started can be restarted and stopped by another one, also
// in another process. It signals only what was started there. FOLDER/env names the addresses, to be read by a shell.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cluster/ports.hpp"
#include "cluster/process.hpp"
#include "cluster/process_table.hpp"

namespace robin::cluster {

enum class Server { Rabbitmq, Postgres };

/// Whether the servers go on when the thread that started them dies.
enum class Lifetime { OfItsOwn, Ours };

/// Whether PostgreSQL waits until the disk has what it commits (Disk) or hands it to the kernel (Kernel). With Kernel
/// nothing is lost when processes are killed; a machine that loses its power would lose the last commits.
enum class Durability { Disk, Kernel };

struct ServerOptions {
  Durability durability = Durability::Disk;
  /// How long a consumer may keep a message unacked, in milliseconds.
  std::string rabbitmq_consumer_timeout = "1800000";
  std::string rabbitmq_wal_bytes = "67108864";

  /// The options with ROBIN_RABBITMQ_CONSUMER_TIMEOUT and ROBIN_RABBITMQ_WAL_BYTES, if they are set.
  [[nodiscard]] static ServerOptions from_environment();
};

class ServerSet {
 public:
  /// Called between two looks at a condition; what it throws ends the wait.
  using BetweenLooks = std::function<void()>;

  explicit ServerSet(std::filesystem::path folder, Lifetime lifetime = Lifetime::OfItsOwn,
                     BetweenLooks between_looks = {});
  ~ServerSet();
  ServerSet(const ServerSet&) = delete;
  ServerSet& operator=(const ServerSet&) = delete;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  /// Throws Error if servers were started there already.
  void demand_free() const;
  /// Makes both servers and launches them, side by side. Throws Error if that fails, or if the folder is in use. After
  /// a failure the caller stops what was started, except in a folder that was in use.
  void launch(const ServerOptions& options);
  /// Returns once that server accepts connections. Throws Error after a minute, or if the server has ended.
  void await(Server server);
  /// launch() and await() for both; stop() if one of them fails.
  void start(const ServerOptions& options);

  /// Ends a server with a signal and starts it again. With 0: SIGTERM for RabbitMQ, SIGINT (its fast shutdown) for
  /// PostgreSQL. SIGQUIT is PostgreSQL's immediate shutdown, SIGKILL a power cut of either.
  void restart(Server server, int signal = 0);
  /// Gives both servers a certificate that has expired, and starts them again.
  void expire();
  [[nodiscard]] ProcessResult rabbitmqctl(const std::vector<std::string>& arguments) const;
  /// Ends at once what was started there and removes the folder. Throws Error if it is no folder of servers.
  void stop();

  /// The value of a variable in FOLDER/env. Throws Error if it is not there.
  [[nodiscard]] std::string variable(const std::string& name) const;
  /// The port in FOLDER/NAME.port. Throws Error if it is not there.
  [[nodiscard]] std::uint16_t port(const std::string& name) const;

 private:
  [[nodiscard]] ProcessOptions options_as(const std::string& user) const;
  void give_certificate(const std::filesystem::path& home) const;
  std::uint16_t reserve();

  void make_postgres();
  void configure_postgres(const ServerOptions& options) const;
  void launch_postgres() const;
  void end_postgres(int signal) const;
  void await_initdb();

  void make_rabbitmq(const ServerOptions& options);
  void launch_epmd() const;
  void launch_rabbitmq() const;
  void end_rabbitmq(int signal) const;

  void launch_server(const std::string& name, const std::vector<std::string>& command, ProcessOptions options) const;
  [[nodiscard]] std::optional<ProcessIdentity> leader_of(const std::string& name) const;
  /// Signals `told`, a process of the leader's family, and waits until the whole family has ended; what does not end in
  /// time is killed.
  static void end_family(const ProcessIdentity& leader, const ProcessIdentity& told, int signal);
  void await_port(const std::string& port_name, const std::string& server, const std::string& title) const;
  void await_condition(const std::string& server, const std::string& what,
                       const std::function<bool()>& condition) const;
  void look_again() const;

  std::filesystem::path folder_;
  Lifetime lifetime_;
  BetweenLooks between_looks_;
  /// The ports, reserved for as long as this value lives, so that a server that is restarted finds its port free.
  std::vector<std::unique_ptr<PortReservation>> reservations_;
  std::unique_ptr<Process> initdb_;
};

}  // namespace robin::cluster
