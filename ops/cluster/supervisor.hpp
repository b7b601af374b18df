#pragma once

// Supervisor: processes that are kept alive: one that ends is started again after a while (core::Backoff), until it is
// told to leave. It has neither thread nor clock of its own: its owner calls look() when a child has ended and when
// next_look() is due. It signals only children that it has not reaped, whose ids are nobody else's. Not thread-safe.

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cluster/process.hpp"
#include "core/backoff.hpp"

namespace robin::cluster {

/// A process to keep alive.
struct Job {
  std::string service;
  /// SERVICE-NUMBER; no other job has this name.
  std::string name;
  std::vector<std::string> command;
  ProcessOptions options;
};

/// What becomes of a job whose process was told to end.
enum class Afterwards { Restart, Leave };

class Supervisor {
 public:
  using Clock = std::chrono::steady_clock;

  struct Member {
    Job job;
    core::Backoff backoff;
    /// The process; nullptr while the job waits to be started again.
    std::unique_ptr<Process> process;
    Clock::time_point started;
    /// When the wait ends and the job is started again.
    std::optional<Clock::time_point> starts_at;
    /// The last signal by which it was told to end; 0: none yet.
    int told = 0;
    /// When it is killed if it has not ended by then.
    std::optional<Clock::time_point> ends_until;
    bool leaves = false;

    [[nodiscard]] bool is_running() const { return process != nullptr; }
  };

  /// How a process ended.
  struct Ending {
    const Member& member;
    /// The exit status, or 128 + signal.
    int status;
    /// The process that has ended; it can still be asked for its output.
    const Process& process;
    /// How long until the job is started again; nullopt if it is not.
    std::optional<std::chrono::milliseconds> starts_again_in;
  };

  struct Listener {
    std::function<void(const Member&)> started = [](const Member&) {};
    std::function<void(const Ending&)> ended = [](const Ending&) {};
    /// Called when a process did not end in time and was killed.
    std::function<void(const Member&)> killed = [](const Member&) {};
    /// Called when a job has left; the last call about it.
    std::function<void(const Member&)> left = [](const Member&) {};
  };

  Supervisor(const core::BackoffRule& rule, Listener listener);

  void add(Job job);
  /// Sends a signal to a running process and does nothing else.
  void send(const Member& member, int signal);
  /// Tells a running process to end; after `grace` it is killed. A job that waits to be started leaves at once if it is
  /// to leave.
  void end(const std::string& name, int signal, std::chrono::milliseconds grace, Afterwards afterwards);
  /// Tells all jobs to leave, by SIGTERM: each service of `order` once those before it are gone, and last what `order`
  /// does not name. Until its turn comes a service is kept alive.
  void stop(std::vector<std::string> order, std::chrono::milliseconds grace);

  /// Notices which processes have ended, starts what is due, kills what is late.
  void look();
  /// The next time at which look() has something to do even if no child ends.
  [[nodiscard]] std::optional<Clock::time_point> next_look() const;

  [[nodiscard]] const std::list<Member>& members() const { return members_; }

 private:
  void start(Member& member) const;
  /// Returns false once the job is gone for good.
  bool look(Member& member);
  void end(Member& member, int signal, std::chrono::milliseconds grace, Afterwards afterwards);
  void go_on_stopping();

  core::BackoffRule rule_;
  Listener listener_;
  std::list<Member> members_;
  std::optional<std::vector<std::string>> stopping_;
  std::chrono::milliseconds stop_grace_{0};
};

/// The names whose turn it is to stop: the jobs of the first service in `order` that has any, or all if none has.
[[nodiscard]] std::vector<std::string> next_to_stop(const std::vector<std::string>& order,
                                                    const std::list<Supervisor::Member>& members);

}  // namespace robin::cluster
