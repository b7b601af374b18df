// robin: the command line. Declares the commands, runs the one that was given, and turns every error into one line on
// stderr and the exit status of the contract.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <new>
#include <nlohmann/json.hpp>
#include <system_error>

#include "cli/commands.hpp"
#include "cli/paint.hpp"
#include "cli/search_flags.hpp"
#include "cli/suggestion.hpp"
#include "flow/loops/test_points.hpp"
#include "runtime/error.hpp"
#include "runtime/help_format.hpp"
#include "runtime/plain_text.hpp"
#include "runtime/standard_streams.hpp"
#include "runtime/status_line.hpp"
#include "runtime/version.hpp"

namespace robin::cli {
namespace {

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

/// The command that was given: below `app`, or `app` itself. `path` is what was typed to name it.
const CLI::App& command_below(const CLI::App& app, std::string& path) {
  const auto given = app.get_subcommands();
  if (given.empty()) {
    return app;
  }
  path += given.front()->get_name() + " ";
  return command_below(*given.front(), path);
}

/// A value that is there but says nothing is a mistake: mostly of a shell whose variable was not set.
void refuse_empty_values(const CLI::App& app) {
  for (const auto* option : app.get_options()) {
    const auto& values = option->results();
    if (std::find(values.begin(), values.end(), "") != values.end() && option->get_expected_max() > 0) {
      throw CLI::ValidationError(option->get_name(), "is empty (give it a value)");
    }
  }
  for (const auto* command : app.get_subcommands()) {
    refuse_empty_values(*command);
  }
}

int usage_error(const CLI::App& app, const CLI::ParseError& error) {
  std::string path;
  const CLI::App& command = command_below(app, path);
  std::string line = error.what();
  const auto strangers = app.remaining(true);
  const bool lacks_command =
      dynamic_cast<const CLI::RequiredError*>(&error) != nullptr && command.get_require_subcommand_min() > 0;
  if ((lacks_command || dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) && !strangers.empty()) {
    const std::string& word = strangers.front();
    line = (word.starts_with('-')                 ? "unknown flag "
            : command.get_subcommands({}).empty() ? "unexpected word "
                                                  : "unknown command ") +
           word;
    if (const auto meant = suggestion(word.substr(0, word.find('=')), known_words(command))) {
      line += " (did you mean " + *meant + "?)";
    }
  }
  tell(runtime::one_line(line) + "; see robin " + path + "--help");
  return number(ExitStatus::Usage);
}

int run(int argc, const char* const* argv) {
  const runtime::StopSignals signals;
  Context context{argc, argv, signals, {}};
  CLI::App app(
      "Hunts for counterexamples to the Riemann Hypothesis through Robin's inequality:\n"
      "sigma(n) < e^gamma n log log n for every n > 5040.",
      "robin");
  app.formatter(runtime::help_format());
  app.set_version_flag("--version", "robin " + runtime::version() + " (" + runtime::revision() + ")");
  app.add_flag_callback("--no-color", forbid_paint, "no colours, also on a terminal");
  app.footer("Examples:\n" + examples_of("run") + "  robin check 5040\n");
  add_run(app, context);
  add_block(app, context);
  add_check(app, context);
  add_migrate(app, context);
  add_with_database(app, context);
  add_submit(app, context);
  add_search(app, context);
  add_status(app, context);
  add_blocks(app, context);
  add_drain(app, context);
  add_compact(app, context);
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
  add_horizon(app, context);
  add_version(app, context);
  add_completion(app, context);
  add_manual(app, context);
  try {
    app.parse(argc, argv);
    refuse_empty_values(app);
    if (!context.chosen) {
      print(app.help());
      return number(ExitStatus::Done);
    }
    return context.chosen();
  } catch (const CLI::CallForVersion& version) {
    print(std::string(version.what()) + "\n");
    return number(ExitStatus::Done);
  } catch (const CLI::Success&) {
    print(app.help());
    return number(ExitStatus::Done);
  } catch (const CLI::ParseError& error) {
    return usage_error(app, error);
  }
}

}  // namespace

void tell(const std::string& line) { runtime::status_line().write_above(runtime::one_line("robin: " + line)); }

void print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    throw runtime::Error("stdout: " + std::generic_category().message(errno) + " (the output is not complete)");
  }
}

}  // namespace robin::cli

int main(int argc, char** argv) {
  using robin::cli::ExitStatus;
  using robin::cli::number;
  robin::runtime::hold_standard_streams();
  robin::flow::arm_test_points();
  try {
    return robin::cli::run(argc, argv);
  } catch (const robin::runtime::Error& error) {
    robin::cli::tell(error.what());
    return number(error.cause() == robin::runtime::Cause::Unreachable ? ExitStatus::Unreachable : ExitStatus::Failure);
  } catch (const nlohmann::json::exception& error) {
    // Nothing but a gateway's answer is read without knowing what it is.
    robin::cli::tell(std::string("the gateway's answer cannot be used (is it of another version?): ") + error.what());
  } catch (const std::bad_alloc&) {
    robin::cli::tell("out of memory (use fewer --threads or a smaller range)");
  } catch (const std::exception& error) {
    robin::cli::tell(error.what());
  }
  return number(ExitStatus::Failure);
}
