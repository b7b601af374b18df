#pragma once

// The arguments of robin-cluster, read.

#include <string>
#include <variant>
#include <vector>

#include "cluster/server_set.hpp"

namespace robin::cluster {

struct Arguments {
  enum class Command {
    Help,
    StartServers,
    RestartServer,
    ExpireCertificates,
    Rabbitmqctl,
    StopServers,
    Run,
    Start,
    Scale,
    Stop,
    Supervise
  };

  Command command = Command::Help;
  std::string folder;
  Durability durability = Durability::Disk;
  Server server = Server::Rabbitmq;
  /// The signal of `servers restart`; 0 for the server's own way to stop.
  int signal = 0;
  /// The service that `scale` is about.
  std::string service = "consumer";
  unsigned count = 2;
  bool keep = false;
  /// The words that are handed on: to rabbitmqctl, or as the search of `run`.
  std::vector<std::string> rest;
};

/// Why the arguments cannot be used; empty: whoever typed them gets the usage.
struct Refusal {
  std::string why;
};

[[nodiscard]] std::variant<Arguments, Refusal> parse(const std::vector<std::string>& arguments);

[[nodiscard]] const char* usage();

}  // namespace robin::cluster
