#pragma once

// The facts about a process that its log begins with: who, where, on what, with which environment. Secrets are masked.

#include <string>
#include <utility>
#include <vector>

namespace robin::runtime {

/// (name, value) in a fixed order: argv, working_directory, user, host, addresses, cpu, cores, pid, environment.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> process_facts(int argc, const char* const* argv);

[[nodiscard]] std::string host_name();

}  // namespace robin::runtime
