#include "chaos/fleet.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>

namespace robin::chaos {
namespace {

using testing_support::Process;
using testing_support::ProcessOptions;

/// The default grace, what is given up after it, and room for a machine that is busy.
constexpr std::chrono::seconds grace{45};
/// As an orchestrator takes to notice.
constexpr std::chrono::milliseconds restart_wait{300};

/// Where the port of an address begins, and where it ends.
std::pair<std::size_t, std::size_t> port_of(const std::string& url) {
  const std::size_t begin = url.find(':', url.find('@')) + 1;
  return {begin, url.find('/', begin)};
}

std::uint16_t port_number(const std::string& url) {
  const auto [begin, end] = port_of(url);
  return static_cast<std::uint16_t>(std::stoi(url.substr(begin, end - begin)));
}

std::string with_port(std::string url, std::uint16_t port) {
  const auto [begin, end] = port_of(url);
  return url.replace(begin, end - begin, std::to_string(port));
}

}  // namespace

Fleet::Fleet(testing_support::PostgresDatabase& database, const testing_support::RabbitmqServer& rabbitmq,
             const FleetOptions& options)
    : options_(options),
      to_broker_(port_number(rabbitmq.options("producer").url)),
      to_database_(port_number(database.options_as("producer").url)) {
  for (const std::string service : {"producer", "consumer", "saver", "auditor", "janitor"}) {
    auto& environment = environments_[service];
    if (service != "auditor") {
      environment["ROBIN_AMQP_URL"] = with_port(rabbitmq.options(service).url, to_broker_.port());
    }
    if (service != "consumer") {
      environment["ROBIN_DATABASE_URL"] = with_port(database.options_as(service).url, to_database_.port());
    }
    if (service == "janitor") {
      environment["ROBIN_MANAGEMENT_URL"] = rabbitmq.management_url_of("gateway");
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
  Member& member = members_.emplace_back();
  member.service = service;
  member.name = service + "-" + std::to_string(number);
  start(member);
}

void Fleet::start(Member& member) {
  std::vector<std::string> command = {options_.bin + "/robin-" + member.service, "--log-format", "json"};
  const auto add_flags = [&command](std::vector<std::string> flags) {
    command.insert(command.end(), flags.begin(), flags.end());
  };
  if (member.service == "producer") {
    add_flags({"--block-size", std::to_string(options_.block_size), "--in-flight", "32"});
  } else if (member.service == "consumer") {
    add_flags({"--threads", "1", "--heartbeat-seconds", "5", "--heard-seconds", "3", "--answer-timeout-seconds", "5",
               "--grace-seconds", std::to_string(options_.grace_seconds)});
  } else if (member.service == "auditor") {
    add_flags({"--poll-ms", "200", "--double-check", "1%", "--other-worker-wait-seconds", "5"});
  } else if (member.service == "janitor") {
    add_flags({"--period-ms", "500", "--lease-seconds", "15"});
  }
  ProcessOptions options;
  options.environment = environments_.at(member.service);
  member.process = std::make_unique<Process>(command, options);
  member.ended_by = 0;
  member.ends_until.reset();
  member.wakes_at.reset();
  member.starts_at.reset();
}

std::string Fleet::signal(std::uint64_t number, int signal, bool consumers_only) {
  const std::scoped_lock lock(mutex_);
  std::vector<Member*> eligible;
  for (Member& member : members_) {
    // A third signal would end it at once, with its status.
    const bool is_ending = member.ends_until && signal != SIGKILL;
    // Before its first line a process is still being loaded, and any signal ends it as the kernel does.
    const bool hears = signal == SIGKILL || !member.process->standard_error().empty();
    if (!member.starts_at && !is_ending && hears && (!consumers_only || member.service == "consumer")) {
      eligible.push_back(&member);
    }
  }
  if (eligible.empty()) {
    return "nobody";
  }
  Member& member = *eligible.at(number % eligible.size());
  if (signal == SIGSTOP || member.wakes_at) {
    // A process that stands still hears nothing but SIGKILL.
    member.process->signal(SIGCONT);
    member.wakes_at.reset();
  }
  member.ended_by = signal;
  member.ends_until = Clock::now() + grace;
  member.process->signal(signal);
  return member.name;
}

std::string Fleet::freeze(std::uint64_t number, std::chrono::milliseconds span) {
  const std::scoped_lock lock(mutex_);
  Member& member = *std::next(members_.begin(), static_cast<std::ptrdiff_t>(number % members_.size()));
  if (!member.ends_until && !member.starts_at) {
    member.process->signal(SIGSTOP);
    member.wakes_at = Clock::now() + span;
  }
  return member.name;
}

void Fleet::scale_consumers(unsigned count) {
  const std::scoped_lock lock(mutex_);
  std::vector<Member*> consumers;
  for (Member& member : members_) {
    if (member.service == "consumer" && !member.leaves && !member.starts_at) {
      consumers.push_back(&member);
    }
  }
  for (std::size_t i = count; i < consumers.size(); ++i) {
    consumers[i]->leaves = true;
    consumers[i]->ended_by = SIGTERM;
    consumers[i]->ends_until = Clock::now() + grace;
    consumers[i]->process->signal(SIGTERM);
  }
  for (std::size_t i = consumers.size(); i < count; ++i) {
    add("consumer", ++last_consumer_);
  }
}

void Fleet::stop() {
  for (const std::string service : {"producer", "auditor", "janitor", "consumer", "saver"}) {
    std::vector<Member*> ending;
    {
      const std::scoped_lock lock(mutex_);
      stopping_ = true;
      for (Member& member : members_) {
        if (member.service == service && !member.starts_at) {
          member.process->signal(SIGCONT);
          member.process->signal(SIGTERM);
          ending.push_back(&member);
        }
      }
    }
    for (Member* member : ending) {
      const int status = member->process->wait(grace);
      const std::scoped_lock lock(mutex_);
      member->ended_by = SIGTERM;
      note_end(*member, status);
    }
    const std::scoped_lock lock(mutex_);
    std::erase_if(members_, [&service](const Member& member) { return member.service == service; });
  }
}

void Fleet::look_after(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      const std::scoped_lock lock(mutex_);
      if (!stopping_) {
        std::erase_if(members_, [this](Member& member) { return !look_after(member); });
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // between two looks at conditions
  }
}

bool Fleet::look_after(Member& member) {
  if (member.wakes_at && Clock::now() >= *member.wakes_at) {
    member.process->signal(SIGCONT);
    member.wakes_at.reset();
  }
  if (member.starts_at) {
    if (Clock::now() >= *member.starts_at) {
      start(member);
    }
    return true;
  }
  const auto status = member.process->status_if_ended();
  if (!status) {
    if (member.ends_until && Clock::now() > *member.ends_until) {
      findings_.push_back(member.name + " did not stop within its grace");
      member.ends_until.reset();
      member.process->signal(SIGKILL);
      member.ended_by = SIGKILL;
    }
    return true;
  }
  note_end(member, *status);
  if (member.leaves) {
    return false;
  }
  ++restarts_;
  member.starts_at = Clock::now() + restart_wait;
  return true;
}

void Fleet::note_end(const Member& member, int status) {
  const bool killed = member.ended_by == SIGKILL && status == 128 + SIGKILL;
  const bool stopped = member.ended_by != 0 && member.ended_by != SIGKILL && status == 0;
  if (killed || stopped) {
    return;
  }
  findings_.push_back(member.name + " ended with status " + std::to_string(status) +
                      (member.ended_by == 0 ? " by itself" : " after signal " + std::to_string(member.ended_by)));
  if (!options_.log_folder.empty()) {
    std::filesystem::create_directories(options_.log_folder);
    std::ofstream(options_.log_folder + "/" + member.name + "." + std::to_string(findings_.size()) + ".log")
        << member.process->standard_error();
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
