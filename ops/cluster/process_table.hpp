#pragma once

// Who runs on this machine, and which of them are ours. An id alone does not name a process: after its end another one
// may bear it. Id and start together do, so that is what files hold and what is asked before a signal is sent.

#include <sys/types.h>

#include <compare>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace robin::cluster {

struct ProcessIdentity {
  pid_t id = 0;
  /// In clock ticks since the machine was started.
  std::uint64_t start = 0;

  auto operator<=>(const ProcessIdentity&) const = default;  // NOLINT(modernize-use-nullptr)
};

/// "ID START", and back; nothing for what is none.
[[nodiscard]] std::string to_text(const ProcessIdentity& identity);
[[nodiscard]] std::optional<ProcessIdentity> identity_from(const std::string& text);

struct ProcessEntry {
  ProcessIdentity identity;
  pid_t parent = 0;
  pid_t session = 0;
  /// A zombie has ended; whoever adopted it may take its time to notice.
  bool has_ended = false;
};

/// The line of /proc/ID/stat; nothing for what is none.
[[nodiscard]] std::optional<ProcessEntry> parse_stat(std::string_view line);

[[nodiscard]] std::optional<ProcessEntry> process_entry(pid_t id);
[[nodiscard]] std::vector<ProcessEntry> process_table();

/// Those of `known` that still run, whoever is in a session that one of them began, and all their descendants.
[[nodiscard]] std::set<ProcessIdentity> family(const std::vector<ProcessEntry>& table,
                                               const std::set<ProcessIdentity>& known);

/// Sends a signal to that very process, not to another one that bears its id now; false if it is gone.
bool send_signal(const ProcessIdentity& identity, int signal);

}  // namespace robin::cluster
