#include "chaos/fleet.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>

#include "cluster/topology.hpp"
#include "core/deadline.hpp"
#include "runtime/error.hpp"
#include "support/service_addresses.hpp"

namespace robin::chaos {
namespace {

using cluster::Afterwards;
using cluster::Supervisor;

/// The default grace, what is given up after it, and room for a machine that is busy.
constexpr std::chrono::seconds grace{45};
/// As an orchestrator takes to notice.
constexpr core::BackoffRule restart_wait{.first = std::chrono::milliseconds(300),
                                         .greatest = std::chrono::milliseconds(300)};

}  // namespace

Fleet::Fleet(testing_support::PostgresDatabase& database, const testing_support::RabbitmqServer& rabbitmq,
             const FleetOptions& options)
    : options_(options),
      to_broker_(testing_support::port_of(rabbitmq.options("producer").url)),
      to_database_(testing_support::port_of(database.options_as("producer").url)),
      supervisor_(restart_wait, listener()) {
  for (const std::string service : {"producer", "consumer", "saver", "auditor", "janitor"}) {
    auto& environment = environments_[service];
    environment = testing_support::addresses_of(service, rabbitmq, database);
    for (const auto& [variable, proxy] :
         {std::pair("ROBIN_AMQP_URL", &to_broker_), std::pair("ROBIN_DATABASE_URL", &to_database_)}) {
      if (const auto found = environment.find(variable); found != environment.end()) {
        found->second = testing_support::by_port(found->second, proxy->port());
      }
    }
  }
  const std::scoped_lock lock(mutex_);
  for (unsigned i = 1; i <= options.producers; ++i) {
    add("producer", i);
  }
  for (unsigned i = 1; i <= options.savers; ++i) {
    add("saver", i);
  }
  while (last_consumer_ < options.consumers) {
    add("consumer", ++last_consumer_);
  }
  add("auditor", 1);
  add("janitor", 1);
  thread_ = std::jthread([this](const std::stop_token& stop) { look_after(stop); });
}

Fleet::~Fleet() {
  thread_.request_stop();
  thread_.join();
}

void Fleet::add(const std::string& service, unsigned number) {
  cluster::Job job;
  job.service = service;
  job.name = service + "-" + std::to_string(number);
  job.command = command_of(service);
  job.options.environment = environments_.at(service);
  supervisor_.add(std::move(job));
}

std::vector<std::string> Fleet::command_of(const std::string& service) const {
  std::vector<std::string> command = {options_.bin + "/robin-" + service, "--log-format", "json"};
  const auto add_flags = [&command](std::vector<std::string> flags) {
    command.insert(command.end(), flags.begin(), flags.end());
  };
  if (service == "producer") {
    add_flags({"--block-size", std::to_string(options_.block_size), "--in-flight", std::to_string(options_.in_flight)});
  } else if (service == "consumer") {
    add_flags({"--threads", "1", "--awaiting", std::to_string(options_.awaiting), "--grace-seconds",
               std::to_string(options_.grace_seconds)});
  }
  if (options_.patience == Patience::AsShipped) {
    return command;
  }
  if (service == "consumer") {
    add_flags({"--heartbeat-seconds", "5", "--heard-seconds", "3", "--answer-timeout-seconds", "5"});
  } else if (service == "auditor") {
    add_flags({"--poll-ms", "200", "--double-check", "1%", "--other-worker-wait-seconds", "5"});
  } else if (service == "janitor") {
    add_flags({"--period-ms", "500", "--lease-seconds", "15"});
  }
  return command;
}

std::string Fleet::signal(std::uint64_t number, int signal, bool consumers_only) {
  const std::scoped_lock lock(mutex_);
  std::vector<const Member*> eligible;
  for (const Member& member : supervisor_.members()) {
    // A third signal would end it at once, with its status.
    const bool is_ending = member.ends_until && signal != SIGKILL;
    // Before its first line a process is still being loaded, and any signal ends it as the kernel does.
    const bool hears = member.is_running() && (signal == SIGKILL || !member.process->standard_error().empty());
    if (hears && !is_ending && (!consumers_only || member.job.service == "consumer")) {
      eligible.push_back(&member);
    }
  }
  if (eligible.empty()) {
    return "nobody";
  }
  const Member& member = *eligible.at(number % eligible.size());
  wakes_.erase(member.job.name);
  supervisor_.end(member.job.name, signal, grace, Afterwards::Restart);
  return member.job.name;
}

void Fleet::kill(const std::string& service, std::size_t count) {
  const std::scoped_lock lock(mutex_);
  for (const Member& member : supervisor_.members()) {
    if (count > 0 && member.job.service == service && member.is_running()) {
      wakes_.erase(member.job.name);
      supervisor_.end(member.job.name, SIGKILL, grace, Afterwards::Restart);
      --count;
    }
  }
}

std::string Fleet::freeze(std::uint64_t number, std::chrono::milliseconds span) {
  const std::scoped_lock lock(mutex_);
  const auto& members = supervisor_.members();
  const Member& member = *std::next(members.begin(), static_cast<std::ptrdiff_t>(number % members.size()));
  if (member.is_running() && !member.ends_until) {
    supervisor_.send(member, SIGSTOP);
    wakes_[member.job.name] = Clock::now() + span;
  }
  return member.job.name;
}

void Fleet::scale_consumers(unsigned count) {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> consumers;
  for (const Member& member : supervisor_.members()) {
    if (member.job.service == "consumer" && !member.leaves && member.is_running()) {
      consumers.push_back(member.job.name);
    }
  }
  for (std::size_t i = count; i < consumers.size(); ++i) {
    wakes_.erase(consumers[i]);
    supervisor_.end(consumers[i], SIGTERM, grace, Afterwards::Leave);
  }
  for (std::size_t i = consumers.size(); i < count; ++i) {
    add("consumer", ++last_consumer_);
  }
}

void Fleet::stop() {
  {
    const std::scoped_lock lock(mutex_);
    wakes_.clear();
    supervisor_.stop(cluster::services_by_stop(), grace);
  }
  // Each service's members have their grace, one service after the other; who is late is killed, and then it ends.
  const auto all_are_gone = [this] {
    const std::scoped_lock lock(mutex_);
    return supervisor_.members().empty();
  };
  const auto deadline = core::Deadline::in(cluster::services_by_stop().size() * grace);
  while (!all_are_gone()) {
    if (deadline.has_passed()) {
      throw runtime::Error("the services do not end, not even when they are killed");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // between two looks at a condition
  }
}

void Fleet::look_after(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      const std::scoped_lock lock(mutex_);
      wake_who_is_due();
      supervisor_.look();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // between two looks at conditions
  }
}

void Fleet::wake_who_is_due() {
  for (const Member& member : supervisor_.members()) {
    const auto wakes = wakes_.find(member.job.name);
    if (wakes != wakes_.end() && Clock::now() >= wakes->second) {
      supervisor_.send(member, SIGCONT);
      wakes_.erase(wakes);
    }
  }
}

Supervisor::Listener Fleet::listener() {
  Supervisor::Listener listener;
  listener.ended = [this](const Supervisor::Ending& ending) { note_end(ending); };
  listener.killed = [this](const Member& member) {
    findings_.push_back(member.job.name + " did not stop within its grace");
  };
  return listener;
}

void Fleet::note_end(const Supervisor::Ending& ending) {
  const auto& name = ending.member.job.name;
  const int told = ending.member.told;
  wakes_.erase(name);
  restarts_ += ending.starts_again_in ? 1U : 0U;
  const bool killed = told == SIGKILL && ending.status == 128 + SIGKILL;
  const bool stopped = told != 0 && told != SIGKILL && ending.status == 0;
  if (killed || stopped) {
    return;
  }
  findings_.push_back(name + " ended with status " + std::to_string(ending.status) +
                      (told == 0 ? " by itself" : " after signal " + std::to_string(told)));
  if (!options_.log_folder.empty()) {
    std::filesystem::create_directories(options_.log_folder);
    std::ofstream(options_.log_folder + "/" + name + "." + std::to_string(findings_.size()) + ".log")
        << ending.process.standard_error();
  }
}

std::vector<std::string> Fleet::findings() const {
  const std::scoped_lock lock(mutex_);
  return findings_;
}

std::uint64_t Fleet::restarts() const {
  const std::scoped_lock lock(mutex_);
  return restarts_;
}

}  // namespace robin::chaos
