#pragma once

// RunLog: the log of a command that runs long. Its first line tells everything about the process, its last one why it
// ended and with which status.

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.hpp"
#include "runtime/log.hpp"

namespace robin::cli {

struct RunLogFlags {
  std::string format = "auto";
  std::string level = "info";
  std::string file;

  void add_to(CLI::App& command);
};

class RunLog {
 public:
  /// `configuration` is the whole effective configuration, name by name. Throws CLI::ValidationError or runtime::Error.
  RunLog(const RunLogFlags& flags, const Context& context, const std::string& service,
         const std::vector<std::pair<std::string, std::string>>& configuration);

  [[nodiscard]] runtime::Log& log() { return log_; }

  /// Runs the body and writes the last line, whether it returns or throws.
  int around(const std::function<int()>& body);

 private:
  runtime::Log log_;
};

}  // namespace robin::cli
