#include "cluster/supervisor.hpp"

#include <algorithm>
#include <utility>

#include "core/contract.hpp"

namespace robin::cluster {

std::vector<std::string> next_to_stop(const std::vector<std::string>& order,
                                      const std::list<Supervisor::Member>& members) {
  std::vector<std::string> names;
  const auto take = [&](const std::string* service) {
    for (const auto& member : members) {
      if (service == nullptr || member.job.service == *service) {
        names.push_back(member.job.name);
      }
    }
  };
  for (const auto& service : order) {
    take(&service);
    if (!names.empty()) {
      return names;
    }
  }
  take(nullptr);
  return names;
}

Supervisor::Supervisor(const core::BackoffRule& rule, Listener listener)
    : rule_(rule), listener_(std::move(listener)) {}

void Supervisor::add(Job job) {
  for (const auto& member : members_) {
    ROBIN_ASSERT(member.job.name != job.name, "names are their own");
  }
  start(members_.emplace_back(Member{.job = std::move(job),
                                     .backoff = core::Backoff(rule_),
                                     .process = nullptr,
                                     .started = {},
                                     .starts_at = {},
                                     .ends_until = {}}));
}

void Supervisor::start(Member& member) const {
  member.process = std::make_unique<Process>(member.job.command, member.job.options);
  member.started = Clock::now();
  member.starts_at.reset();
  member.ends_until.reset();
  member.told = 0;
  listener_.started(member);
}

void Supervisor::send(const Member& member, int signal) {
  if (member.is_running()) {
    member.process->signal(signal);
  }
}

void Supervisor::end(const std::string& name, int signal, std::chrono::milliseconds grace, Afterwards afterwards) {
  for (auto& member : members_) {
    if (member.job.name == name) {
      end(member, signal, grace, afterwards);
    }
  }
}

void Supervisor::end(Member& member, int signal, std::chrono::milliseconds grace, Afterwards afterwards) {
  member.leaves = member.leaves || afterwards == Afterwards::Leave;
  if (!member.is_running()) {
    return;
  }
  // A process that stands still hears nothing but SIGKILL.
  member.process->signal(SIGCONT);
  member.process->signal(signal);
  member.told = signal;
  member.ends_until = Clock::now() + grace;
}

void Supervisor::stop(std::vector<std::string> order, std::chrono::milliseconds grace) {
  stopping_ = std::move(order);
  stop_grace_ = grace;
  go_on_stopping();
}

void Supervisor::go_on_stopping() {
  if (!stopping_) {
    return;
  }
  for (const auto& name : next_to_stop(*stopping_, members_)) {
    for (auto& member : members_) {
      if (member.job.name == name && !member.leaves) {
        end(member, SIGTERM, stop_grace_, Afterwards::Leave);
      }
    }
  }
}

void Supervisor::look() {
  members_.remove_if([this](Member& member) { return !look(member); });
  // Where nobody of a service had anything to end, the next one's turn comes at once.
  std::size_t gone = 0;
  do {
    go_on_stopping();
    gone = members_.remove_if([this](Member& member) {
      const bool leaves = member.leaves && !member.is_running();
      if (leaves) {
        listener_.left(member);
      }
      return leaves;
    });
  } while (gone > 0);
}

bool Supervisor::look(Member& member) {
  if (!member.is_running()) {
    if (!member.leaves && Clock::now() >= *member.starts_at) {
      start(member);
    }
    return true;
  }
  const auto status = member.process->status_if_ended();
  if (!status) {
    if (member.ends_until && Clock::now() >= *member.ends_until) {
      member.ends_until.reset();
      member.told = SIGKILL;
      member.process->signal(SIGKILL);
      listener_.killed(member);
    }
    return true;
  }
  const auto process = std::move(member.process);
  std::optional<std::chrono::milliseconds> again;
  if (!member.leaves) {
    again =
        member.backoff.next_after(std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - member.started));
    member.starts_at = Clock::now() + *again;
  }
  listener_.ended({member, *status, *process, again});
  if (member.leaves) {
    listener_.left(member);
  }
  return !member.leaves;
}

std::optional<Supervisor::Clock::time_point> Supervisor::next_look() const {
  std::optional<Clock::time_point> next;
  for (const auto& member : members_) {
    for (const auto& at : {member.starts_at, member.ends_until}) {
      if (at && (!next || *at < *next)) {
        next = at;
      }
    }
  }
  return next;
}

}  // namespace robin::cluster
