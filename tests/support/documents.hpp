#pragma once

// The commands in the project's documents, for the tests that keep them true. A fence's first line says how its
// commands are tried:
//
// - ```console        `$ robin ...` and what it prints; a test types it and compares (tour.hpp)
// - ```sh             run as it stands, in an empty folder
// - ```sh cluster     run beside a fleet, as its operator (the environment names its servers)
// - ```sh cluster owner  the same as the owner of its database
// - ```sh gateway     run beside a fleet whose gateway is at 127.0.0.1:8080, with its token in the file `token`
// - ```sh not run: REASON  only looked at
// - ```               no commands: what a program prints, a figure
//
// Of every command line of robin, in a fence, in an indented line or in `back quotes`, a test looks whether the program
// has that command and those flags.

#include <functional>
#include <string>
#include <vector>

#include "support/process.hpp"

namespace robin::testing_support {

struct Fence {
  /// The place of its first line: file:line.
  std::string place;
  /// What follows the ```, such as: sh cluster.
  std::string how;
  std::string text;
};

/// Every Markdown file below the folder that is not built or fetched, in order.
[[nodiscard]] std::vector<std::string> documents(const std::string& folder);

[[nodiscard]] std::vector<Fence> fences_of(const std::string& file);

struct RobinCommand {
  std::string place;
  /// The words behind "robin".
  std::vector<std::string> words;
};

/// Every command line of robin in the document.
[[nodiscard]] std::vector<RobinCommand> robin_commands(const std::string& file);

/// What `robin WORDS... --help` prints.
using RobinHelp = std::function<std::string(const std::vector<std::string>& command)>;

/// What robin does not know of a command line, one line each: a command, a flag.
[[nodiscard]] std::vector<std::string> unknown_in(const RobinCommand& command, const RobinHelp& help);

/// Runs the fence in a shell that ends at the first failure, with the folder of the program in front of PATH.
[[nodiscard]] ProcessResult run_in_shell(const std::string& text, const std::string& program, ProcessOptions options);

/// The links to files or headings that are not there, one line each.
[[nodiscard]] std::vector<std::string> broken_links(const std::string& file);

}  // namespace robin::testing_support
