#pragma once

// The commands of `robin`. Each add_ function declares a command and what runs when it was given; the status it returns
// becomes the exit status. Usage errors are CLI::Error, failures of the world runtime::Error; main turns both into one
// line and a status.

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "cli/exit_status.hpp"
#include "runtime/stop.hpp"

namespace robin::cli {

struct Context {
  int argc;
  const char* const* argv;
  const runtime::StopSignals& signals;
  /// What runs; set by the command that was given.
  std::function<int()> chosen;
};

void add_run(CLI::App& app, Context& context);
void add_block(CLI::App& app, Context& context);
void add_check(CLI::App& app, Context& context);
void add_version(CLI::App& app, Context& context);
void add_migrate(CLI::App& app, Context& context);
void add_with_database(CLI::App& app, Context& context);
void add_submit(CLI::App& app, Context& context);
void add_search(CLI::App& app, Context& context);
void add_status(CLI::App& app, Context& context);
void add_blocks(CLI::App& app, Context& context);
void add_drain(CLI::App& app, Context& context);
void add_compact(CLI::App& app, Context& context);
void add_workers(CLI::App& app, Context& context);
void add_queues(CLI::App& app, Context& context);
void add_records(CLI::App& app, Context& context);
void add_events(CLI::App& app, Context& context);
void add_export(CLI::App& app, Context& context);
void add_plot(CLI::App& app, Context& context);
void add_loadtest(CLI::App& app, Context& context);
void add_selftest(CLI::App& app, Context& context);
void add_certificate(CLI::App& app, Context& context);
void add_completion(CLI::App& app, Context& context);
void add_manual(CLI::App& app, Context& context);
void add_horizon(CLI::App& app, Context& context);
void add_verify(CLI::App& app, Context& context);

/// Writes one line to stderr, above the progress that may stand there. Whatever the text holds, it stays one line.
void tell(const std::string& line);

/// Writes data to stdout. Throws runtime::Error if it cannot be written.
void print(const std::string& text);

}  // namespace robin::cli
