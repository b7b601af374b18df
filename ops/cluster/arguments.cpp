#include "cluster/arguments.hpp"

#include <charconv>
#include <csignal>
#include <map>
#include <optional>

#include "cluster/topology.hpp"

namespace robin::cluster {
namespace {

using Command = Arguments::Command;
using Words = std::vector<std::string>;
using Result = std::variant<Arguments, Refusal>;

constexpr std::size_t count_digits_max = 3;

std::optional<unsigned> count_from(const std::string& text) {
  unsigned count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const bool is_count = error == std::errc() && end == text.data() + text.size() && text.size() <= count_digits_max;
  return is_count ? std::optional(count) : std::nullopt;
}

Words from(const Words& words, std::size_t first) {
  return {words.begin() + static_cast<std::ptrdiff_t>(first), words.end()};
}

Result parse_servers(const Words& words) {
  static const std::map<std::string, Command> commands = {{"start", Command::StartServers},
                                                          {"restart", Command::RestartServer},
                                                          {"expire", Command::ExpireCertificates},
                                                          {"rabbitmqctl", Command::Rabbitmqctl},
                                                          {"stop", Command::StopServers}};
  static const std::map<std::string, int> signals = {
      {"TERM", SIGTERM}, {"INT", SIGINT}, {"QUIT", SIGQUIT}, {"KILL", SIGKILL}};
  if (words.size() < 2 || !commands.contains(words[0])) {
    return Refusal{};
  }
  Arguments all;
  all.command = commands.at(words[0]);
  all.folder = words[1];
  all.rest = from(words, 2);
  if (all.command == Command::Rabbitmqctl) {
    return all;
  }
  if (all.command == Command::StartServers && all.rest == Words{"--no-fsync"}) {
    all.durability = Durability::Kernel;
    all.rest.clear();
  }
  if (all.command == Command::RestartServer && !all.rest.empty() && all.rest.size() <= 2) {
    if (all.rest[0] != "rabbitmq" && all.rest[0] != "postgres") {
      return Refusal{"there is no server '" + all.rest[0] + "': rabbitmq or postgres"};
    }
    all.server = all.rest[0] == "rabbitmq" ? Server::Rabbitmq : Server::Postgres;
    if (all.rest.size() == 2) {
      const auto signal = signals.find(all.rest[1]);
      if (signal == signals.end()) {
        return Refusal{"'" + all.rest[1] + "' is no signal to end a server by: TERM, INT, QUIT or KILL"};
      }
      all.signal = signal->second;
    }
    return all;
  }
  if (all.command == Command::RestartServer || !all.rest.empty()) {
    return Refusal{};
  }
  return all;
}

Result parse_run(const Words& words) {
  Arguments all;
  all.command = Command::Run;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i] == "--keep") {
      all.keep = true;
    } else if (words[i] == "--consumers") {
      const std::string text = i + 1 < words.size() ? words[i + 1] : "";
      const auto count = count_from(text);
      if (count.value_or(0) == 0) {
        return Refusal{"--consumers '" + text + "' is no number from 1 to 999"};
      }
      all.count = *count;
      ++i;
    } else if (words[i] == "--") {
      all.rest = from(words, i + 1);
      break;
    } else if (words[i] == "-h" || words[i] == "--help") {
      all.command = Command::Help;
      return all;
    } else {
      return Refusal{"unknown argument " + words[i] + " (see robin-cluster --help)"};
    }
  }
  return all;
}

/// N, or SERVICE=N.
Result parse_scale(Arguments all, const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals != std::string::npos) {
    all.service = text.substr(0, equals);
  }
  const auto count = count_from(text.substr(equals == std::string::npos ? 0 : equals + 1));
  if (!count || !is_service(all.service)) {
    std::string names;
    for (const auto& service : services_by_stop()) {
      names += std::string(names.empty() ? "" : " ") + service;
    }
    return Refusal{"'" + text + "' is neither a number of consumers nor SERVICE=N (services: " + names + ")"};
  }
  all.count = *count;
  return all;
}

Result parse_cluster(const Words& words) {
  Arguments all;
  all.folder = words[1];
  if (words[0] == "start" && words.size() <= 3) {
    all.command = Command::Start;
    const auto count = words.size() == 3 ? count_from(words[2]) : std::optional(all.count);
    if (!count) {
      return Refusal{"'" + words[2] + "' is no number of consumers"};
    }
    all.count = *count;
    return all;
  }
  if (words[0] == "scale" && words.size() == 3) {
    all.command = Command::Scale;
    return parse_scale(all, words[2]);
  }
  if (words[0] == "stop" && words.size() == 2) {
    all.command = Command::Stop;
    return all;
  }
  if (words[0] == "supervise" && words.size() == 3) {
    all.command = Command::Supervise;
    all.rest = {words[2]};
    return all;
  }
  return Refusal{};
}

}  // namespace

Result parse(const Words& arguments) {
  const std::string first = arguments.empty() ? "" : arguments[0];
  if (first == "-h" || first == "--help") {
    return Arguments{};
  }
  if (first == "run") {
    return parse_run(arguments);
  }
  if (first == "servers") {
    return parse_servers(from(arguments, 1));
  }
  return arguments.size() < 2 ? Result(Refusal{}) : parse_cluster(arguments);
}

const char* usage() {
  return R"(Usage: robin-cluster run [--keep] [--consumers N] [-- SEARCH]
       robin-cluster start FOLDER [N] | scale FOLDER N|SERVICE=N | stop FOLDER
       robin-cluster servers start FOLDER [--no-fsync] | restart FOLDER rabbitmq|postgres [SIGNAL] | expire FOLDER
       robin-cluster servers rabbitmqctl FOLDER ARGUMENT... | stop FOLDER

A whole cluster on this machine: a private RabbitMQ and PostgreSQL on loopback, and the services, each restarted when it
dies. Everything lives in one folder; it stops only what it started.

  run     starts a cluster with one producer, N consumers (2), one saver, one auditor, one janitor and one gateway,
          submits SEARCH (flags of robin submit), shows its progress, prints its result, and stops everything; with
          --keep it leaves all of it running
  start   starts a cluster with N consumers (2) in FOLDER
  scale   starts or stops consumers, or processes of another service, until there are N
  stop    stops what was started in FOLDER, consumers before the saver, and removes it

  servers start    starts the servers alone and writes FOLDER/env: the addresses, to be read by a shell; with --no-fsync
                   PostgreSQL does not wait for the disk, which only a power cut of the whole machine would tell
  servers restart  ends one of them with SIGNAL (TERM; QUIT is PostgreSQL's immediate shutdown, KILL a power cut) and
                   starts it again
  servers expire   gives both a certificate that has expired, and starts them again
  servers rabbitmqctl   asks that RabbitMQ
  servers stop     stops what start began there and removes the folder

  ROBIN_BIN names the folder with the programs (that of this one); ROBIN_BLOCK_SIZE, ROBIN_IN_FLIGHT and ROBIN_POLL_MS are
  passed on to the producer, ROBIN_AWAITING to consumers, ROBIN_BATCH to the saver; ROBIN_SAVERS says how many savers (1),
  ROBIN_WITHOUT which of auditor, janitor and gateway are left out.
)";
}

}  // namespace robin::cluster
