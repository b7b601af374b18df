#include "cluster/process_table.hpp"

#include <dirent.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <sstream>

#include "cluster/files.hpp"

namespace robin::cluster {

std::string to_text(const ProcessIdentity& identity) {
  return std::to_string(identity.id) + " " + std::to_string(identity.start);
}

std::optional<ProcessIdentity> identity_from(const std::string& text) {
  std::istringstream words(text);
  ProcessIdentity identity;
  if (!(words >> identity.id >> identity.start) || identity.id <= 0) {
    return std::nullopt;
  }
  return identity;
}

std::optional<ProcessEntry> parse_stat(std::string_view line) {
  // ID (NAME) STATE PARENT GROUP SESSION ... START: a name may hold anything, so what follows its last parenthesis
  // counts.
  ProcessEntry entry;
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string_view::npos ||
      std::from_chars(line.data(), line.data() + line.size(), entry.identity.id).ec != std::errc()) {
    return std::nullopt;
  }
  std::istringstream words(std::string(line.substr(name_end + 1)));
  char state = 0;
  std::string skipped;
  words >> state >> entry.parent >> skipped >> entry.session;
  constexpr int between_session_and_start = 15;
  for (int i = 0; i < between_session_and_start; ++i) {
    words >> skipped;
  }
  if (!(words >> entry.identity.start)) {
    return std::nullopt;
  }
  entry.has_ended = state == 'Z' || state == 'X';
  return entry;
}

std::optional<ProcessEntry> process_entry(pid_t id) {
  return parse_stat(text_of("/proc/" + std::to_string(id) + "/stat"));
}

std::vector<ProcessEntry> process_table() {
  std::vector<ProcessEntry> table;
  DIR* folder = opendir("/proc");
  if (folder == nullptr) {
    return table;
  }
  while (const dirent* entry = readdir(folder)) {  // NOLINT(concurrency-mt-unsafe): this folder is this call's alone
    pid_t id = 0;
    const std::string_view name(&entry->d_name[0]);
    if (std::from_chars(name.data(), name.data() + name.size(), id).ec == std::errc()) {
      if (const auto found = process_entry(id)) {
        table.push_back(*found);
      }
    }
  }
  closedir(folder);
  return table;
}

std::set<ProcessIdentity> family(const std::vector<ProcessEntry>& table, const std::set<ProcessIdentity>& known) {
  // The kernel gives an id to nobody as long as it is a session's, so one whose number somebody else bears is over.
  std::set<pid_t> sessions;
  for (const auto& identity : known) {
    const auto bearer = std::find_if(table.begin(), table.end(), [&identity](const ProcessEntry& entry) {
      return entry.identity.id == identity.id;
    });
    if (bearer == table.end() || bearer->identity == identity) {
      sessions.insert(identity.id);
    }
  }
  std::set<ProcessIdentity> found;
  std::set<pid_t> parents;
  for (std::size_t before = 1; before != found.size();) {
    before = found.size();
    for (const auto& entry : table) {
      if (!entry.has_ended &&
          (known.contains(entry.identity) || sessions.contains(entry.session) || parents.contains(entry.parent))) {
        found.insert(entry.identity);
        parents.insert(entry.identity.id);
      }
    }
    if (found.empty()) {
      break;
    }
  }
  return found;
}

bool send_signal(const ProcessIdentity& identity, int signal) {
  const auto descriptor = static_cast<int>(syscall(SYS_pidfd_open, identity.id, 0));
  const auto entry = process_entry(identity.id);
  const bool is_it = entry && entry->identity == identity && !entry->has_ended;
  if (descriptor < 0) {
    // A kernel without such descriptors: then the look must do.
    return is_it && kill(identity.id, signal) == 0;
  }
  const bool sent = is_it && syscall(SYS_pidfd_send_signal, descriptor, signal, nullptr, 0) == 0;
  close(descriptor);
  return sent;
}

}  // namespace robin::cluster
