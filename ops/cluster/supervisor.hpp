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

/// What is kept alive, and as what.
struct Job {
  std::string service;
  /// SERVICE-NUMBER; its own among all.
  std::string name;
  std::vector<std::string> command;
  ProcessOptions options;
};

/// Of a job that was told to end.
enum class Afterwards { Restart, Leave };

class Supervisor {
 public:
  using Clock = std::chrono::steady_clock;

  struct Member {
    Job job;
    core::Backoff backoff;
    /// None while it waits to be started again.
    std::unique_ptr<Process> process;
    Clock::time_point started;
    /// When it ends its wait, last.
    std::optional<Clock::time_point> starts_at;
    /// The last signal that it was told to end by; 0 while it was not.
    int told = 0;
    /// When it is killed for not having ended.
    std::optional<Clock::time_point> ends_until;
    bool leaves = false;

    [[nodiscard]] bool is_running() const { return process != nullptr; }
  };

  /// How a process ended.
  struct Ending {
    const Member& member;
    /// The exit status, or 128 + signal.
    int status;
    /// What it wrote; it is still to be asked.
    const Process& process;
    /// Nothing if it is not started again.
    std::optional<std::chrono::milliseconds> starts_again_in;
  };

  struct Listener {
    std::function<void(const Member&)> started = [](const Member&) {};
    std::function<void(const Ending&)> ended = [](const Ending&) {};
    /// It did not end in time and was killed.
    std::function<void(const Member&)> killed = [](const Member&) {};
    /// It left; the last that is heard of it.
    std::function<void(const Member&)> left = [](const Member&) {};
  };

  Supervisor(const core::BackoffRule& rule, Listener listener);

  void add(Job job);
  /// Signals a process that runs, no more.
  void send(const Member& member, int signal);
  /// Tells a process that runs to end; after `grace` it is killed. One that waits just leaves, if it is to leave.
  void end(const std::string& name, int signal, std::chrono::milliseconds grace, Afterwards afterwards);
  /// Tells all to leave by SIGTERM: each service of `order` once those before it are gone, and what it does not name
  /// last. Until its turn comes a service is kept alive.
  void stop(std::vector<std::string> order, std::chrono::milliseconds grace);

  /// Notices ends, starts what is due, kills what is late.
  void look();
  /// When look() has something to do though no child ends.
  [[nodiscard]] std::optional<Clock::time_point> next_look() const;

  [[nodiscard]] const std::list<Member>& members() const { return members_; }

 private:
  void start(Member& member) const;
  /// False once it is gone for good.
  bool look(Member& member);
  void end(Member& member, int signal, std::chrono::milliseconds grace, Afterwards afterwards);
  void go_on_stopping();

  core::BackoffRule rule_;
  Listener listener_;
  std::list<Member> members_;
  std::optional<std::vector<std::string>> stopping_;
  std::chrono::milliseconds stop_grace_{0};
};

/// Whose turn it is to stop: those of the first service of `order` that has members, and anybody if none has.
[[nodiscard]] std::vector<std::string> next_to_stop(const std::vector<std::string>& order,
                                                    const std::list<Supervisor::Member>& members);

}  // namespace robin::cluster
