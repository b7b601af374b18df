#pragma once

// What robin-cluster is asked to do, from its arguments.

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
  /// 0 for the server's own way to stop.
  int signal = 0;
  /// Of `scale`.
  std::string service = "consumer";
  unsigned count = 2;
  bool keep = false;
  /// What is handed on: to rabbitmqctl, or the search of `run`.
  std::vector<std::string> rest;
};

/// Why the arguments are none; empty: whoever typed them needs the usage.
struct Refusal {
  std::string why;
};

[[nodiscard]] std::variant<Arguments, Refusal> parse(const std::vector<std::string>& arguments);

[[nodiscard]] const char* usage();

}  // namespace robin::cluster
