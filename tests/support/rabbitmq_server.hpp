#pragma once

// The private RabbitMQ that ./ops/test started (ops/servers), emptied and set up for one test by its management API.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "adapters/rabbitmq_connection.hpp"

namespace robin::testing_support {

/// What releases of RabbitMQ do differently.
struct RabbitmqRelease {
  /// Whether a message that is handed back (basic.nack) comes closer to its delivery limit: before 4.3.
  bool counts_hand_backs;
  /// Whether a consumer that holds a message for too long is cancelled (basic.cancel), soon after: since 4.3. Before,
  /// its channel is closed, and the server looks once a minute.
  bool cancels_slow_consumers;
};

class RabbitmqServer {
 public:
  /// Reads the addresses from the environment; throws if there are none.
  RabbitmqServer();

  /// Empties every queue, restores bindings, and sets the limits of robin.blocks and robin.results. A consumer's
  /// timeout for these queues alone only where the release cancels slow consumers.
  void reset(std::uint32_t delivery_limit, std::uint64_t queue_length_max,
             std::optional<std::chrono::milliseconds> consumer_timeout = {}) const;

  /// By the version that the server tells.
  [[nodiscard]] RabbitmqRelease release() const;

  /// As a user: producer, consumer, saver, janitor, gateway or operator.
  [[nodiscard]] adapters::RabbitmqOptions options(const std::string& user) const;

  /// The management API by the login of that user.
  [[nodiscard]] std::string management_url_of(const std::string& user) const;

  /// A request to the management API; throws unless it succeeds.
  void request(const std::string& method, const std::string& path, const std::string& body) const;
  /// Makes robin.results and its binding again, after a test took them away.
  void restore_results() const;

 private:
  std::string management_url_;
};

}  // namespace robin::testing_support
