#pragma once

// The private RabbitMQ that ./ops/test started (ops/cluster), emptied and set up for one test by its management API.

#include <cstdint>
#include <string>

#include "adapters/rabbitmq_connection.hpp"

namespace robin::testing_support {

class RabbitmqServer {
 public:
  /// Reads the addresses from the environment; throws if there are none.
  RabbitmqServer();

  /// Empties every queue, restores bindings, and sets the limits of robin.blocks and robin.results.
  void reset(std::uint32_t delivery_limit, std::uint64_t queue_length_max) const;

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
