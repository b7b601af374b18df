// robin-cluster: private clusters on this machine (arguments.cpp says how it is called).

#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>

#include "cluster/arguments.hpp"
#include "cluster/run.hpp"
#include "cluster/supervise.hpp"
#include "runtime/error.hpp"

namespace robin::cluster {
namespace {

constexpr int usage_status = 2;

int print(const ProcessResult& result) {
  std::fputs(result.output.c_str(), stdout);
  std::fputs(result.error.c_str(), stderr);
  return result.status;
}

int obey(const Arguments& arguments) {
  using Command = Arguments::Command;
  // Servers and services run elsewhere than where this was typed; `run` makes a folder of its own.
  const auto here = std::filesystem::current_path();
  const auto folder = (here / arguments.folder).lexically_normal();
  const Interruption interruption;
  ServerSet servers(folder, Lifetime::OfItsOwn, Interruption::check);
  switch (arguments.command) {
    case Command::Help:
      std::fputs(usage(), stdout);
      return 0;
    case Command::StartServers: {
      ServerOptions options = ServerOptions::from_environment();
      options.durability = arguments.durability;
      servers.start(options);
      return 0;
    }
    case Command::RestartServer:
      servers.restart(arguments.server, arguments.signal);
      return 0;
    case Command::ExpireCertificates:
      servers.expire();
      return 0;
    case Command::Rabbitmqctl:
      return print(servers.rabbitmqctl(arguments.rest));
    case Command::StopServers:
      servers.stop();
      return 0;
    case Command::Run:
      return run(ClusterSettings::from_environment(),
                 {.consumers = arguments.count, .keep = arguments.keep, .search = arguments.rest});
    case Command::Start: {
      Cluster cluster(folder, ClusterSettings::from_environment(), Lifetime::OfItsOwn, Interruption::check);
      cluster.start(arguments.count);
      std::fputs((cluster.explanation(arguments.count) + cluster.explanation_of_keeping()).c_str(), stderr);
      return 0;
    }
    case Command::Scale:
      Cluster(folder, ClusterSettings::from_environment()).scale(arguments.service, arguments.count);
      return 0;
    case Command::Stop:
      Cluster(folder, ClusterSettings::from_environment()).stop();
      return 0;
    case Command::Supervise:
      supervise(folder, arguments.rest.front());
      return 0;
  }
  return usage_status;
}

int main_of(const std::vector<std::string>& words) {
  const auto parsed = parse(words);
  if (const auto* refusal = std::get_if<Refusal>(&parsed)) {
    std::fputs(refusal->why.empty() ? usage() : ("robin-cluster: " + refusal->why + "\n").c_str(), stderr);
    return usage_status;
  }
  try {
    return obey(std::get<Arguments>(parsed));
  } catch (const Interrupted& interrupted) {
    return interrupted.status();
  }
}

}  // namespace
}  // namespace robin::cluster

int main(int argc, char** argv) {
  // Whoever reads what we say may be gone before what we started is stopped.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return robin::cluster::main_of({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "robin-cluster: %s\n", error.what());
    return 1;
  }
}
