#pragma once

// RunLog: the log of a command that runs long. It begins as every log does (runtime/begin_log.hpp); its last line says
// why the command ended and with which status.

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
  /// `service` stands in every line; `what` is what begins; `configuration` is every setting by name. Throws
  /// CLI::ValidationError or runtime::Error.
  RunLog(const RunLogFlags& flags, const Context& context, const std::string& service, const std::string& what,
         const std::vector<std::pair<std::string, std::string>>& configuration);

  [[nodiscard]] runtime::Log& log() { return log_; }

  /// Runs `body` and writes the last line, whether it returns or throws. Returns its exit status.
  int around(const std::function<int()>& body);

 private:
  runtime::LogOptions options_;
  runtime::Log log_;
};

}  // namespace robin::cli
