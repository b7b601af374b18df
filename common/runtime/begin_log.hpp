#pragma once

// begin_log: the first thing that a process says. Its log begins with all facts about it (versions, arguments, machine,
// environment, configuration), in one line. A person at a terminal gets one short line instead, which says what begins
// and where the log is.

#include <string>
#include <utility>
#include <vector>

#include "runtime/log.hpp"

namespace robin::runtime {

/// (name, value) in order. Secrets are masked already.
using Facts = std::vector<std::pair<std::string, std::string>>;

/// `log` was made with `options`. `what` begins, such as "robin-saver" or "exhaustive [2, 100)".
/// Where the log is text on a terminal, it has all facts from --log-level debug on.
void begin_log(Log& log, const LogOptions& options, const std::string& what, const Facts& facts);

}  // namespace robin::runtime
