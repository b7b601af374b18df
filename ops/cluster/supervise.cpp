#include "cluster/supervise.hpp"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <ctime>
#include <functional>
#include <optional>
#include <sstream>
#include <vector>

#include "cluster/files.hpp"
#include "cluster/orders.hpp"
#include "cluster/supervisor.hpp"
#include "cluster/topology.hpp"
#include "runtime/error.hpp"

namespace robin::cluster {
namespace {

/// A service's own grace, and room for a machine that is busy.
constexpr std::chrono::seconds stop_grace{60};

/// SIGCHLD and the signals that stop us, to be polled for reading.
class Signals {
 public:
  Signals() {
    sigset_t all;
    sigemptyset(&all);
    for (const int signal : {SIGCHLD, SIGTERM, SIGINT, SIGHUP}) {
      sigaddset(&all, signal);
    }
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    descriptor_ = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
    if (descriptor_ < 0) {
      throw runtime::Error("cannot receive signals");
    }
  }
  ~Signals() { close(descriptor_); }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  [[nodiscard]] int descriptor() const { return descriptor_; }
  /// Takes what has come; whether one of them asks to stop.
  [[nodiscard]] bool take() const {
    bool stop = false;
    signalfd_siginfo info{};
    while (read(descriptor_, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
      stop = stop || static_cast<int>(info.ssi_signo) != SIGCHLD;
    }
    return stop;
  }

 private:
  int descriptor_;
};

class Services {
 public:
  Services(std::filesystem::path folder, std::filesystem::path bin)
      : folder_(std::move(folder)),
        bin_(std::move(bin)),
        orders_(folder_),
        // On one machine nobody else waits: no jitter, and the log says whole seconds.
        supervisor_({.jitter = false}, listener()) {}

  void run() {
    // Now that no other supervisor is here: ids of one that was killed are nobody's.
    std::filesystem::remove_all(folder_ / "pids");
    for (const char* part : {"log", "pids"}) {
      std::filesystem::create_directories(folder_ / part);
    }
    append_to(folder_ / "log" / "cluster.log", "");
    while (!stopping_ || !supervisor_.members().empty()) {
      wait();
      supervisor_.look();
      if (settled_ && settled_()) {
        orders_.answer_done(remarks_);
        settled_ = {};
      }
    }
    if (stop_was_ordered_) {
      orders_.answer_at_our_end(remarks_);
    }
  }

 private:
  Supervisor::Listener listener() {
    return {
        .started = [this](const Supervisor::Member& member) { write_id(member, std::to_string(member.process->id())); },
        .ended = [this](const Supervisor::Ending& ending) { note_end(ending); },
        .killed = [this](const Supervisor::Member& member) { note(member.job.name + " does not stop: killed"); },
        .left = [this](const Supervisor::Member& member) { std::filesystem::remove(id_file(member)); }};
  }

  /// Until a child ends, somebody orders something, or something is due.
  void wait() {
    using std::chrono::milliseconds;
    int timeout = -1;
    if (const auto next = supervisor_.next_look()) {
      // One more, so that it is due then and not almost.
      const auto left = std::chrono::duration_cast<milliseconds>(*next - Supervisor::Clock::now()) + milliseconds(1);
      timeout = static_cast<int>(std::max<std::int64_t>(0, left.count()));
    }
    const bool listens = !settled_ && !stopping_;
    std::array<pollfd, 2> sources = {{{.fd = signals_.descriptor(), .events = POLLIN, .revents = 0},
                                      {.fd = listens ? orders_.descriptor() : -1, .events = POLLIN, .revents = 0}}};
    if (poll(sources.data(), sources.size(), timeout) < 0) {
      return;
    }
    if (signals_.take()) {
      stop();
    }
    if (sources[1].revents != 0 && !stopping_) {
      if (const auto order = orders_.accept()) {
        obey(*order);
      }
    }
  }

