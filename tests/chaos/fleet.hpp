#pragma once

// Fleet: the services of a cluster as processes, each with the user and role of its name, all connections by way of two
// proxies, one to the broker and one to the database. A service that was ended is started again at once, as an
// orchestrator would, by the Supervisor that serves private clusters, too; one that ended by itself, or not as it
// should have, is a finding. A thread of its own looks after them; functions may be called from any.

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cluster/supervisor.hpp"
#include "support/postgres_server.hpp"
#include "support/rabbitmq_server.hpp"
#include "support/tcp_proxy.hpp"

namespace robin::chaos {

/// How long services wait for what does not come: as they are shipped, or so briefly that a fault is soon over.
enum class Patience { Short, AsShipped };

struct FleetOptions {
  std::uint64_t block_size = 1'000'000;
  unsigned in_flight = 32;
  /// Results of each consumer that may wait to be saved.
  unsigned awaiting = 2;
  Patience patience = Patience::Short;
  unsigned producers = 2;
  unsigned consumers = 3;
  unsigned savers = 2;
  /// Of consumers, after SIGTERM.
  unsigned grace_seconds = 20;
  /// The folder of the services.
  std::string bin = ROBIN_BIN;
  /// Where the logs of services that ended badly are kept; empty for nowhere.
  std::string log_folder;
};

class Fleet {
 public:
  Fleet(testing_support::PostgresDatabase& database, const testing_support::RabbitmqServer& rabbitmq,
        const FleetOptions& options);
  /// Kills what still runs.
  ~Fleet();
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;

  /// Sends the signal to the process of that number modulo how many there are (only consumers, if asked); returns its
  /// name. It is started again once it has ended.
  std::string signal(std::uint64_t number, int signal, bool consumers_only = false);
  /// Kills so many of a service, all there are at most. They are started again.
  void kill(const std::string& service, std::size_t count);
  /// Stops it for so long, then wakes it.
  std::string freeze(std::uint64_t number, std::chrono::milliseconds span);
  /// A consumer more, or one fewer (by SIGTERM).
  void scale_consumers(unsigned count);

  [[nodiscard]] testing_support::TcpProxy& to_broker() { return to_broker_; }
  [[nodiscard]] testing_support::TcpProxy& to_database() { return to_database_; }

  /// Tells all to stop, producers first and savers last, and waits: each must end with status 0.
  void stop();

  /// What should not have happened, so far.
  [[nodiscard]] std::vector<std::string> findings() const;
  [[nodiscard]] std::uint64_t restarts() const;

 private:
  using Clock = cluster::Supervisor::Clock;
  using Member = cluster::Supervisor::Member;

  void add(const std::string& service, unsigned number);
  [[nodiscard]] std::vector<std::string> command_of(const std::string& service) const;
  [[nodiscard]] cluster::Supervisor::Listener listener();
  void note_end(const cluster::Supervisor::Ending& ending);
  void look_after(const std::stop_token& stop);
  void wake_who_is_due();

  FleetOptions options_;
  testing_support::TcpProxy to_broker_;
  testing_support::TcpProxy to_database_;
  std::map<std::string, std::map<std::string, std::string>> environments_;
  mutable std::mutex mutex_;
  cluster::Supervisor supervisor_;
  /// When the processes that stand still go on.
  std::map<std::string, Clock::time_point> wakes_;
  unsigned last_consumer_ = 0;
  std::uint64_t restarts_ = 0;
  std::vector<std::string> findings_;
  std::jthread thread_;
};

}  // namespace robin::chaos
