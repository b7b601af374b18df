#pragma once

// RabbitmqServer: a virtual host of the private RabbitMQ that ./ops/test started, made for one test with all that
// ops/topology.json says of `robin`, and deleted with this object: so tests do not see each other and run
// side by side. Used by one thread.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "adapters/rabbitmq/connection.hpp"
#include "flow/ports/broker.hpp"

namespace robin::testing_support {

/// Which virtual host: one of the test's own, or `robin`, as the server made it at its start, for tests that have the
/// server to themselves and restart it.
enum class VirtualHost { OfThisTest, OfTheServer };

/// What releases of RabbitMQ do differently.
struct RabbitmqRelease {
  /// Whether a message that is handed back (basic.nack) comes closer to its delivery limit: before 4.3.
  bool counts_hand_backs;
  /// Whether a consumer that holds a message for too long is cancelled (basic.cancel), soon after: since 4.3. Before,
  /// its channel is closed, and the server looks once a minute.
  bool cancels_slow_consumers;
};

/// Of robin.blocks and robin.results, in place of those of ops/topology.json. Queues have them from their beginning:
/// what is changed later a quorum queue learns when it comes to it.
struct RabbitmqLimits {
  std::optional<std::uint32_t> delivery = {};
  std::optional<std::uint64_t> queue_length = {};
  /// Limits for these queues alone, which not every release can set (RabbitmqRelease).
  std::optional<std::chrono::milliseconds> consumer_timeout = {};
};

class RabbitmqServer {
 public:
  /// Reads the addresses from the environment; throws if there are none.
  explicit RabbitmqServer(VirtualHost which = VirtualHost::OfThisTest, const RabbitmqLimits& limits = {});
  ~RabbitmqServer();
  RabbitmqServer(const RabbitmqServer&) = delete;
  RabbitmqServer& operator=(const RabbitmqServer&) = delete;

  /// The release, by the version that the server tells.
  [[nodiscard]] static RabbitmqRelease release();

  /// Options to connect as a user of the topology.
  [[nodiscard]] adapters::RabbitmqOptions options(const std::string& user) const;

  /// The management API by the login of that user, asked about this virtual host.
  [[nodiscard]] std::string management_url_of(const std::string& user) const;
  /// The same without the virtual host, for requests of the test's own.
  [[nodiscard]] std::string management_server_of(const std::string& user) const;
  [[nodiscard]] const std::string& virtual_host() const { return virtual_host_; }

  /// A request to the management API by the operator; {v} in `path` stands for the virtual host. Asked again while
  /// the server is too busy, so it may be carried out twice; throws unless it succeeds.
  void request(const std::string& method, const std::string& path, const std::string& body) const;
  /// Makes robin.results and its binding again, after a test took them away.
  void restore_results() const;

 private:
  void make_virtual_host(const RabbitmqLimits& limits) const;
  /// Why the server gave up for now; empty if it did not.
  [[nodiscard]] std::string ask(const std::string& method, const std::string& path, const std::string& body) const;

  std::string management_server_;
  std::string virtual_host_ = "robin";
};

/// The broker that the operator sees on a virtual host of its own, with these limits.
[[nodiscard]] std::unique_ptr<flow::Broker> open_empty_rabbitmq(std::uint32_t delivery_limit,
                                                                std::uint64_t queue_length_max);

}  // namespace robin::testing_support
