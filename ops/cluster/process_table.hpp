#pragma once

// Which processes run on this machine, and which of them are ours. An id alone does not name a process: once that has
// ended, another one may get its id. Id and start time together do name it, so files hold both, and both are compared
// before a signal is sent.

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
  /// When it was started, in clock ticks since the machine's boot.
  std::uint64_t start = 0;

  auto operator<=>(const ProcessIdentity&) const = default;  // NOLINT(modernize-use-nullptr)
};

/// The identity as the text "ID START", and back; nullopt for another text.
[[nodiscard]] std::string to_text(const ProcessIdentity& identity);
[[nodiscard]] std::optional<ProcessIdentity> identity_from(const std::string& text);

struct ProcessEntry {
  ProcessIdentity identity;
  pid_t parent = 0;
  pid_t session = 0;
  /// Whether it has ended and is a zombie: its parent may take its time to notice.
  bool has_ended = false;
};

/// Reads the line of /proc/ID/stat; nullopt for another text.
[[nodiscard]] std::optional<ProcessEntry> parse_stat(std::string_view line);

[[nodiscard]] std::optional<ProcessEntry> process_entry(pid_t id);
[[nodiscard]] std::vector<ProcessEntry> process_table();

/// Those of `known` that still run, all processes in a session that one of them began, and all descendants of these.
[[nodiscard]] std::set<ProcessIdentity> family(const std::vector<ProcessEntry>& table,
                                               const std::set<ProcessIdentity>& known);

/// Sends a signal to that very process, and not to another one that has its id now. Returns false if it is gone.
bool send_signal(const ProcessIdentity& identity, int signal);

}  // namespace robin::cluster
