// robin: the command line. Declares the commands, runs the one that was given, and turns every error into one line on
// stderr and the exit status of the contract.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <new>
#include <system_error>

#include "cli/commands.hpp"
#include "cli/paint.hpp"
#include "cli/suggestion.hpp"
#include "flow/test_points.hpp"
#include "runtime/error.hpp"
#include "runtime/status_line.hpp"
#include "runtime/version.hpp"

namespace robin::cli {
namespace {

void tell(const std::string& line) { runtime::status_line().write_above("robin: " + line); }

/// The words that may stand where `app` stopped reading.
std::vector<std::string> known_words(const CLI::App& app) {
  std::vector<std::string> words;
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) {
      words.push_back("--" + name);
    }
  }
  for (const auto* command : app.get_subcommands({})) {
    words.push_back(command->get_name());
  }
  return words;
}

int usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const auto given = app.get_subcommands();
  const CLI::App& command = given.empty() ? app : *given.front();
  std::string line = error.what();
  const auto strangers = app.remaining(true);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !strangers.empty()) {
    const std::string& word = strangers.front();
    line = (word.starts_with('-') ? "unknown flag " : given.empty() ? "unknown command " : "unexpected word ") + word;
    if (const auto meant = suggestion(word.substr(0, word.find('=')), known_words(command))) {
      line += " (did you mean " + *meant + "?)";
    }
  }
  std::replace(line.begin(), line.end(), '\n', ' ');
  tell(line + "; see robin " + (given.empty() ? "" : command.get_name() + " ") + "--help");
  return number(ExitStatus::Usage);
}

int run(int argc, const char* const* argv) {
  const runtime::StopSignals signals;
  Context context{argc, argv, signals, {}};
  CLI::App app(
      "Hunts for counterexamples to the Riemann Hypothesis through Robin's inequality:\n"
      "sigma(n) < e^gamma n log log n for every n > 5040.",
      "robin");
  app.set_version_flag("--version", "robin " + runtime::version() + " (" + runtime::revision() + ")");
  app.add_flag_callback("--no-color", forbid_paint, "no colours, also on a terminal");
  app.footer("Examples:\n  robin run --strategy exhaustive --begin 2 --end 1e7\n  robin check 5040\n");
  add_run(app, context);
  add_block(app, context);
  add_check(app, context);
  add_migrate(app, context);
  add_submit(app, context);
  add_status(app, context);
  add_blocks(app, context);
  add_drain(app, context);
  add_workers(app, context);
  add_queues(app, context);
  add_records(app, context);
  add_events(app, context);
  add_export(app, context);
  add_plot(app, context);
  add_loadtest(app, context);
  add_selftest(app, context);
  add_certificate(app, context);
  add_verify(app, context);
  add_version(app, context);
  add_completion(app, context);
  add_manual(app, context);
  try {
    app.parse(argc, argv);
    if (!context.chosen) {
      print(app.help());
      return number(ExitStatus::Done);
    }
    return context.chosen();
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    return usage_error(app, error);
  }
}

}  // namespace

void print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    throw runtime::Error("stdout: " + std::generic_category().message(errno) + " (the output is not complete)");
  }
}

}  // namespace robin::cli

int main(int argc, char** argv) {
  using robin::cli::ExitStatus;
  using robin::cli::number;
  robin::flow::arm_test_points();
  try {
    return robin::cli::run(argc, argv);
  } catch (const robin::runtime::Error& error) {
    robin::cli::tell(error.what());
    return number(error.cause() == robin::runtime::Cause::Unreachable ? ExitStatus::Unreachable : ExitStatus::Failure);
  } catch (const std::bad_alloc&) {
    robin::cli::tell("out of memory (use fewer --threads or a smaller range)");
  } catch (const std::exception& error) {
    robin::cli::tell(error.what());
  }
  return number(ExitStatus::Failure);
}