  void obey(const std::string& order) {
    remarks_.clear();
    std::istringstream words(order);
    std::string verb;
    std::string service;
    std::size_t count = 0;
    words >> verb;
    if (verb == "stop") {
      stop_was_ordered_ = true;
      stop();
    } else if (verb == "scale" && words >> service >> count && is_service(service)) {
      scale(service, count);
    } else {
      orders_.answer_refused("the supervisor does not know: " + order);
    }
  }

  void stop() {
    stopping_ = true;
    supervisor_.stop(services_by_stop(), stop_grace);
  }

  void scale(const std::string& service, std::size_t count) {
    std::vector<std::string> running;
    for (const auto& member : supervisor_.members()) {
      if (member.job.service == service) {
        running.push_back(member.job.name);
      }
    }
    for (std::size_t number = running.size() + 1; number <= count; ++number) {
      supervisor_.add(job(service, number));
    }
    for (std::size_t number = count; number < running.size(); ++number) {
      supervisor_.end(running.at(number), SIGTERM, stop_grace, Afterwards::Leave);
    }
    settled_ = [this, service, count] {
      std::size_t there = 0;
      for (const auto& member : supervisor_.members()) {
        there += member.job.service == service ? 1U : 0U;
      }
      return there == count;
    };
    supervisor_.look();
  }

  Job job(const std::string& service, std::size_t number) const {
    Job job;
    job.service = service;
    job.name = service + "-" + std::to_string(number);
    job.command = {bin_ / ("robin-" + service),
                   "--env-file",
                   folder_ / (service + ".env"),
                   "--log-format",
                   "json",
                   "--log-file",
                   log_of(job.name)};
    job.options.working_directory = "/";
    // What a user has set would beat our own files.
    job.options.forget_prefix = "ROBIN_";
    job.options.streams = Streams::Logged;
    job.options.log_path = folder_ / "log" / (job.name + ".out");
    job.options.signal_when_we_die = SIGKILL;
    return job;
  }

  [[nodiscard]] std::string log_of(const std::string& name) const { return folder_ / "log" / (name + ".log"); }
  [[nodiscard]] std::filesystem::path id_file(const Supervisor::Member& member) const {
    return folder_ / "pids" / member.job.name;
  }
  void write_id(const Supervisor::Member& member, const std::string& id) const {
    write_file(id_file(member), id.empty() ? "" : id + "\n");
  }

  void note_end(const Supervisor::Ending& ending) {
    const std::string& name = ending.member.job.name;
    std::string text = name + " ended with status " + std::to_string(ending.status);
    if (ending.starts_again_in) {
      write_id(ending.member, "");
      text += ": it is started again in " +
              std::to_string(std::chrono::ceil<std::chrono::seconds>(*ending.starts_again_in).count()) + " s (log " +
              log_of(name) + ")";
    }
    write_note(text);
  }

  /// What whoever gave the order is told, too.
  void note(const std::string& text) {
    write_note(text);
    remarks_ += text + "\n";
  }
  void write_note(const std::string& text) const {
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    std::array<char, sizeof "2026-01-01T00:00:00Z "> stamp{};
    std::strftime(stamp.data(), stamp.size(), "%FT%TZ ", &utc);
    try {
      append_to(folder_ / "log" / "cluster.log", stamp.data() + text + "\n");
    } catch (const runtime::Error&) {  // NOLINT(bugprone-empty-catch): a full disk ends no service
    }
  }

  std::filesystem::path folder_;
  std::filesystem::path bin_;
  Signals signals_;
  OrderSocket orders_;
  Supervisor supervisor_;
  /// Whether the order under way is done; empty if there is none.
  std::function<bool()> settled_;
  std::string remarks_;
  bool stopping_ = false;
  bool stop_was_ordered_ = false;
};

}  // namespace

void supervise(const std::filesystem::path& folder, const std::filesystem::path& bin) { Services(folder, bin).run(); }

}  // namespace robin::cluster
